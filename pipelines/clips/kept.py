"""The clips in the store: cut when first asked for, kept under their look and the version of the cutter."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

from detectors.columns import TableSpec
from pipelines.clips.looks import PLAIN, ClipError, ClipFault, ClipLook
from pipelines.sites.site import Site
from pipelines.storage.parts import explained
from pipelines.storage.store import Store
from pipelines.storage.whole_files import replace_file

__all__ = [
    "ClipError",
    "ClipFault",
    "ClipLook",
    "ask_for_clip",
    "ask_for_stretch",
    "kept_clip",
    "kept_stretch",
]

FOLDER: Final = "clips"
LONGEST_CUT_S: Final = 600.0
_ROOT: Final = Path(__file__).parents[2]
_CUTTER: Final = (
    "detectors/anonymise.py",
    "detectors/background.py",
    "detectors/head_boxes.py",
    "detectors/head_gaps.py",
    "detectors/overlay.py",
    "detectors/pole_overlay.py",
    "pipelines/clips/cutting.py",
    "pipelines/clips/drawing.py",
    "pipelines/clips/pace.py",
    "pipelines/clips/sights.py",
    "pipelines/clips/skeleton.py",
)
_HOW: Final = ClipLook()


@cache
def cutter_version() -> str:
    """Return the first 8 digits of the SHA-256 of the code that covers heads and draws."""
    return hashlib.sha256(b"\0".join((_ROOT / name).read_bytes() for name in _CUTTER)).hexdigest()[:8]


def kept_path(store: Store, site: str, day: date, name: str, suffix: str) -> str:
    """Return where a file that this version of the cutter made for a date is kept."""
    return f"{store.root}/{FOLDER}/site={site}/date={day}/{name}-{cutter_version()}{suffix}"


def clip_path(store: Store, site: str, day: date, lift_id: str, look: ClipLook = _HOW) -> str:
    """Return where the clip of a lift that is filed under a date is kept."""
    return kept_path(store, site, day, f"{lift_id}-{look.name}", ".mp4")


def stretch_id(footage_id: str, start_s: float, end_s: float) -> str:
    """Return the name of a stretch of a recording, to the millisecond."""
    return f"{footage_id}_{round(1000 * start_s)}_{round(1000 * end_s)}"


def kept_clip(store: Store, site: str, day: date, lift_id: str, look: ClipLook = _HOW) -> bytes | None:
    """Return the clip of a lift in a look, None if none was cut by this version of the cutter.

    Raises
    ------
    StoreError
        If it can't be read.
    """
    return kept_file(store, clip_path(store, site, day, lift_id, look))


def kept_stretch(
    store: Store, site: str, day: date, footage_id: str, start_s: float, end_s: float
) -> bytes | None:
    """Return the clip of a stretch of a recording, as `kept_clip` does that of a lift."""
    return kept_clip(store, site, day, stretch_id(footage_id, start_s, end_s), PLAIN)


def ask_for_clip(site: Site, day: date, lift_id: str, look: ClipLook = _HOW) -> None:
    """Cut the clip of a lift in a process of its own, which takes the pose model with it when it ends.

    Raises
    ------
    ClipError
        If there is no clip; the sentence says why.
    """
    ask(["lift", str(site.path), day.isoformat(), lift_id, *look.options])


def ask_for_stretch(
    site: Site, day: date, camera_id: str, footage_id: str, start_s: float, end_s: float
) -> None:
    """Cut a stretch of a recording, with nothing drawn onto it, in a process of its own.

    Raises
    ------
    ClipError
        If there is no clip; the sentence says why.
    """
    span = [f"{round(1000 * edge_s) / 1000:.3f}" for edge_s in (start_s, end_s)]
    ask(["stretch", str(site.path), day.isoformat(), camera_id, footage_id, *span])


def ask(words: list[str]) -> None:
    """Run `pipelines.clips.making` with some words and wait for it.

    Raises
    ------
    ClipError
        If it made nothing; the sentence says why.
    """
    line = [sys.executable, "-m", "pipelines.clips.making", *words]
    try:
        done = subprocess.run(
            line, cwd=_ROOT, capture_output=True, text=True, timeout=LONGEST_CUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise ClipError(
            f"cutting the clip took longer than {LONGEST_CUT_S:.0f} s", ClipFault.TOO_SLOW
        ) from None
    if done.returncode != 0:
        raise told((done.stderr.strip().splitlines() or ["the clip could not be cut"])[-1])


def kept_file(store: Store, path: str) -> bytes | None:
    """Return the content of a kept file; None if it isn't there.

    Raises
    ------
    StoreError
        If it can't be read.
    """
    with explained(f"can't read {path}"):
        return bytes(store.fs.cat_file(path)) if store.fs.exists(path) else None


def keep_clip(store: Store, path: str, content: bytes) -> None:
    """Keep a file whole, a reader finds all of it or none, and remove those that older cutters made.

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
        _remove_older(store, path)


def recording_rows(store: Store, spec: TableSpec, site: str, day: date, lift: pd.Series) -> pd.DataFrame:
    """Return the rows of a table that come from the recording of a lift."""
    name = f"{lift['camera_id']}-{lift['footage_id']}"
    parts = [part for part in store.parts(spec, site, day, day) if part.name == name]
    return store.read_parts(spec, parts)


def _remove_older(store: Store, path: str) -> None:
    folder, _, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    same = re.compile(
        re.escape(stem.removesuffix(cutter_version())) + "[0-9a-f]{8}" + re.escape(dot + suffix)
    )
    for other in (one.rpartition("/")[2] for one in store.fs.ls(folder, detail=False)):
        if other != name and same.fullmatch(other):
            # Another process that keeps the same clip may have been quicker.
            with suppress(FileNotFoundError):
                store.fs.rm_file(f"{folder}/{other}")


def told(line: str) -> ClipError:
    """Return the error that `pipelines.clips.making` wrote as a line."""
    try:
        why = json.loads(line)
        return ClipError(why["sentence"], ClipFault(why["fault"]), why["picture"])
    except (ValueError, TypeError, KeyError):
        return ClipError(line)
