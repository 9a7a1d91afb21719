"""A disk on which there is no room, as a test can have one without being root."""

import contextlib
import resource


@contextlib.contextmanager
def no_room_for_files_over(size):
    """While this lasts, this process can write no file larger than so many bytes: the write fails midway, as on a full
    disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
