"""Who labels, by lot: a name that tells two reviewers apart and leads to nobody."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from fsspec.implementations.local import LocalFileSystem

from pipelines.storage.parts import explained
from pipelines.storage.store import Store, StoreError

LOCAL: Final = "r-local"
"""Whoever sits at the machine itself, where nobody logs in."""

KEY: Final = "HINGEWISE_REVIEWER_KEY"
"""Names the key in the environment, where the store is no folder that could keep it."""

KEY_FILE: Final = ".reviewer-key"
DIGITS: Final = 8


def reviewer_name(store: Store, subject: str | None) -> str:
    """Return the name by lot of whoever logged in as a subject; `LOCAL` where nobody logs in.

    The same subject has the same name as long as the key is kept. Without the key nobody can tell
    which name belongs to whom, nor try out addresses.

    Parameters
    ----------
    subject
        What the provider of the login calls the person, for good; never an address.

    Raises
    ------
    StoreError
        If there is no key.
    """
    if subject is None:
        return LOCAL
    digest = hmac.new(_key(store), subject.encode(), hashlib.sha256).hexdigest()
    return f"r-{digest[:DIGITS]}"


def _key(store: Store) -> bytes:
    told = os.environ.get(KEY)
    if told:
        return told.encode()
    if not isinstance(store.fs, LocalFileSystem):
        raise StoreError(f"names of reviewers need a key: set {KEY} to a long random text")
    path = Path(store.root) / KEY_FILE
    with explained(f"can't keep the key of the reviewers in {path}"):
        if not path.exists():
            _make(path)
        return path.read_bytes()


def _make(path: Path) -> None:
    """Write a key that only this user may read; whoever comes first makes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{KEY_FILE}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_hex(32).encode())
            file.flush()
            os.fsync(file.fileno())
        # A link fails where the name is taken: the key of another process is never replaced.
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
