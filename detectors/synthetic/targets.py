"""EDGE: what the graphics card draws into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import moderngl
import numpy as np
from numpy.typing import NDArray

Rectangle = tuple[int, int, int, int]

_NUMBERS: Final = {"f1": np.uint8, "f4": np.float32}


class Target:
    """Colour textures and a depth texture of one size, row 0 at the top of the picture.

    ``kinds`` gives each colour texture as type and number of channels, such as ``("f2", 4)``.
    """

    def __init__(
        self, context: moderngl.Context, size: tuple[int, int], kinds: Sequence[tuple[str, int]]
    ) -> None:
        self.size = size
        self._kinds = kinds
        self.colours = [context.texture(size, channels, dtype=dtype) for dtype, channels in kinds]
        self.depth = context.depth_texture(size)
        self.depth.compare_func = ""
        for texture in self.colours:
            texture.repeat_x = texture.repeat_y = False
        self.depth.repeat_x = self.depth.repeat_y = False
        self._buffer = context.framebuffer(self.colours, self.depth)

    def use(self, rectangle: Rectangle | None = None) -> None:
        """Draw into this from now on, all of it or a rectangle (left, top, width, height)."""
        self._buffer.use()
        self._buffer.scissor = rectangle or (0, 0, *self.size)

    def clear(self) -> None:
        """Set everything to 0 and the depth to the farthest."""
        self._buffer.clear()

    def read(self, number: int, rectangle: Rectangle) -> NDArray[np.uint8] | NDArray[np.float32]:
        """Return a rectangle of a colour texture, (height, width, channels)."""
        dtype, channels = self._kinds[number]
        raw = self._buffer.read(
            viewport=rectangle, components=channels, attachment=number, alignment=1, dtype=dtype
        )
        return np.frombuffer(raw, _NUMBERS[dtype]).reshape(rectangle[3], rectangle[2], channels)

    def release(self) -> None:
        """Free the memory on the card."""
        self._buffer.release()
        for texture in (*self.colours, self.depth):
            texture.release()


class ShadowMap:
    """What a light sees: the depth of the nearest things, looked up with a soft edge."""

    def __init__(self, context: moderngl.Context, side: int) -> None:
        self.texture = context.depth_texture((side, side))
        self.texture.compare_func = "<="
        self.texture.repeat_x = self.texture.repeat_y = False
        self._buffer = context.framebuffer([], self.texture)

    def use(self) -> None:
        """Draw into this from now on, starting afresh."""
        self._buffer.use()
        self._buffer.clear(depth=1.0)

    def release(self) -> None:
        """Free the memory on the card."""
        self._buffer.release()
        self.texture.release()
