"""The secret key of this installation, made once and kept in AKIRA_HOME."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def read_or_create(home: Path) -> str:
    """Return the key kept in `home`, making it (mode 0600) the first time; two processes at once get the same key.

    Raises ImproperlyConfigured, in one line, where `home` cannot be used.
    """
    path = home / "secret_key"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path)
        key = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"AKIRA_HOME ({home}) cannot be used: {error.strerror} ({error.filename or path}). "
            "Give its owner and access back, free some space, or set AKIRA_HOME to another folder."
        ) from error
    if not key:
        raise ImproperlyConfigured(f"{path} is empty. Put the secret key back, or delete the file to get a new one.")
    return key


def _create(path: Path) -> None:
    """Write the whole key under another name first, so that nobody ever reads half of it; the first link wins."""
    draft = path.with_name(f".secret_key.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64) + "\n")
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
