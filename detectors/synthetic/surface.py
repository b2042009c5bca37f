"""Surfaces: subdivision, triangles and normals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, vstack

from detectors.synthetic.figure import Array, Array32, Faces

Indices = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Subdivision:
    """One Catmull-Clark step.

    Attributes
    ----------
    matrix
        Shape (n_new, n_old): new positions, and new skin weights, as means of the old ones.
    faces
        The new quadrilaterals, shape (4 F, 4).
    """

    matrix: csr_array
    faces: Faces


def catmull_clark(faces: Faces, count: int) -> Subdivision:
    """Return the Catmull-Clark step of quadrilaterals over ``count`` vertices.

    New rows are the moved old vertices, then one per edge, then one per face. Border edges are
    halved and border vertices follow the border, so that open garments keep their rims.
    """
    edges, corner_edges, uses = _edges(faces)
    corners = np.repeat(np.arange(len(faces)), 4)
    face_points = _matrix(corners, faces.ravel(), 0.25, (len(faces), count))
    ends = _matrix(np.repeat(np.arange(len(edges)), 2), edges.ravel(), 0.5, (len(edges), count))
    beside = _matrix(corner_edges.ravel(), corners, 0.5, (len(edges), len(faces)))
    inner = (uses == 2).astype(float)
    middles = _scaled(1.0 - 0.5 * inner, ends) + _scaled(0.5 * inner, beside @ face_points)
    moved = _moved_vertices(faces, count, face_points, edges, uses)
    first_edge, first_face = count, count + len(edges)
    before = np.roll(corner_edges, 1, axis=1)
    centres = np.broadcast_to(first_face + np.arange(len(faces))[:, None], faces.shape)
    new = np.stack([faces, first_edge + corner_edges, centres, first_edge + before], axis=2)
    return Subdivision(csr_array(vstack([moved, middles, face_points])), new.reshape(-1, 4).astype(np.int32))


def triangles(quads: Faces) -> Faces:
    """Return two triangles per quadrilateral, shape (2 F, 3)."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)


def corner_sums(faces: Faces, count: int) -> csr_array:
    """Return the matrix that sums a value of each triangle onto its corners, shape (count, F)."""
    rows = faces.T.ravel()
    columns = np.tile(np.arange(len(faces)), faces.shape[1])
    values = np.ones(len(rows), dtype=np.float32)
    return csr_array(coo_array((values, (rows, columns)), shape=(count, len(faces))))


def normals(vertices_m: Array32, faces: Faces, sums: csr_array) -> Array32:
    """Return unit normals at the vertices, shape (n, 3): means of the triangles' by their areas."""
    a, b, c = (vertices_m[faces[:, corner]] for corner in range(3))
    total = sums @ np.cross(b - a, c - a)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.asarray(total / np.maximum(length, 1e-12), dtype=np.float32)


def _edges(faces: Faces) -> tuple[Faces, Faces, Faces]:
    """Return edges (E, 2), the edge after each corner (F, 4), and faces per edge (E,)."""
    sides = np.sort(np.stack([faces, np.roll(faces, -1, axis=1)], axis=2).reshape(-1, 2), axis=1)
    edges, inverse, uses = np.unique(sides, axis=0, return_inverse=True, return_counts=True)
    return edges.astype(np.int32), inverse.reshape(-1, 4).astype(np.int32), uses.astype(np.int32)


def _moved_vertices(faces: Faces, count: int, face_points: csr_array, edges: Faces, uses: Faces) -> csr_array:
    """Return where the old vertices move: (F + 2 E + (n - 3) V) / n, on rims (6 V + neighbours) / 8."""
    corners = np.repeat(np.arange(len(faces)), 4)
    valence = np.maximum(np.bincount(faces.ravel(), minlength=count), 1).astype(float)
    around = _matrix(faces.ravel(), corners, 1.0, (count, len(faces)))
    both = np.concatenate([edges, edges[:, ::-1]])
    rim = np.concatenate([uses, uses]) == 1
    linked = _matrix(both[:, 0], both[:, 1], 1.0, (count, count))
    on_rim = np.bincount(both[rim, 0], minlength=count) > 0
    identity = _matrix(np.arange(count), np.arange(count), 1.0, (count, count))
    # The mean of edge middles holds the vertex itself once: 2 E = V + the mean of the neighbours.
    inside = (
        _scaled(1.0 / valence**2, around @ face_points)
        + _scaled(1.0 / valence**2, linked)
        + _scaled((valence - 2.0) / valence, identity)
    )
    along_rim = _matrix(both[rim, 0], both[rim, 1], 0.125, (count, count)) + 0.75 * identity
    return csr_array(_scaled(~on_rim, inside) + _scaled(on_rim, along_rim))


def _scaled(factors: Array | NDArray[np.bool_], matrix: csr_array) -> csr_array:
    """Return the matrix with each row multiplied by its factor."""
    return csr_array(matrix.multiply(np.asarray(factors, dtype=float)[:, None]))


def _matrix(rows: Indices, columns: Indices, value: float, shape: tuple[int, int]) -> csr_array:
    return csr_array(coo_array((np.full(len(rows), value), (rows, columns)), shape=shape))
