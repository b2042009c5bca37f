"""The clips of lifts in the store: cut when somebody first asks, kept under the version of the cutter."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

from detectors.columns import TableSpec
from pipelines.site import Site
from pipelines.store import Store
from pipelines.store_parts import explained
from pipelines.whole_files import replace_file

FOLDER: Final = "clips"
LONGEST_CUT_S: Final = 600.0
_ROOT: Final = Path(__file__).parents[1]
_CUTTER: Final = (
    "detectors/anonymise.py",
    "detectors/head_boxes.py",
    "detectors/overlay.py",
    "pipelines/clip_cutting.py",
    "pipelines/clip_drawing.py",
)


class ClipError(RuntimeError):
    """There is no clip; the message is one sentence that says why."""


@cache
def cutter_version() -> str:
    """Return the first 8 digits of the SHA-256 of the code that covers heads and draws."""
    return hashlib.sha256(b"\0".join((_ROOT / name).read_bytes() for name in _CUTTER)).hexdigest()[:8]


def clip_path(store: Store, site: str, day: date, lift_id: str) -> str:
    """Return where the clip of a lift that is filed under a date is kept."""
    return f"{store.root}/{FOLDER}/site={site}/date={day}/{lift_id}-{cutter_version()}.mp4"


def kept_clip(store: Store, site: str, day: date, lift_id: str) -> bytes | None:
    """Return the clip of a lift, None if none was cut by this version of the cutter.

    Raises
    ------
    StoreError
        If it can't be read.
    """
    path = clip_path(store, site, day, lift_id)
    with explained(f"can't read {path}"):
        return bytes(store.fs.cat_file(path)) if store.fs.exists(path) else None


def ask_for_clip(site: Site, day: date, lift_id: str) -> None:
    """Cut the clip of a lift in a process of its own, which takes the pose model with it when it ends.

    Raises
    ------
    ClipError
        If there is no clip; the sentence says why.
    """
    line = [sys.executable, "-m", "pipelines.clip_making", str(site.path), day.isoformat(), lift_id]
    try:
        done = subprocess.run(
            line, cwd=_ROOT, capture_output=True, text=True, timeout=LONGEST_CUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise ClipError(f"cutting the clip took longer than {LONGEST_CUT_S:.0f} s") from None
    if done.returncode != 0:
        raise ClipError((done.stderr.strip().splitlines() or ["the clip could not be cut"])[-1])


def keep_clip(store: Store, path: str, content: bytes) -> None:
    """Keep a clip whole: a reader finds all of it or none.

    Raises
    ------
    StoreError
        If it can't be written.
    """
    with explained(f"can't write {path}"):
        if "file" in store.fs.protocol:
            replace_file(Path(path), content)
        else:
            store.fs.pipe_file(path, content)


def recording_rows(store: Store, spec: TableSpec, site: str, day: date, lift: pd.Series) -> pd.DataFrame:
    """Return the rows of a table that come from the recording of a lift."""
    name = f"{lift['camera_id']}-{lift['footage_id']}"
    parts = [part for part in store.parts(spec, site, day, day) if part.name == name]
    return store.read_parts(spec, parts)
