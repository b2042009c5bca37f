"""Bind the shaped mesh to the skeleton, and move it by linear blend skinning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.synthetic.figure import Array, Array32
from detectors.synthetic.mesh import Mesh
from detectors.synthetic.shape import Shape, shaped_vertices_m
from detectors.synthetic.skeleton import BONES, INDEX, SIDES, SPINE, Pose, Skeleton

SPINE_HEIGHTS: Final = np.array([0.13, 0.19, 0.25, 0.31, 0.37, 0.43, 0.60, 0.78])
"""Height of each spine joint between the hip joints (0) and the base of the neck (1)."""

SPINE_DEPTH: Final = 0.33
"""Place of the spine joints in the middle slice of the trunk, from the back (0) to the front (1)."""

SPINE_BLEND_M: Final = np.array([0.05] * 6 + [0.09, 0.10])
"""Half the height over which a joint bends the flesh."""

MAKEHUMAN_JOINTS: Final = {
    "clavicle": "clavicle",
    "upper_arm": "upperarm01",
    "forearm": "lowerarm01",
    "hand": "wrist",
    "thigh": "upperleg01",
    "shank": "lowerleg01",
    "foot": "foot",
}
NECK_JOINTS: Final = {"neck": "neck01", "neck2": "neck02", "neck3": "neck03", "head": "head"}

TRUNK_BONES: Final = ("root", "spine05", "spine04", "spine03", "spine02", "spine01", "breast")
LIMB_PREFIXES: Final = {
    "clavicle": "clavicle",
    "shoulder01": "clavicle",
    "upperarm": "upper_arm",
    "lowerarm": "forearm",
    "wrist": "hand",
    "finger": "hand",
    "metacarpal": "hand",
    "upperleg": "thigh",
    "lowerleg": "shank",
    "foot": "foot",
    "toe": "toes",
}


@dataclass(frozen=True)
class Body:
    """A shaped body bound to its skeleton.

    Attributes
    ----------
    vertices_m
        Shape (n_vertices, 3), at rest; vertices of clothing helpers included.
    weights
        Shape (n_vertices, n_bones); each row sums to 1 where the vertex is drawn.
    """

    mesh: Mesh
    shape: Shape
    skeleton: Skeleton
    vertices_m: Array
    weights: Array


def bind(mesh: Mesh, shape: Shape) -> Body:
    """Return the body of this shape with its joints and weights."""
    vertices = shaped_vertices_m(mesh, shape)
    skeleton = _skeleton(mesh, vertices, shape.stature_m)
    return Body(mesh, shape, skeleton, vertices, _weights(mesh, vertices, skeleton))


def skinned_m(vertices_m: Array32, weights: Array32, skeleton: Skeleton, pose: Pose) -> Array32:
    """Return the vertices moved by the pose, shape (n, 3): the weighted mean of the bones' motions."""
    moves = np.empty((len(BONES), 3, 4), dtype=np.float64)
    moves[:, :, :3] = pose.rotations
    moves[:, :, 3] = pose.joints_m - np.einsum("bij,bj->bi", pose.rotations, skeleton.rest_m)
    blended = (weights @ moves.reshape(len(BONES), 12).astype(np.float32)).reshape(-1, 3, 4)
    return np.asarray(np.einsum("nij,nj->ni", blended[:, :, :3], vertices_m) + blended[:, :, 3])


def _skeleton(mesh: Mesh, vertices: Array, stature_m: float) -> Skeleton:
    def joint(bone: str, end: str = "head") -> Array:
        return np.asarray(vertices[mesh.joints[f"{bone}____{end}"]].mean(axis=0))

    rest = np.zeros((len(BONES), 3))
    for side, letter in zip(SIDES, "LR", strict=True):
        for bone, name in MAKEHUMAN_JOINTS.items():
            rest[INDEX[f"{side}_{bone}"]] = joint(f"{name}.{letter}")
        rest[INDEX[f"{side}_toes"]] = joint(f"foot.{letter}", "tail")
    for bone, name in NECK_JOINTS.items():
        rest[INDEX[bone]] = joint(name)
    pelvis = (rest[INDEX["left_thigh"]] + rest[INDEX["right_thigh"]]) / 2.0
    rest[INDEX["pelvis"]] = pelvis
    heights = pelvis[1] + SPINE_HEIGHTS * (rest[INDEX["neck"]][1] - pelvis[1])
    skin = vertices[np.unique(mesh.groups["body"])]
    for bone, height in zip(SPINE, heights, strict=True):
        near = skin[(np.abs(skin[:, 1] - height) < 0.025) & (np.abs(skin[:, 0]) < 0.03)]
        back, front = near[:, 2].min(), near[:, 2].max()
        rest[INDEX[bone]] = 0.0, height, back + SPINE_DEPTH * (front - back)
    return Skeleton(rest, stature_m)


def _weights(mesh: Mesh, vertices: Array, skeleton: Skeleton) -> Array:
    weights = np.zeros((len(vertices), len(BONES)))
    trunk = np.zeros(len(vertices))
    for name, (rows, values) in mesh.weights.items():
        bone = _bone(name)
        if bone is None:
            np.add.at(trunk, rows, values)
        else:
            np.add.at(weights[:, INDEX[bone]], rows, values)
    left = trunk
    for lower, joint, blend_m in zip(("pelvis", *SPINE), SPINE, SPINE_BLEND_M, strict=False):
        above = smoothstep((vertices[:, 1] - skeleton.joint_m(joint)[1] + blend_m) / (2.0 * blend_m))
        weights[:, INDEX[lower]] += left * (1.0 - above)
        left = left * above
    weights[:, INDEX[SPINE[-1]]] += left
    return np.asarray(weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9))


def _bone(makehuman: str) -> str | None:
    """Return the bone that a MakeHuman bone moves with; None for the trunk, which height divides."""
    name, _, letter = makehuman.partition(".")
    if name in TRUNK_BONES:
        return None
    if name == "pelvis":
        return "pelvis"
    side = {"L": "left", "R": "right"}.get(letter[:1], "")
    for prefix, bone in LIMB_PREFIXES.items():
        if name.startswith(prefix):
            return f"{side}_{bone}"
    return next((bone for bone, joint in NECK_JOINTS.items() if joint == name), "head")


def smoothstep(share: Array) -> Array:
    """Return 0 below 0, 1 above 1 and a smooth rise between."""
    inside = np.clip(share, 0.0, 1.0)
    return np.asarray(inside * inside * (3.0 - 2.0 * inside))
