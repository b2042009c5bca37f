"""The truth of a picture as plain numbers and words, ready for JSON; unknown is null."""

from __future__ import annotations

from typing import Any

import numpy as np

from detectors.synthetic.camera_rig import Camera
from detectors.synthetic.cast import Acted
from detectors.synthetic.figure import JOINT_NAMES
from detectors.synthetic.observe import Observed


def view_truth(camera: Camera, one: Acted, person: Observed) -> dict[str, Any]:
    """Return what is true of a person, how the camera stands to them, and where their points are.

    ``azimuth_deg`` is 0 where the camera is before the person, 90 at their left; ``points_px``
    holds column, row and visibility of each of ``JOINT_NAMES``.
    """
    away = camera.eye_m - one.figure.joints_m["sacrum"]
    heading_deg = np.degrees(np.arctan2(away[0], away[2])) - one.truth["yaw_deg"]
    return {
        **one.truth,
        "azimuth_deg": float(heading_deg % 360.0),
        "elevation_deg": float(np.degrees(np.arcsin(away[1] / np.linalg.norm(away)))),
        "distance_m": float(np.linalg.norm(away)),
        "box_px": None if person.box_px is None else np.round(person.box_px, 2).tolist(),
        "area_px": round(person.area_px, 1),
        "points_px": {
            name: [*(None if np.isnan(v) else round(float(v), 2) for v in point), str(seen)]
            for name, point, seen in zip(JOINT_NAMES, person.points_px, person.seen, strict=True)
        },
    }


def camera_truth(camera: Camera) -> dict[str, Any]:
    """Return the camera as plain numbers; see ``Camera``."""
    return {
        "eye_m": camera.eye_m.tolist(),
        "rotation": camera.rotation.tolist(),
        "focal_px": camera.focal_px,
        "lens": camera.lens,
        "size_px": [camera.width_px, camera.height_px],
    }
