"""EDGE: the key that salts the track ids of a night: drawn by lot, kept for that night, then destroyed.

Without the key nobody can tell which number a track had in its recording, or make the same ids again. A
night that was killed goes on with its key, so that it ends as one that was not.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

from detectors.model_files import cache_folder
from pipelines.sites.site import Site
from pipelines.storage.parts import explained

TRACK_KEY_VARIABLE: Final = "HINGEWISE_TRACK_KEY"
"""The operator's own secret in place of a key by lot, for ids that are to be made again: nothing is
destroyed then."""

KEY_BYTES: Final = 32


def track_key(site: Site, day: date) -> bytes:
    """Return the salt for the track ids of a site date, from the key of the night under way.

    The key is drawn at the first call and kept until `destroy_track_key`.

    Raises
    ------
    StoreError
        If it can't be kept.
    """
    secret = os.environ.get(TRACK_KEY_VARIABLE)
    key = secret.encode() if secret else _kept(key_file(site))
    return hmac.new(key, day.isoformat().encode(), hashlib.sha256).digest()


def destroy_track_key(site: Site) -> None:
    """Destroy the key of the night that is over; that there is none is no fault.

    It is written over first, which a disk may do in another place than it was.

    Raises
    ------
    StoreError
        If it can't be removed.
    """
    path = key_file(site)
    with explained(f"can't remove {path}"), suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


def key_file(site: Site) -> Path:
    """Return the file of the key: in the cache of this machine, so that no copy of the store has it."""
    digest = hashlib.sha256(f"{site.name}\n{site.store_url}".encode()).hexdigest()[:12]
    return cache_folder() / f"track-key-{digest}"


def _kept(path: Path) -> bytes:
    """Return the key in a file that its owner alone may read, drawn now if there is none."""
    with explained(f"can't keep the key of the tracks in {path}"):
        with suppress(FileNotFoundError):
            key = path.read_bytes()
            if len(key) == KEY_BYTES and any(key):
                return key
            # Half destroyed, by a machine that went down.
            path.unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                # Of two that draw at once one key counts.
                os.link(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        return path.read_bytes()
