"""The check of an input against the values that it can take at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def within(name: str, values: ArrayLike, low: float = 0.0, high: float = np.inf) -> Array:
    """Return the values as float64 of the same shape; unknown ones (NaN) pass.

    Raises
    ------
    ValueError
        If a value lies outside ``[low, high]``; the message names the input and the range.
    """
    checked = np.asarray(values, dtype=np.float64)
    outside = checked[(checked < low) | (checked > high)]
    if outside.size:
        allowed = f"at least {low:g}" if np.isinf(high) else f"between {low:g} and {high:g}"
        raise ValueError(f"{name} is {outside[0]:g}, expected a value {allowed} or NaN")
    return checked
