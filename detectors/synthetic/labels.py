"""The labels of rendered pictures in the pose format of ultralytics: 17 + 5 keypoints."""

from __future__ import annotations

from typing import Final

import numpy as np

from detectors.keypoints import COCO17
from detectors.synthetic.figure import BACK_POINTS, JOINT_NAMES, SPINE_POINTS
from detectors.synthetic.observe import Observed
from detectors.synthetic.visibility import ON_SURFACE, Visibility

KEYPOINTS: Final = (*COCO17, *SPINE_POINTS)
"""What the model learns: of the spine, the points on the visible surface of the back."""

LEAST_HEIGHT_PX: Final = 24.0
LEAST_POINTS: Final = 4

_ROWS: Final = [JOINT_NAMES.index(name) for name in (*COCO17, *BACK_POINTS)]
_SOURCES: Final = (*COCO17, *BACK_POINTS)


def flip_order() -> list[int]:
    """Return which keypoint each one becomes in a mirrored picture."""
    sides = {"left": "right", "right": "left"}
    order = []
    for name in KEYPOINTS:
        side, _, rest = name.partition("_")
        order.append(KEYPOINTS.index(f"{sides[side]}_{rest}" if side in sides else name))
    return order


def label_line(person: Observed, width_px: int, height_px: int) -> str | None:
    """Return the label of a person: class, box and keypoints as shares of the picture.

    A keypoint is 2 when seen, 1 when something else hides it or a limb of the person does, and 0
    when it is outside. A point of the face or of the back that the person turns away is 0 too, as
    annotators of COCO leave the face of a person seen from behind.

    None if too little of the person is seen to be found.
    """
    if person.box_px is None or not _worth_finding(person):
        return None
    left, top, right, bottom = person.box_px
    box = ((left + right) / 2 / width_px, (top + bottom) / 2 / height_px)
    size = ((right - left) / width_px, (bottom - top) / height_px)
    numbers = [f"{value:.6f}" for value in (*box, *size)]
    for name, row in zip(_SOURCES, _ROWS, strict=True):
        flag = visibility_flag(name, person.seen[row])
        x, y = person.points_px[row] / (width_px, height_px) if flag else (0.0, 0.0)
        numbers += [f"{x:.6f}", f"{y:.6f}", str(flag)]
    return " ".join(["0", *numbers])


def visibility_flag(name: str, seen: Visibility) -> int:
    """Return 2, 1 or 0 for a keypoint."""
    if seen is Visibility.SEEN:
        return 2
    if seen is Visibility.OUTSIDE or (seen is Visibility.SELF_HIDDEN and name in ON_SURFACE):
        return 0
    return 1


def data_yaml() -> str:
    """Return the description of the data set that ultralytics reads; paths are relative to its folder."""
    lines = ["train: images/train", "val: images/val"]
    lines += [f"kpt_shape: [{len(KEYPOINTS)}, 3]", f"flip_idx: {flip_order()}"]
    lines += ["names:", "  0: person", "kpt_names:", "  0:"]
    lines += [f"    - {name}" for name in KEYPOINTS]
    return "\n".join(lines) + "\n"


def _worth_finding(person: Observed) -> bool:
    box_px = person.box_px
    if box_px is None or box_px[3] - box_px[1] < LEAST_HEIGHT_PX:
        return False
    seen = np.array([person.seen[row] is Visibility.SEEN for row in _ROWS])
    return int(seen.sum()) >= LEAST_POINTS
