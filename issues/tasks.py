"""Tasks of the background; each carries the key of a row and nothing else."""

from django_tasks import task

from issues.checks import keeping


@task
def carry_out_check(key: int) -> None:
    """Check an issue whose preflight may be stale."""
    keeping.carry_out(key)
