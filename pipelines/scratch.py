"""EDGE: folders for what is under way; what a killed process left goes when the next asks for a folder."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Final

from pipelines.lifetimes import is_over, this_process

PREFIX: Final = "hingewise-"
OWNER: Final = ".owner"
"""File in each folder that names the process whose it is."""


def scratch_folder() -> TemporaryDirectory[str]:
    """Return a new folder of this process that removes itself, as `tempfile.TemporaryDirectory` does.

    Clips that are not checked yet lie in such folders. A process that is killed can't remove its own, so
    those of processes that are over are removed first.
    """
    _sweep(Path(gettempdir()))
    folder = TemporaryDirectory(prefix=PREFIX)
    (Path(folder.name) / OWNER).write_text(this_process() or "")
    return folder


def _sweep(place: Path) -> None:
    """Remove the folders of this user whose process has certainly ended."""
    for folder in place.glob(f"{PREFIX}*"):
        with suppress(OSError):
            ours = not folder.is_symlink() and folder.stat().st_uid == os.getuid()
            if ours and is_over((folder / OWNER).read_text()):
                shutil.rmtree(folder)
