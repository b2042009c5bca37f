"""Which heads a clip must hide, from the truth of a rendered video or a second opinion on a filmed one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors.anonymise import bare
from detectors.head_boxes import CORE_STATURE, NONE

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

FACE: Final = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
VISIBLE: Final = 2
"""What the truth calls a point that nothing hides."""


@dataclass(frozen=True)
class TrueHeads:
    """The heads of a rendered video.

    Attributes
    ----------
    times_s
        Times of its frames, shape (n,).
    boxes
        For each frame the heads of which a point of the face can be seen, shape (m, 4) px.
    """

    times_s: Array
    boxes: list[Array]

    def at(self, time_s: float) -> Array:
        """Return the heads in the frame nearest to a time, shape (m, 4)."""
        return self.boxes[int(np.abs(self.times_s - time_s).argmin())]


def read_true_heads(path: Path) -> TrueHeads:
    """Return the heads that the truth beside a rendered video tells of.

    Parameters
    ----------
    path
        JSON with ``frames``: each with time ``t`` and ``people`` of ``id``, ``bbox`` (x1, y1, x2, y2 px) and
        ``kpts`` (by name x, y px, and 2 where it is visible).
    """
    frames = json.loads(path.read_text())["frames"]
    stature_px: dict[int, float] = {}
    for person in (one for frame in frames for one in frame["people"]):
        x1, y1, x2, y2 = person["bbox"]
        stature_px[person["id"]] = max(stature_px.get(person["id"], 0.0), x2 - x1, y2 - y1)
    boxes = [[_head(one, stature_px[one["id"]]) for one in frame["people"]] for frame in frames]
    seen = [[box for box in frame if box is not None] for frame in boxes]
    return TrueHeads(
        np.array([frame["t"] for frame in frames], dtype=float),
        [np.array(frame) if frame else NONE for frame in seen],
    )


def shown(image: Image, covers: Array, heads: Array) -> int:
    """Return how many of the heads are not under tiles of one colour in a picture of a clip.

    Parameters
    ----------
    image
        The picture, decoded.
    covers
        What was covered in it, shape (n, 4).
    heads
        Shape (m, 4); those outside the picture count as hidden.
    """
    return sum(bare(image, covers, head[None]) for head in heads)


def inside(heads: Array, image: Image) -> Array:
    """Return the heads whose middle is in the picture."""
    height_px, width_px = image.shape[:2]
    middle = (heads[:, :2] + heads[:, 2:]) / 2.0
    return heads[((middle >= 0) & (middle < (width_px, height_px))).all(axis=1)]


def _head(person: dict[str, Any], stature_px: float) -> Array | None:
    points = np.array([person["kpts"][name] for name in FACE if name in person["kpts"]], dtype=float)
    if not (points[:, 2] == VISIBLE).any():
        return None
    centre, half_px = points[:, :2].mean(axis=0), CORE_STATURE * stature_px
    low = np.minimum(points[:, :2].min(axis=0), centre - half_px)
    high = np.maximum(points[:, :2].max(axis=0), centre + half_px)
    return np.asarray(np.r_[low, high])
