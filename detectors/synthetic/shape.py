"""Shapes of bodies, drawn over MakeHuman's macro targets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from detectors.synthetic.figure import Array
from detectors.synthetic.mesh import Mesh

ANCESTRIES: Final = ("african", "asian", "caucasian")
FEMALE_SHARE: Final = 0.35
STATURE_M: Final = {"female": (1.64, 0.07), "male": (1.77, 0.07)}
"""Mean and standard deviation of adult stature, m, as in European surveys."""


class Sex(StrEnum):
    """The two families of macro targets."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True)
class Shape:
    """The macro shape of a body.

    Attributes
    ----------
    ancestry
        Shares of ``ANCESTRIES``, summing to 1.
    muscle, weight
        -1 least, 0 average, 1 most.
    limb_length
        -1 proportions of a short, 1 of a tall body; the stature is scaled afterwards.
    proportions
        -1 uncommon, 1 ideal.
    """

    sex: Sex
    ancestry: tuple[float, float, float]
    muscle: float
    weight: float
    stature_m: float
    limb_length: float
    proportions: float


def draw_shape(rng: np.random.Generator) -> Shape:
    """Return a body shape; thin and heavy, weak and strong, short and tall all occur."""
    sex = Sex.FEMALE if rng.random() < FEMALE_SHARE else Sex.MALE
    african, asian, caucasian = rng.dirichlet([0.7, 0.7, 0.7])
    mean, deviation = STATURE_M[sex]
    return Shape(
        sex=sex,
        ancestry=(float(african), float(asian), float(caucasian)),
        muscle=float(rng.uniform(-0.7, 0.9)),
        weight=float(rng.uniform(-0.7, 1.0)),
        stature_m=float(np.clip(rng.normal(mean, deviation), 1.48, 1.98)),
        limb_length=float(rng.uniform(-0.7, 0.7)),
        proportions=float(rng.uniform(-0.8, 0.6)),
    )


def shaped_vertices_m(mesh: Mesh, shape: Shape) -> Array:
    """Return the vertices of the mesh in this shape, shape (n_vertices, 3), soles at y = 0."""
    vertices = mesh.vertices_m.copy()
    for name, share in _targets(shape):
        rows, moved_m = mesh.targets[name]
        vertices[rows] += share * moved_m
    skin = vertices[np.unique(mesh.groups["body"])]
    low, high = skin[:, 1].min(), skin[:, 1].max()
    vertices[:, 1] -= low
    return np.asarray(vertices * shape.stature_m / (high - low))


def _targets(shape: Shape) -> list[tuple[str, float]]:
    sex = shape.sex
    found = [(f"{name}-{sex}-young", share) for name, share in zip(ANCESTRIES, shape.ancestry, strict=True)]
    for muscle, muscle_share in _ends("muscle", shape.muscle):
        for weight, weight_share in _ends("weight", shape.weight):
            found.append((f"universal-{sex}-young-{muscle}-{weight}", muscle_share * weight_share))
    plain = f"{sex}-young-averagemuscle-averageweight"
    tall = "maxheight" if shape.limb_length > 0 else "minheight"
    ideal = "idealproportions" if shape.proportions > 0 else "uncommonproportions"
    return [
        *found,
        (f"{plain}-{tall}", abs(shape.limb_length)),
        (f"{plain}-{ideal}", abs(shape.proportions)),
    ]


def _ends(name: str, value: float) -> list[tuple[str, float]]:
    """Return the targets that a value between -1 and 1 lies between, with their shares."""
    end = "max" if value > 0 else "min"
    return [(f"average{name}", 1.0 - abs(value)), (f"{end}{name}", abs(value))]
