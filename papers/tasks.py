"""Tasks of the background; each carries the key of a row and nothing else."""

from django_tasks import task

from papers import fetching


@task
def carry_out_fetch(key: int) -> None:
    """Carry out a fetch that was claimed."""
    fetching.carry_out(key)
