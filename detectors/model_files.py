"""Find the pose weights, fetch a stock model once, and say exactly which weights were used."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from detectors.embedded import embedded_pose
from detectors.offline import quiet_ultralytics

EMBEDDED: Final = "hingewise-pose"
"""Name of the weights that come with the package; they are never fetched."""

STOCK: Final = tuple(
    f"{family}{size}-pose.pt"
    for family in ("yolo26", "yolo11", "yolov8")
    for size in ("n", "s", "m", "l", "x")
)
"""Stock pose models that ultralytics publishes."""

WEIGHTS_VARIABLE: Final = "HINGEWISE_WEIGHTS"


class WeightsError(ValueError):
    """The pose weights can't be had; one sentence says what was looked for and what to do."""


def cache_folder() -> Path:
    """Return the user's folder for fetched weights."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "hingewise"


def find_weights(weights: str, base: Path) -> Path | None:
    """Return where the weights lie on this machine, None if nowhere.

    Looked for in this order: the file named by ``HINGEWISE_WEIGHTS``, or the file of that
    name in the folder it names; the path as given, from ``base``; the package for the weights
    that come with it, the user's cache for all others.

    Raises
    ------
    WeightsError
        If ``HINGEWISE_WEIGHTS`` names what is not there: other weights must not take its place unseen.
    """
    kept = embedded_pose() if weights == EMBEDDED else cache_folder() / weights
    places = [base / weights, *([kept] if kept else [])]
    if variable := os.environ.get(WEIGHTS_VARIABLE):
        chosen = Path(variable)
        if not chosen.exists():
            raise WeightsError(
                f"{WEIGHTS_VARIABLE} names {variable}, which is not there; expected weights or their folder"
            )
        name = f"{EMBEDDED}.pt" if weights == EMBEDDED else Path(weights).name
        places.insert(0, chosen / name if chosen.is_dir() and not _exported(chosen) else chosen)
    return next((place.resolve() for place in places if place.exists()), None)


def resolve_weights(weights: str, base: Path) -> Path:
    """Return the path of the weights, fetching a stock model into the user's cache where needed.

    Raises
    ------
    WeightsError
        If they are nowhere and can't be fetched.
    """
    found = find_weights(weights, base)
    if found is not None:
        return found
    if weights == EMBEDDED:
        raise WeightsError(
            f"pose weights {weights!r} are missing from this installation; install hingewise again, "
            f"or name others such as {STOCK[0]!r}"
        )
    if weights not in STOCK:
        raise WeightsError(
            f"pose weights {weights!r} not found in {base}; expected a file or a name such as "
            f"{EMBEDDED!r} or {STOCK[0]!r}"
        )
    return _fetch(weights)


def model_version(path: Path, *beside: Path) -> str:
    """Return the name of the weights and the first 12 digits of the SHA-256 of their content.

    Files ``beside`` them that have a part in what they measure count as content where they are there.
    """
    digest = hashlib.sha256()
    for part in (*(sorted(path.rglob("*")) if path.is_dir() else [path]), *beside):
        if part.is_file():
            with part.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return f"{path.stem}@{digest.hexdigest()[:12]}"


def _exported(folder: Path) -> bool:
    """Return whether a folder is an exported model (OpenVINO) rather than a folder of models."""
    return any(folder.glob("*.xml"))


def _fetch(name: str) -> Path:
    target = cache_folder() / name
    target.parent.mkdir(parents=True, exist_ok=True)
    quiet_ultralytics()
    from ultralytics.utils.downloads import attempt_download_asset

    try:
        attempt_download_asset(target, progress=False)
    except (OSError, RuntimeError) as error:
        first_line = (str(error).splitlines() or [type(error).__name__])[0]
        reason = first_line.encode("ascii", "ignore").decode().strip(" .")
        raise WeightsError(
            f"pose weights {name!r} are not on this machine and could not be fetched ({reason}); "
            f"put the file into {target.parent} or name it in {WEIGHTS_VARIABLE}"
        ) from None
    if not target.exists():
        raise WeightsError(f"pose weights {name!r} could not be fetched; put the file into {target.parent}")
    return target
