"""Points on the surface: the face, and the back on the outermost garment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.keypoints import FACE
from detectors.synthetic.figure import Array, Array32
from detectors.synthetic.looks import eye_rows
from detectors.synthetic.mesh import Indices
from detectors.synthetic.rig import Body

FACE_POINTS: Final = (*FACE, "left_ear", "right_ear")
MIDLINE_M: Final = 0.004


@dataclass(frozen=True)
class Anchor:
    """A point that moves with the surface: mean of some vertices with weights summing to 1."""

    rows: Indices
    shares: Array

    def place_m(self, vertices_m: Array32) -> Array:
        """Return where the point is, shape (3,)."""
        return np.asarray(self.shares @ vertices_m[self.rows].astype(float))


def face_anchors(body: Body, skin_m: Array, head_weights: Array) -> dict[str, Anchor]:
    """Return nose, eyes and ears on the vertices of the skin layer, shape (n, 3)."""
    eyes_m = body.vertices_m[eye_rows(body)]
    eye_m = float(eyes_m[:, 1].mean())
    head = np.flatnonzero(head_weights > 0.6)
    points = skin_m[head]
    below_m = eye_m - points[:, 1]
    nose = head[(np.abs(points[:, 0]) < 0.01) & (below_m > 0.0) & (below_m < 0.07)]
    temples = head[np.abs(below_m - 0.02) < 0.04]
    found = {
        "nose": nose[skin_m[nose, 2].argmax()],
        "left_ear": temples[skin_m[temples, 0].argmax()],
        "right_ear": temples[skin_m[temples, 0].argmin()],
    }
    for side, sign in (("left", 1.0), ("right", -1.0)):
        own = eyes_m[np.sign(eyes_m[:, 0]) == sign]
        pupil = own[own[:, 2].argmax()]
        found[f"{side}_eye"] = head[np.linalg.norm(points - pupil, axis=1).argmin()]
    return {name: Anchor(np.array([row]), np.ones(1)) for name, row in found.items()}


def outermost(levels_m: dict[str, Array], garments_m: dict[int, Array]) -> dict[str, Anchor]:
    """Return the middle of the back at the height of each level, on the garment furthest out there.

    Parameters
    ----------
    levels_m
        Name of the point -> joint (3,) whose height it has at rest.
    garments_m
        First row in the whole figure -> vertices of the garment at rest, shape (n, 3).
    """
    found = {}
    for name, joint in levels_m.items():
        backs = [
            (_back_anchor(joint, garment, start), garment, start) for start, garment in garments_m.items()
        ]
        depths = [float(back.shares @ garment[back.rows - start, 2]) for back, garment, start in backs]
        found[name] = backs[int(np.argmin(depths))][0]
    return found


def _back_anchor(joint_m: Array, garment_m: Array, start: int) -> Anchor:
    """Return the point between the next vertices above and below a joint's height."""
    behind = np.flatnonzero((np.abs(garment_m[:, 0]) < MIDLINE_M) & (garment_m[:, 2] < joint_m[2]))
    heights = garment_m[behind, 1]
    above, below = heights >= joint_m[1], heights < joint_m[1]
    if not above.any() or not below.any():  # a collar or a hem ends just short of the level
        nearest = behind[np.abs(heights - joint_m[1]).argmin()]
        return Anchor(np.array([start + nearest]), np.ones(1))
    upper = behind[above][heights[above].argmin()]
    lower = behind[below][heights[below].argmax()]
    share = (joint_m[1] - garment_m[lower, 1]) / (garment_m[upper, 1] - garment_m[lower, 1])
    return Anchor(start + np.array([lower, upper]), np.array([1.0 - share, share]))
