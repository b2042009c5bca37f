"""Check the store, the disk below it, and Prefect's own folder."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from fsspec.implementations.local import LocalFileSystem

from pipelines.examination.findings import Finding, fault, ok, remark
from pipelines.nights.prefect_settings import PrefectError, settings_in_force
from pipelines.sites.site import Site
from pipelines.storage.store import Store, StoreError, open_store

STORE_SHARE: Final = 0.01
"""What the tables take of the size of the footage, rounded up: mostly the poses around lifts."""

LEAST_FREE_GIB: Final = 1.0


def store(site: Site, footage_bytes: int) -> Iterator[Finding]:
    """Write into the store and take it away again; compare the free space with what is to come."""
    try:
        opened = open_store(site.store_url)
        _write_and_remove(opened)
    except (StoreError, OSError, ImportError, ValueError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        yield fault(
            f"store {site.store_url} can't be written: {reason}", "mend [store] url or its permissions"
        )
        return
    yield ok(f"store {site.store_url} can be written")
    if isinstance(opened.fs, LocalFileSystem):
        yield _space(Path(opened.root), footage_bytes)


def prefect() -> Iterator[Finding]:
    """Say which server Prefect would use, and that it keeps quiet."""
    try:
        settings = settings_in_force()
    except PrefectError as error:
        yield fault(str(error), "install again: pip install -c constraints.txt -e .")
        return
    server = settings.api_url or "its own on this machine"
    yield ok(f"Prefect server: {server}")
    home = _existing(settings.home)
    if os.access(home, os.W_OK | os.X_OK):
        yield ok(f"Prefect's folder {settings.home} can be written")
    else:
        yield fault(f"Prefect's folder {settings.home} can't be written", "name another one in PREFECT_HOME")
    if settings.analytics:
        yield remark("Prefect reports its use to its makers", "set PREFECT_SERVER_ANALYTICS_ENABLED=false")


def _write_and_remove(opened: Store) -> None:
    # A name that begins with a dot is no part of any table.
    probe = f"{opened.root}/.doctor-{secrets.token_hex(4)}"
    made = [] if opened.fs.exists(opened.root) else [opened.root]
    opened.fs.makedirs(opened.root, exist_ok=True)
    try:
        opened.fs.pipe_file(probe, b"written to see that it can be")
    finally:
        with suppress(FileNotFoundError):
            opened.fs.rm_file(probe)
        for folder in made:
            with suppress(OSError):
                opened.fs.rmdir(folder)


def _space(root: Path, footage_bytes: int) -> Finding:
    free_gib = shutil.disk_usage(_existing(root)).free / 2**30
    wanted_gib = max(LEAST_FREE_GIB, footage_bytes * STORE_SHARE / 2**30)
    what = f"{free_gib:.0f} GiB free for the store, about {wanted_gib:.1f} GiB wanted for this footage"
    return ok(what) if free_gib >= wanted_gib else fault(what, "free some space, or move the store")


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    return next(one for one in (folder, *folder.parents) if one.exists())
