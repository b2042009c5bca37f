"""EDGE: programs, buffers and textures on the graphics card, or on the processor in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Final, NamedTuple

import moderngl
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from detectors.synthetic.figure import Faces, Material
from detectors.synthetic.solids import MOVABLE, Finish, Mesh

Array = NDArray[np.float64]
Value = float | Sequence[float] | NDArray[np.floating[Any]]

ON_PEOPLE: Final = ("lighting", "look", "noise")
ON_SOLIDS: Final = ("lighting", "noise")
NOISE_SIDE: Final = 64


def open_context() -> moderngl.Context:
    """Open a context without a display.

    Raises
    ------
    RuntimeError
        If there is none to be had.
    """
    settings: dict[str, Any] = {"standalone": True, "backend": "egl", "require": 330}
    try:
        return moderngl.create_context(**settings)
    except Exception as error:  # the vendor raises nothing more precise
        raise RuntimeError(
            f"drawing: no OpenGL 3.3 without a display ({error}), "
            "expected EGL as in the packages libegl1 and libgl1-mesa-dri"
        ) from error


def source(*names: str) -> str:
    """Return the text of some shader files in one."""
    folder = resources.files("detectors.synthetic") / "shaders"
    return "#version 330\n" + "\n".join((folder / f"{name}.glsl").read_text() for name in names)


def hall_programs(context: moderngl.Context) -> dict[Finish, moderngl.Program]:
    """Return a program for each finish: small ones, since a branch costs even where it isn't taken."""
    return {finish: _program(context, *ON_SOLIDS, finish, "hall_main") for finish in Finish}


def people_programs(context: moderngl.Context) -> dict[str, moderngl.Program]:
    """Return a program for each material of people and for what they move."""
    programs = {str(m): _program(context, *ON_PEOPLE, m, "moving_main") for m in Material}
    return programs | {str(f): _program(context, *ON_SOLIDS, f, "moving_main") for f in MOVABLE}


def depth_program(context: moderngl.Context) -> moderngl.Program:
    """Return the program that draws depth alone."""
    return context.program(source("depth_vertex"), source("depth_fragment"))


def _program(context: moderngl.Context, *names: str) -> moderngl.Program:
    return context.program(source("vertex"), source(*names))


def assign(program: moderngl.Program, values: Mapping[str, Value]) -> None:
    """Set the uniforms that a program has; matrices, (4, 4), multiply columns from the left."""
    for name, value in values.items():
        uniform: Any = program.get(name, None)
        if uniform is None:
            continue
        numbers = np.asarray(value, dtype=np.float32)
        uniform.write(numbers.T.tobytes() if numbers.shape == (4, 4) else numbers.tobytes())


def bind(program: moderngl.Program, textures: Mapping[str, moderngl.Texture | moderngl.Texture3D]) -> None:
    """Hand a program the textures that it has."""
    for unit, (name, texture) in enumerate(textures.items()):
        uniform: Any = program.get(name, None)
        if uniform is not None:
            texture.use(unit)
            uniform.value = unit


class Layer(NamedTuple):
    """Faces of a mesh with their program; of a closed surface only the side seen from outside is drawn."""

    program: moderngl.Program
    faces: Faces
    closed: bool = False


class Drawable:
    """A mesh on the card, with layers of its faces for different programs; release it after use."""

    def __init__(self, context: moderngl.Context, mesh: Mesh, layers: Sequence[Layer]) -> None:
        vertices = context.buffer(np.ascontiguousarray(mesh.vertices).tobytes())
        attributes = ("in_place", "in_normal", "in_rest", "in_extra")
        self.programs = [layer.program for layer in layers]
        self._buffers = [vertices]
        self._arrays = []
        self._closed = [layer.closed for layer in layers]
        for layer in layers:
            indices = context.buffer(np.ascontiguousarray(layer.faces, dtype=np.int32).tobytes())
            content = [(vertices, "3f 3f 3f 4f", *attributes)]
            self._arrays.append(context.vertex_array(layer.program, content, indices, skip_errors=True))
            self._buffers.append(indices)
        self._context = context

    def shade(self) -> None:
        """Draw each layer with its program, halving the work where the surface is closed."""
        # Rows run downwards in all targets, which turns the outside of a face into the card's "front".
        self._context.cull_face = "front"
        for array, closed in zip(self._arrays, self._closed, strict=True):
            if closed:
                self._context.enable(moderngl.CULL_FACE)
            array.render()
            self._context.disable(moderngl.CULL_FACE)

    def depth(self, program: moderngl.Program) -> None:
        """Draw the depth of all layers with one program."""
        vertices, *indices = self._buffers
        for faces in indices:
            array = self._context.vertex_array(program, [(vertices, "3f 40x", "in_place")], faces)
            array.render()
            array.release()

    def release(self) -> None:
        """Free the memory on the card."""
        for array in self._arrays:
            array.release()
        for buffer in self._buffers:
            buffer.release()


def noise_volume(context: moderngl.Context) -> moderngl.Texture3D:
    """Return tiling fractal noise (red) and its slope (green, blue, alpha), the same every time."""
    rng = np.random.default_rng(7)
    volume = np.zeros((NOISE_SIDE,) * 3)
    for cells, share in ((8, 0.5), (16, 0.25), (32, 0.15), (64, 0.1)):
        lattice = np.pad(rng.random((cells,) * 3), 3, mode="wrap")
        step = NOISE_SIDE // cells
        fine = ndimage.zoom(lattice, step, order=3, mode="grid-wrap", grid_mode=True)
        volume += share * fine[(slice(3 * step, 3 * step + NOISE_SIDE),) * 3]
    volume = np.clip(0.5 + (volume - volume.mean()) * 1.6, 0.0, 1.0)
    slopes = [
        (np.roll(volume, -1, axis) - np.roll(volume, 1, axis)) * NOISE_SIDE / 16.0 for axis in (2, 1, 0)
    ]
    channels = np.stack([volume, *(0.5 + 0.5 * np.clip(slope, -1.0, 1.0) for slope in slopes)], axis=-1)
    size = (NOISE_SIDE,) * 3
    texture = context.texture3d(size, 4, (channels * 255.0).round().astype(np.uint8).tobytes())
    texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
    texture.build_mipmaps()
    return texture
