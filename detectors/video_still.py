"""EDGE: single pictures as JPEG files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.video import Reader

Image = NDArray[np.uint8]

QUALITY: Final = 90
EVERY_FRAME_HZ: Final = 1000.0


def picture_at(path: Path, time_s: float) -> Image:
    """Return the last picture of a video that begins at or before a time, else the first, BGR.

    Raises
    ------
    VideoError
        If the video can't be read.
    """
    shown: Image | None = None
    for frame in Reader(path, EVERY_FRAME_HZ):
        if shown is not None and frame.time_s > time_s:
            break
        shown = frame.image
    if shown is None:
        raise ValueError(f"{path.name} has no picture, expected at least one")
    return shown


def as_jpeg(image: Image) -> bytes:
    """Return a BGR picture as the content of a JPEG file, which holds nothing but the picture."""
    _, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(content)


def from_jpeg(content: bytes) -> Image:
    """Return the BGR picture in the content of a JPEG file."""
    picture = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("not a picture, expected the content of a JPEG file")
    return np.asarray(picture, dtype=np.uint8)
