#!/usr/bin/env python3
"""Django's door: runs the commands of the project."""

import os
import sys

from common.postgres_place import ClusterError


def _cluster_error(error: BaseException | None) -> ClusterError | None:
    """The trouble with the embedded database at the bottom of an error, if that is what caused it."""
    while error is not None and not isinstance(error, ClusterError):
        error = error.__cause__ or error.__context__
    return error


def main():
    """Run a command; what an operator can mend is said in one line, everything else keeps its traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akira.settings")
    # By this name the database knows the command in what is going on, and in the history of what it changed. One that
    # an operator gave stays; one of ours is that of the command that started this one.
    if os.environ.get("PGAPPNAME", "akira ").startswith("akira "):
        os.environ["PGAPPNAME"] = " ".join(["akira", *sys.argv[1:2]])[:63]
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("akira: Django is not installed here. Start with ./run, or use .venv/bin/python manage.py.")
    try:
        # Asked for here, since some commands would otherwise swallow what is wrong with a setting.
        import akira.settings  # noqa: F401

        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"akira: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if trouble := _cluster_error(error):
            sys.exit(f"akira: {trouble}")
        raise


if __name__ == "__main__":
    main()
