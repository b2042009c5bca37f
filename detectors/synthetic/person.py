"""A clothed person that can be put into any posture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from detectors.synthetic.clothing import ABOVE_COLLAR, ARMS, LEGS, Layer, layers
from detectors.synthetic.figure import SPINE_POINTS, Array, Array32, Faces, Figure, Look, Material, Part
from detectors.synthetic.landmarks import FACE_POINTS, Anchor, face_anchors, outermost
from detectors.synthetic.looks import draw_look
from detectors.synthetic.mesh import Mesh
from detectors.synthetic.rig import Body, bind, skinned_m
from detectors.synthetic.shape import draw_shape
from detectors.synthetic.skeleton import INDEX, SIDES, Pose
from detectors.synthetic.surface import corner_sums, normals, triangles

COCO_JOINTS: Final = {
    "shoulder": "upper_arm",
    "elbow": "forearm",
    "wrist": "hand",
    "hip": "thigh",
    "knee": "shank",
    "ankle": "foot",
}
"""The joint of which bone is which COCO keypoint."""

SPINE_JOINTS: Final = dict(zip(SPINE_POINTS, ("L5S1", "L3L4", "T12L1", "T9", "neck"), strict=True))
"""The joint inside the spine at each level; T9 is the nearest one to T8."""


@dataclass(frozen=True)
class Person:
    """A body with its clothes at rest; rows of all arrays are the vertices of all layers.

    Attributes
    ----------
    anchors
        Points on the surface: those of the face and of the back.
    """

    body: Body
    look: Look
    rest_m: Array32
    texture: Array32
    weights: Array32
    aux: Array32
    parts: tuple[Part, ...]
    faces: Faces
    sums: csr_array
    anchors: dict[str, Anchor]

    def figure(self, pose: Pose) -> Figure:
        """Return the person in a pose, ready to draw."""
        vertices = skinned_m(self.rest_m, self.weights, self.body.skeleton, pose)
        return Figure(
            vertices_m=vertices,
            normals=normals(vertices, self.faces, self.sums),
            rest_m=self.texture,
            aux=self.aux,
            parts=self.parts,
            joints_m=self._joints_m(vertices, pose),
            look=self.look,
        )

    def _joints_m(self, vertices_m: Array32, pose: Pose) -> dict[str, Array]:
        joints = {name: self.anchors[name].place_m(vertices_m) for name in FACE_POINTS}
        for joint, bone in COCO_JOINTS.items():
            joints |= {f"{side}_{joint}": pose.joint_m(f"{side}_{bone}") for side in SIDES}
        joints |= {name: pose.joint_m(bone) for name, bone in SPINE_JOINTS.items()}
        backs = {name: self.anchors[name].place_m(vertices_m) for name in self.anchors if name not in joints}
        return joints | backs


def draw_person(mesh: Mesh, rng: np.random.Generator) -> Person:
    """Return a person of drawn shape and clothing."""
    body = bind(mesh, draw_shape(rng))
    look = draw_look(rng, body)
    return dressed(body, look, layers(body, look, rng))


def dressed(body: Body, look: Look, worn: list[Layer]) -> Person:
    """Return the person that wears these layers."""
    starts = np.concatenate([[0], np.cumsum([len(layer.rest_m) for layer in worn])])
    parts = tuple(
        Part((triangles(layer.quads) + start).astype(np.int32), layer.material)
        for layer, start in zip(worn, starts, strict=False)
    )
    faces = np.concatenate([part.faces for part in parts])
    levels_m = {f"back_{name}": body.skeleton.joint_m(bone) for name, bone in SPINE_JOINTS.items()}
    anchors = face_anchors(body, worn[0].rest_m, worn[0].weights[:, INDEX["head"]])
    garments = {
        int(start): layer.rest_m
        for layer, start in zip(worn, starts, strict=False)
        if layer.material in (Material.CLOTH, Material.JACKET, Material.VEST)
    }
    anchors |= outermost(levels_m, garments)
    rest = np.concatenate([layer.rest_m for layer in worn]).astype(np.float32)
    return Person(
        body=body,
        look=look,
        rest_m=rest,
        texture=np.concatenate([layer.texture for layer in worn]).astype(np.float32),
        weights=np.concatenate([layer.weights for layer in worn]).astype(np.float32),
        aux=np.concatenate([_aux(body, layer) for layer in worn]).astype(np.float32),
        parts=parts,
        faces=faces,
        sums=corner_sums(faces, len(rest)),
        anchors=anchors,
    )


def _aux(body: Body, layer: Layer) -> Array:
    """Return the columns of ``Figure.aux``, shape (n, 4)."""
    arm = np.zeros(len(layer.rest_m))
    on_arm = layer.weights[:, ARMS].sum(axis=1) > 0.4
    for side in SIDES:
        joints = [body.skeleton.joint_m(f"{side}_{bone}") for bone in ("upper_arm", "forearm", "hand")]
        lower = layer.weights[:, [INDEX[f"{side}_forearm"], INDEX[f"{side}_hand"]]].sum(axis=1)
        here = on_arm & (np.sign(layer.rest_m[:, 0]) == np.sign(joints[0][0]))
        upper = _along(layer.rest_m, joints[0], joints[1], 1.0)
        beyond = np.where(lower > 0.3, _along(layer.rest_m, joints[1], joints[2], 1.6), 0.0)
        arm = np.where(here, upper + beyond, arm)
    legs = layer.weights[:, LEGS].sum(axis=1)
    return np.column_stack([arm, layer.rest_m[:, 1], legs, layer.weights[:, ABOVE_COLLAR].sum(axis=1)])


def _along(points_m: Array, start_m: Array, end_m: Array, longest: float) -> Array:
    line = end_m - start_m
    return np.asarray(np.clip((points_m - start_m) @ line / (line @ line), 0.0, longest))
