"""EDGE: what draws: programs, noise and shadow maps, and people and loads made ready for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import moderngl
import numpy as np

from detectors.synthetic import gpu
from detectors.synthetic.figure import Figure, Material
from detectors.synthetic.figure_mesh import figure_mesh, look_uniforms
from detectors.synthetic.solids import MOVABLE, Finish, Solid, mesh
from detectors.synthetic.targets import ShadowMap

CLOSED: Final = (Material.SKIN, Material.CLOTH, Material.BACKPACK, Material.EYE)
"""What one can't look into, as one can under the hem of a jacket or the brim of a hat."""


class Renderer:
    """The programs, the noise and the shadow map of people; opened once per process.

    ``supersampling`` is how many times finer than the picture it shades, in each direction.

    Raises
    ------
    RuntimeError
        If no OpenGL 3.3 is to be had.
    """

    def __init__(self, supersampling: int = 2) -> None:
        self.supersampling = supersampling
        self.context = gpu.open_context()
        self.hall = gpu.hall_programs(self.context)
        self.people = gpu.people_programs(self.context)
        self.depth = gpu.depth_program(self.context)
        self.compose = Screen(self.context, "compose_fragment")
        self.develop = Screen(self.context, "develop_fragment")
        self.noise = gpu.noise_volume(self.context)
        self.people_shadow = ShadowMap(self.context, 1024)

    @property
    def name(self) -> str:
        """What draws: the card, or ``llvmpipe``."""
        return str(self.context.info["GL_RENDERER"])


class Screen:
    """A fragment shader that covers its target."""

    def __init__(self, context: moderngl.Context, fragment: str) -> None:
        self.program = context.program(gpu.source("fullscreen_vertex"), gpu.source(fragment))
        corners = context.buffer(np.array([-1, -1, 3, -1, -1, 3], dtype=np.float32).tobytes())
        self._array = context.vertex_array(self.program, corners, "in_corner")

    def render(self) -> None:
        """Cover the target, or its scissor."""
        self._array.render(vertices=3)


@dataclass(frozen=True)
class Thing:
    """A person, or the solids of one finish, on the card."""

    drawable: gpu.Drawable
    uniforms: Mapping[str, gpu.Value]

    def draw(self) -> None:
        """Draw all layers into the target in use; what all things share must be assigned before."""
        for program in self.drawable.programs:
            gpu.assign(program, self.uniforms)
        self.drawable.shade()


def person(renderer: Renderer, figure: Figure, owner: int) -> Thing:
    """Bring a figure to the card; ``owner`` marks its pixels."""
    layers = [
        gpu.Layer(renderer.people[part.material], part.faces, part.material in CLOSED)
        for part in figure.parts
    ]
    drawable = gpu.Drawable(renderer.context, figure_mesh(figure), layers)
    return Thing(drawable, {**look_uniforms(figure.look), "owner": float(owner)})


def moving(renderer: Renderer, solids: Sequence[Solid]) -> list[Thing]:
    """Bring solids that move to the card, those of one finish together."""
    uniforms = {"owner": 0.0, "pattern": 0.0}
    return [
        Thing(_boxes(renderer, same, renderer.people[finish]), uniforms)
        for finish, same in _by_finish(solids)
        if finish in MOVABLE
    ]


def hall(renderer: Renderer, solids: Sequence[Solid]) -> list[tuple[Finish, Thing]]:
    """Bring the solids of a hall to the card, those of one finish together."""
    return [
        (finish, Thing(_boxes(renderer, same, renderer.hall[finish]), {"pattern": 0.0}))
        for finish, same in _by_finish(solids)
    ]


def _by_finish(solids: Sequence[Solid]) -> list[tuple[Finish, list[Solid]]]:
    found = [(finish, [solid for solid in solids if solid.finish == finish]) for finish in Finish]
    return [(finish, same) for finish, same in found if same]


def _boxes(renderer: Renderer, solids: Sequence[Solid], program: moderngl.Program) -> gpu.Drawable:
    box = mesh(solids)
    return gpu.Drawable(renderer.context, box, [gpu.Layer(program, box.faces)])
