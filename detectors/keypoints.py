"""The keypoints: their names, their sides and the lines between them."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

COCO17: Final = (
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)
"""The seventeen COCO keypoints in the order in which pose models return them."""

INDEX: Final = {name: i for i, name in enumerate(COCO17)}

FACE: Final = ("nose", "left_eye", "right_eye")
"""Points that draw a face: used in memory, never stored."""

STORED: Final = tuple(name for name in COCO17 if name not in FACE)
"""The keypoints that the store keeps around each lift."""

SKELETON: Final = (
    ("left_shoulder", "right_shoulder"),
    ("left_shoulder", "left_elbow"),
    ("left_elbow", "left_wrist"),
    ("right_shoulder", "right_elbow"),
    ("right_elbow", "right_wrist"),
    ("left_shoulder", "left_hip"),
    ("right_shoulder", "right_hip"),
    ("left_hip", "right_hip"),
    ("left_hip", "left_knee"),
    ("left_knee", "left_ankle"),
    ("right_hip", "right_knee"),
    ("right_knee", "right_ankle"),
    ("left_ear", "left_shoulder"),
    ("right_ear", "right_shoulder"),
)
"""The lines of the drawn skeleton, as pairs of keypoint names."""

BACK5: Final = ("sacrum", "l3", "t12_l1", "t8", "c7")
"""Five points on the visible back over the named vertebrae, from the tailbone upwards."""

BACK22: Final = (*COCO17, *BACK5)
"""The layout of a pose model that also sees the back: COCO's seventeen, then the five."""

BACK22_FLIPPED: Final = tuple(
    BACK22.index(name.replace("left_", "right_") if "left_" in name else name.replace("right_", "left_"))
    for name in BACK22
)
"""Where each keypoint stands in the mirrored picture; training calls it ``flip_idx``."""

BACK_SKELETON: Final = tuple(pairwise(BACK5))
"""The lines of the drawn back, as pairs of keypoint names."""


def side_pair(joint: str) -> tuple[int, int]:
    """Return the indices of the left and the right keypoint of a joint such as ``"hip"``."""
    return INDEX[f"left_{joint}"], INDEX[f"right_{joint}"]
