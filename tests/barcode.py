"""Videos whose frames carry their own number, and a pose source that reads it: real files, known people."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from stick_figure import CARRY, STAND, STOOP, Camera, film, through

from detectors.pose import People
from detectors.video_writer import Writer

WIDTH_PX, HEIGHT_PX, CELL_PX, BITS = 320, 240, 20, 12
RATE_HZ = 12.5
CAMERA = Camera(stature_px=180.0, width_px=WIDTH_PX, height_px=HEIGHT_PX)
EMPTY, LIFT, HANGS, DIES, SLOW, SET_DOWN = range(6)
MOVEMENTS = {
    LIFT: through([(1.5, STAND), (2.7, STOOP), (3.1, STOOP), (4.3, CARRY)]),
    SET_DOWN: through([(1.5, CARRY), (2.7, STOOP), (3.1, STOOP), (4.3, STAND)]),
}
"""A load taken up from, or set down on, the floor: start 1.5 s, lowest 2.7 to 3.1 s, end 4.3 s."""


def write_clip(path: Path, scene: int, seconds: float = 6.0) -> Path:
    """Write a video of a scene; its first cells hold the scene and the frame number in black and white."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Writer(path, WIDTH_PX, HEIGHT_PX) as writer:
        for number in range(round(seconds * RATE_HZ)):
            writer.write(picture(scene, number), number / RATE_HZ)
    return path


class BarcodePose:
    """Finds in each picture the people that its barcode stands for; some scenes misbehave on purpose."""

    version = "barcode@000000000000"

    def __init__(self, weights: Path, image_size: int, device: str) -> None:
        del weights, image_size, device

    def people(self, image: NDArray[np.uint8]) -> People:
        cells = image[CELL_PX // 2, CELL_PX // 2 : 16 * CELL_PX : CELL_PX].mean(axis=-1) > 127
        scene, number = _number(cells[:4]), _number(cells[4:])
        if scene == HANGS:
            time.sleep(600)
        if scene == DIES and number > 3:
            os.kill(os.getpid(), signal.SIGKILL)
        if scene == SLOW:
            time.sleep(0.05)
        return _people(LIFT if scene == SLOW else scene, number)


@cache
def _people(scene: int, number: int) -> People:
    if scene not in MOVEMENTS:
        return People(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 17, 3)))
    track = film(MOVEMENTS[scene], np.array([number / RATE_HZ]), CAMERA)
    return People(track.box_px, np.array([0.9]), track.keypoints)


def picture(scene: int, number: int) -> NDArray[np.uint8]:
    image = np.full((HEIGHT_PX, WIDTH_PX, 3), 90, dtype=np.uint8)
    bits = [*_bits(scene, 4), *_bits(number, BITS)]
    for i, bit in enumerate(bits):
        image[:CELL_PX, i * CELL_PX : (i + 1) * CELL_PX] = 255 if bit else 0
    return image


def _bits(value: int, count: int) -> list[bool]:
    return [bool(value >> i & 1) for i in range(count)]


def _number(cells: Sequence[bool] | NDArray[np.bool_]) -> int:
    return sum(int(cell) << i for i, cell in enumerate(cells))
