"""Videos on which a worker runs out of memory or crashes in native code, and the pose source that does so."""

from __future__ import annotations

import ctypes
import os
import resource
from enum import IntEnum
from pathlib import Path

import numpy as np
from barcode import CELL_PX, HANGS, BarcodePose, write_clip
from numpy.typing import NDArray

from detectors.pose import People


class Scene(IntEnum):
    """What befalls the worker, as numbered in the first cells of a picture."""

    OUT_OF_MEMORY = 10
    ABORTS = 11
    SEGFAULTS = 12


class BadPose(BarcodePose):
    """Reads what `BarcodePose` reads, and misbehaves below Python."""

    def people(self, image: NDArray[np.uint8]) -> People:
        cells = image[CELL_PX // 2, CELL_PX // 2 : 4 * CELL_PX : CELL_PX].mean(axis=-1) > 127
        match sum(int(cell) << place for place, cell in enumerate(cells)):
            case Scene.OUT_OF_MEMORY:
                resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
                np.ones(1 << 32)
            case Scene.ABORTS:
                os.abort()
            case Scene.SEGFAULTS:
                ctypes.string_at(0)
        return super().people(image)


def write_bad(folder: Path) -> None:
    """Write one recording of each kind, and one whose look never ends."""
    for hour, scene in enumerate((*Scene, HANGS), start=12):
        write_clip(folder / f"bad_20261005T{hour}0000.mp4", scene, 1.0)
