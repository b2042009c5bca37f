"""Rigid things on the body: hat or hair, and backpack."""

from __future__ import annotations

from typing import Final

import numpy as np

from detectors.synthetic.figure import Array, Faces, Hat

AROUND: Final = 32
RINGS: Final = 10

VISOR_STEPS: Final = 15
HELMET_GAP_M: Final = 0.018
COVER_GAP_M: Final = {Hat.HAIR: 0.009, Hat.CAP: 0.007}
"""How far hair and cap stand off the skin."""

BACKPACK_HALF_M: Final = np.array([0.15, 0.23, 0.085])
BACKPACK_SQUARENESS: Final = 0.45


def hard_hat(skull_m: Array, eye_m: float) -> tuple[Array, Faces]:
    """Return vertices and quadrilaterals of a helmet with a brim all round, longest in front.

    Parameters
    ----------
    skull_m
        Shape (n, 3): vertices of the head at rest.
    eye_m
        Height of the eyes at rest, m.
    """
    middle, half = _around(skull_m, eye_m, HELMET_GAP_M)
    turn = np.linspace(0.0, 2.0 * np.pi, AROUND, endpoint=False)
    rise = np.linspace(0.0, np.pi / 2.0, RINGS + 1)[:, None]
    wide = np.cos(rise) ** 0.6 * np.ones(AROUND)
    wide[0] += 0.10 + 0.22 * np.clip((np.sin(turn) - 0.3) / 0.7, 0.0, 1.0)
    points = np.stack(
        [
            middle[0] + half[0] * wide * np.cos(turn),
            middle[1] + half[1] * np.sin(rise) - 0.02 * np.clip(-np.sin(turn), 0.0, 1.0) * wide,
            middle[2] + half[2] * wide * np.sin(turn),
        ],
        axis=-1,
    )
    return points.reshape(-1, 3), _grid(RINGS)


def visor(skull_m: Array, eye_m: float) -> tuple[Array, Faces]:
    """Return the peak of a cap, two rows of vertices from temple to temple."""
    middle, half = _around(skull_m, eye_m, 0.0)
    turn = np.radians(np.linspace(150.0, 30.0, VISOR_STEPS))
    out = 0.075 * np.clip(np.sin(turn) - 0.4, 0.0, 1.0) ** 0.5
    inner = np.column_stack(
        [0.95 * half[0] * np.cos(turn), np.full(VISOR_STEPS, 0.01), half[2] * np.sin(turn)]
    )
    outer = inner + np.column_stack([0.0 * out, -0.012 * np.ones(VISOR_STEPS), out])
    step = np.arange(VISOR_STEPS - 1)
    quads = np.column_stack([step, VISOR_STEPS + step, VISOR_STEPS + step + 1, step + 1])
    return middle + np.concatenate([inner, outer]), quads.astype(np.int32)


def scalp(hat: Hat, points_m: Array, quads: Faces, eye_m: float) -> Faces:
    """Return the quadrilaterals of the head that hair or a cap covers.

    Hair begins over the brow, spares the ears and ends at the nape; a cap sits on the upper head.
    """
    above = points_m[:, 1] - eye_m
    front, back = points_m[:, 2].max(), points_m[:, 2].min()
    behind = (front - points_m[:, 2]) / (front - back)
    if hat is Hat.CAP:
        covered = above > 0.055 - 0.06 * behind
    else:
        covered = (above > 0.06 - 0.05 * behind) | ((behind > 0.68) & (above > -0.07))
    return np.asarray(quads[covered[quads].all(axis=1)])


def backpack(back_m: Array) -> tuple[Array, Faces]:
    """Return a rounded box whose front touches the point ``back_m`` (3,) of the back."""
    turn = np.linspace(0.0, 2.0 * np.pi, AROUND, endpoint=False)
    rise = np.linspace(-np.pi / 2.0, np.pi / 2.0, RINGS + 1)[:, None]
    sphere = np.stack(
        [
            _power(np.cos(rise)) * _power(np.cos(turn)),
            _power(np.sin(rise)) * np.ones(AROUND),
            _power(np.cos(rise)) * _power(np.sin(turn)),
        ],
        axis=-1,
    )
    centre = back_m + np.array([0.0, 0.0, -0.35 * BACKPACK_HALF_M[2]])
    return (centre + sphere * BACKPACK_HALF_M).reshape(-1, 3), _grid(RINGS)


def _around(skull_m: Array, eye_m: float, gap_m: float) -> tuple[Array, Array]:
    """Return the middle of the brow's plane and the half axes of the skull above it, (3,) each."""
    top, rim = skull_m[:, 1].max(), eye_m + 0.05
    upper = skull_m[skull_m[:, 1] > rim]
    low, high = upper.min(axis=0), upper.max(axis=0)
    middle, half = (low + high) / 2.0, (high - low) / 2.0 + gap_m
    return np.array([middle[0], rim, middle[2]]), np.array([half[0], top + gap_m - rim, half[2]])


def _power(values: Array) -> Array:
    return np.asarray(np.sign(values) * np.abs(values) ** BACKPACK_SQUARENESS)


def _grid(rings: int) -> Faces:
    """Return the quadrilaterals of rings of ``AROUND`` vertices, seen from outside."""
    ring, step = np.meshgrid(np.arange(rings), np.arange(AROUND), indexing="ij")
    after = (step + 1) % AROUND
    corners = (
        ring * AROUND + step,
        (ring + 1) * AROUND + step,
        (ring + 1) * AROUND + after,
        ring * AROUND + after,
    )
    return np.stack(corners, axis=-1).reshape(-1, 4).astype(np.int32)
