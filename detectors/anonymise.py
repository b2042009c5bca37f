"""Cover parts of a picture so that they can't be restored, and tell whether they are covered.

A cover is a mosaic of tiles that are each of one colour, the mean of what was there: a head under it is
about one tile wide. The tiles lie on one grid per picture, so that covers that overlap stay tiles.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]

TILES_PER_BOX: Final = 4
TILE_STEP_PX: Final = 8
"""Tiles are whole transform blocks of the encoder, so that it keeps them even."""

EDGE_PX: Final = 2
"""Along the border of a tile the encoder smooths into its neighbours."""

LARGEST_SPREAD: Final = 8.0
"""Grey levels by which the colour of a tile may spread after encoding; a face spreads by 20 and more."""


def cover(image: Image, boxes: Array) -> Image:
    """Return a copy of the picture with every tile that a box touches in one colour.

    Parameters
    ----------
    image
        BGR, shape (height, width, 3).
    boxes
        Shape (n, 4): x1, y1, x2, y2 px; parts outside the picture are passed over.
    """
    covered = image.copy()
    for rows, columns in _tiles(touched(image.shape, boxes, tile_px(boxes)), tile_px(boxes)):
        tile = covered[rows, columns]
        tile[...] = np.rint(tile.reshape(-1, 3).mean(axis=0)).astype(np.uint8)
    return covered


def tile_px(boxes: Array) -> int:
    """Return the side of the tiles that cover boxes: the largest box is four across."""
    if not len(boxes):
        return TILE_STEP_PX
    longest = float((boxes[:, 2:] - boxes[:, :2]).max())
    return TILE_STEP_PX * max(1, int(np.ceil(longest / TILES_PER_BOX / TILE_STEP_PX)))


def touched(shape: tuple[int, ...], boxes: Array, side_px: int) -> Mask:
    """Return which tiles boxes touch, shape (rows, columns) of the grid of a picture of some shape."""
    height_px, width_px = shape[:2]
    grid = np.zeros((-(-height_px // side_px), -(-width_px // side_px)), dtype=bool)
    for x1, y1, x2, y2 in boxes:
        if x2 > 0 and y2 > 0 and x1 < width_px and y1 < height_px:
            first = np.maximum(np.floor(np.array([y1, x1]) / side_px), 0).astype(int)
            last = np.floor(np.array([y2, x2]) / side_px).astype(int)
            grid[first[0] : last[0] + 1, first[1] : last[1] + 1] = True
    return grid


def even(image: Image, wanted: Mask, side_px: int) -> Mask:
    """Return which of the wanted tiles are of one colour, as far as an encoder keeps one, (rows, columns)."""
    flat = np.zeros_like(wanted)
    for rows, columns in _tiles(wanted, side_px):
        tile = image[rows, columns].astype(float)
        inner = tile[EDGE_PX:-EDGE_PX, EDGE_PX:-EDGE_PX]
        # A sliver at the border of the picture has no inner part and shows nothing either.
        spread = inner.reshape(-1, 3).std(axis=0).max() if inner.size else 0.0
        flat[rows.start // side_px, columns.start // side_px] = spread <= LARGEST_SPREAD
    return flat


def lie_under(needed: Array, boxes: Array) -> bool:
    """Return whether every tile that ``needed`` touches is one that boxes cover; both (n, 4)."""
    if not len(needed):
        return True
    low, high = needed[:, :2].min(axis=0), needed[:, 2:].max(axis=0)
    corner = np.minimum(low, boxes[:, :2].min(axis=0) if len(boxes) else low)
    side_px = tile_px(boxes)
    # The grid begins at the corner of the picture; it may go on beyond its upper and left borders.
    offset = np.tile(side_px * np.floor(corner / side_px), 2)
    shape = tuple(int(one) + 1 for one in (high - offset[:2])[::-1])
    under = ~touched(shape, needed - offset, side_px) | touched(shape, boxes - offset, side_px)
    return bool(under.all())


def bare(image: Image, boxes: Array, needed: Array) -> bool:
    """Return whether anything that must be hidden shows in a picture.

    Parameters
    ----------
    image
        The picture as it is to be shown.
    boxes
        What was covered, as it was given to `cover`.
    needed
        What must be under a cover, shape (m, 4): a tile of it that no box touched or that is not of one
        colour is bare.
    """
    side_px = tile_px(boxes)
    must = touched(image.shape, needed, side_px)
    hidden = even(image, must & touched(image.shape, boxes, side_px), side_px)
    return bool((must & ~hidden).any())


def _tiles(wanted: Mask, side_px: int) -> list[tuple[slice, slice]]:
    return [
        (slice(row * side_px, (row + 1) * side_px), slice(column * side_px, (column + 1) * side_px))
        for row, column in np.argwhere(wanted).tolist()
    ]
