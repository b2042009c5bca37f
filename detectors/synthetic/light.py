"""The light of the hall: one key light with shadows, a fill and light from all around."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.synthetic.figure import Colour


@dataclass(frozen=True)
class Light:
    """Light in linear units, where a white wall in full light is about 1.

    Attributes
    ----------
    key_direction, fill_direction
        Unit vectors towards the light.
    key, fill
        Colour and strength; only the key casts shadows.
    above, below
        Light from all around on surfaces that look up and down.
    exposure
        What the camera multiplies by.
    """

    key_direction: tuple[float, float, float]
    key: Colour
    fill_direction: tuple[float, float, float]
    fill: Colour
    above: Colour
    below: Colour
    exposure: float


def draw_light(rng: np.random.Generator) -> Light:
    """Draw the light of a hall: lamps, daylight through a door, or a few lamps at night."""
    dim = rng.random() < 0.2
    warmth = rng.uniform(-0.12, 0.12) * (1.8 if dim else 1.0)
    tint = np.array([1.0 + warmth, 1.0, 1.0 - warmth])
    share = rng.uniform(0.35, 0.9)  # of the key: hard shadows at night, soft ones under many lamps
    level = rng.uniform(0.12, 0.35) if dim else rng.uniform(0.8, 1.3)
    around = level * (1.05 - share) * 0.75
    return Light(
        key_direction=_unit(rng, 0.9),
        key=_colour(level * share * tint),
        fill_direction=_unit(rng, 2.0),
        fill=_colour(level * rng.uniform(0.08, 0.3) * tint[::-1]),
        above=_colour(around * np.array([0.97, 1.0, 1.04])),
        below=_colour(around * rng.uniform(0.35, 0.65) * tint),
        exposure=float(rng.uniform(0.75, 1.15) * (rng.uniform(1.2, 2.2) if dim else 1.0)),
    )


def _unit(rng: np.random.Generator, slant: float) -> tuple[float, float, float]:
    direction = np.array([rng.uniform(-slant, slant), 1.0, rng.uniform(-slant, slant)])
    x, y, z = direction / np.linalg.norm(direction)
    return float(x), float(y), float(z)


def _colour(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Colour:
    red, green, blue = values
    return float(red), float(green), float(blue)
