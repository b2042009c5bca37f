"""A rendered picture and what is known of each of its pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Picture:
    """What a camera sees before it spoils it, with depth and owners.

    Attributes
    ----------
    image_bgr
        (height, width, 3), 8 bit.
    depth_m
        Distance along the optical axis, float32, on a grid finer by the supersampling.
    owner
        On the same grid: 1 + index of the person whose pixel it is, 0 for everything else.
    """

    image_bgr: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    owner: NDArray[np.uint8]
