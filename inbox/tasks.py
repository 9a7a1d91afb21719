"""Tasks of the background; each carries the key of a row and nothing else."""

from django_tasks import task

from inbox import polling


@task
def carry_out_poll(key: int) -> None:
    """Carry out a poll of a source that was claimed."""
    polling.carry_out(key)
