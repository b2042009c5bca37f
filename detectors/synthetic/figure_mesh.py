"""What the shaders are told of a person: the vertices and the look."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detectors.synthetic.figure import Colour, Figure, Hat, Look, Top
from detectors.synthetic.solids import Mesh


def figure_mesh(figure: Figure) -> Mesh:
    """Return all parts of a figure in one mesh; draw them part by part with ``Figure.parts``."""
    columns = (figure.vertices_m, figure.normals, figure.rest_m, figure.aux)
    faces = np.concatenate([part.faces for part in figure.parts])
    return Mesh(np.concatenate(columns, axis=1, dtype=np.float32), faces)


def look_uniforms(look: Look) -> Mapping[str, float | Colour]:
    """Return the uniforms of ``look.glsl`` for a person."""
    return {
        "skin_colour": look.skin,
        "top_colour": look.top_colour,
        "trousers_colour": look.trousers,
        "vest_colour": look.vest_colour,
        "hat_colour": look.hat_colour,
        "shoe_colour": look.shoes,
        "glove_colour": look.gloves,
        "sleeve_end": look.sleeve_end,
        "waist_m": look.waist_m,
        "neck_m": look.neck_m,
        "eye_m": look.eye_m,
        "looseness_m": look.looseness_m,
        "hair": float(look.hat == Hat.HAIR),
        "bare_chest": float(look.top == Top.BARE),
        "pattern": look.pattern_seed,
    }
