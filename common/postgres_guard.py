"""Waits until nobody uses the embedded database any more, then stops its server; survives whoever started it.

A program of its own: it is run by path, in a session of its own, and imports nothing of Akira. Because the kernel
drops the locks of a process however it ends, the last one out stops the server even when it was killed.
"""

import fcntl
import subprocess
import sys
import time


def _take(guard) -> bool:
    """Become the guard, unless there is one. Others hold the lock for a blink, when they look whether there is one."""
    for _ in range(20):
        try:
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(0.05)
    return False


def main(folder: str, pg_ctl: str, uid: str, gid: str) -> None:
    """Hold the guard's lock, wait for the users' lock, stop the server of the cluster in `folder`."""
    with open(f"{folder}/guard.lock", "ab") as guard, open(f"{folder}/users.lock", "ab") as users:
        if not _take(guard):
            return
        fcntl.flock(users, fcntl.LOCK_EX)
        account = {"user": int(uid), "group": int(gid), "extra_groups": []} if uid else {}
        subprocess.run(
            [pg_ctl, "stop", "-D", "data", "-m", "fast", "-w", "-t", "120"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **account,
        )
        # In this order: whoever gets the users' lock next must find the guard's lock free, to post a guard of its own.
        fcntl.flock(guard, fcntl.LOCK_UN)


if __name__ == "__main__":
    main(*sys.argv[1:])
