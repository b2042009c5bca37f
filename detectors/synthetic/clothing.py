"""Layers of skin and cloth over a body, from tight to loose, and what the back's surface is then.

The base layer is MakeHuman's ``helper-tights``, subdivided once and blown up; jackets and vests
are further layers of the same helper. Loose tops bulge in random folds and bridge the hollow of
the lower back, so that they hide the spine as they do on people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.synthetic.attachments import BACKPACK_HALF_M, COVER_GAP_M, backpack, hard_hat, scalp, visor
from detectors.synthetic.figure import Array, Faces, Hat, Look, Material, Top
from detectors.synthetic.rig import Body, smoothstep
from detectors.synthetic.skeleton import BONES, INDEX, SIDES, SPINE
from detectors.synthetic.surface import catmull_clark, corner_sums, normals, triangles

TRUNK: Final = [INDEX[bone] for bone in ("pelvis", *SPINE, "left_clavicle", "right_clavicle", "neck")]
HEAD: Final = [INDEX[bone] for bone in ("head", "neck3")]
ABOVE_COLLAR: Final = [INDEX[bone] for bone in ("head", "neck", "neck2", "neck3")]
ARMS: Final = [INDEX[f"{side}_{bone}"] for side in SIDES for bone in ("upper_arm", "forearm", "hand")]
SLEEVES: Final = [INDEX[f"{side}_{bone}"] for side in SIDES for bone in ("upper_arm", "forearm")]
HANDS: Final = [INDEX[f"{side}_hand"] for side in SIDES]
LEGS: Final = [INDEX[f"{side}_{bone}"] for side in SIDES for bone in ("thigh", "shank", "foot", "toes")]
SHANKS: Final = [INDEX[f"{side}_shank"] for side in SIDES]
FEET: Final = [INDEX[f"{side}_{bone}"] for side in SIDES for bone in ("foot", "toes")]

TIGHT_M: Final = 0.004
SHOE_M: Final = 0.006
VEST_GAP_M: Final = 0.012
HOOD_M: Final = 0.035


@dataclass(frozen=True)
class Layer:
    """One material at rest: vertices (n, 3) m, texture places (n, 3), weights (n, n_bones), quads."""

    material: Material
    rest_m: Array
    texture: Array
    weights: Array
    quads: Faces


def layers(body: Body, look: Look, rng: np.random.Generator) -> list[Layer]:
    """Return the layers of a clothed body, skin first; folds are drawn from ``rng``."""
    tights = body.mesh.groups["helper-tights"]
    loose_base = 0.0 if look.top in (Top.HOODIE, Top.JACKET) else look.looseness_m
    folds = _folds(rng)
    bridging = float(rng.uniform(0.0, 1.0)) * smoothstep(np.array(look.looseness_m / 0.03)).item()
    found = [_skin(body)]

    def cloth(material: Material, quads: Faces, loose_m: float, gap_m: float) -> Layer:
        bare = _cut(body, quads, material)
        outward = gap_m + _stand_off_m(bare, loose_m, folds)
        if material is Material.JACKET and look.top is Top.HOODIE:
            outward = outward + _hood_m(body, bare)
        return _bridged(_inflated(bare, outward), body, bridging if loose_m > 0 else 0.0)

    found.append(cloth(Material.CLOTH, tights, loose_base, 0.001 if look.top is Top.BARE else TIGHT_M))
    gap = TIGHT_M
    if look.top in (Top.HOODIE, Top.JACKET):
        gap += 0.006
        hem = body.skeleton.joint_m("pelvis")[1] + rng.uniform(-0.10, 0.02)
        found.append(cloth(Material.JACKET, _upper(body, tights, hem, True), look.looseness_m, gap))
    if look.vest:
        hem = body.skeleton.joint_m("pelvis")[1] + rng.uniform(-0.06, 0.06)
        quads = _upper(body, tights, hem, False)
        found.append(cloth(Material.VEST, quads, look.looseness_m, gap + VEST_GAP_M))
    return found + _attached(body, look, found[-1])


def _cut(body: Body, quads: Faces, material: Material) -> Layer:
    """Return the subdivided layer of some faces of the body, not yet blown up."""
    rows, corners = np.unique(quads, return_inverse=True)
    step = catmull_clark(corners.reshape(quads.shape).astype(np.int32), len(rows))
    rest = step.matrix @ body.vertices_m[rows]
    return Layer(material, rest, rest, step.matrix @ body.weights[rows], step.faces)


def _inflated(layer: Layer, outward_m: Array) -> Layer:
    faces = triangles(layer.quads)
    out = normals(layer.rest_m.astype(np.float32), faces, corner_sums(faces, len(layer.rest_m)))
    rest = layer.rest_m + out * outward_m[:, None]
    rest[:, 1] = np.maximum(rest[:, 1], 0.0)  # soles stay on the floor
    return Layer(layer.material, rest, layer.texture, layer.weights, layer.quads)


def _stand_off_m(layer: Layer, loose_m: float, folds: Array) -> Array:
    """Return how far the cloth stands off, shape (n,): folds over the trunk, wide legs, shoes."""
    waves = np.sin(layer.rest_m @ folds[:, :3].T + folds[:, 3]).mean(axis=1)
    upper = smoothstep((layer.weights[:, [*TRUNK, *SLEEVES]].sum(axis=1) - 0.3) / 0.6)
    legs = smoothstep(layer.weights[:, SHANKS].sum(axis=1))
    shoes = np.where(layer.weights[:, FEET].sum(axis=1) > 0.5, SHOE_M, 0.0)
    return np.asarray(loose_m * upper * (0.85 + 0.7 * waves) + 0.008 * legs + shoes)


def _folds(rng: np.random.Generator) -> Array:
    """Return four waves of cloth, shape (4, 4): wave vector (rad/m) and phase."""
    wave = rng.uniform(6.0, 22.0, (4, 3)) * rng.choice([-1.0, 1.0], (4, 3))
    return np.column_stack([wave, rng.uniform(0.0, 2.0 * np.pi, 4)])


def _hood_m(body: Body, layer: Layer) -> Array:
    """Return the bulge of a hood that lies on the upper back, shape (n,), m."""
    nape = body.skeleton.joint_m("neck") + np.array([0.0, -0.03, -0.05])
    away = np.linalg.norm((layer.rest_m - nape) / np.array([0.13, 0.09, 0.10]), axis=1)
    return np.asarray(HOOD_M * smoothstep(1.4 - away) * (layer.rest_m[:, 2] < nape[2] + 0.03))


def _bridged(layer: Layer, body: Body, share: float) -> Layer:
    """Return the layer with the hollow of the lower back bridged between buttocks and blades."""
    rest = layer.rest_m.copy()
    low, high = body.skeleton.joint_m("pelvis")[1], body.skeleton.joint_m("T6")[1]
    back = (rest[:, 2] < 0) & (layer.weights[:, TRUNK].sum(axis=1) > 0.6)
    middle = back & (np.abs(rest[:, 0]) < 0.12)
    ends = [rest[middle & (np.abs(rest[:, 1] - height) < 0.05), 2].min(initial=0.0) for height in (low, high)]
    line = np.interp(rest[:, 1], [low, high], ends)
    aside = smoothstep((0.18 - np.abs(rest[:, 0])) / 0.12)
    inside = back & (rest[:, 1] > low) & (rest[:, 1] < high)
    rest[:, 2] -= np.where(inside, share * aside * np.maximum(rest[:, 2] - line, 0.0), 0.0)
    return Layer(layer.material, rest, layer.texture, layer.weights, layer.quads)


def _skin(body: Body) -> Layer:
    """Return the skin that clothes may leave bare: head, neck and arms."""
    quads = body.mesh.groups["body"]
    bare = body.weights[:, [*ABOVE_COLLAR, *ARMS]].sum(axis=1)
    quads = quads[bare[quads].max(axis=1) > 0.15]
    rows, corners = np.unique(quads, return_inverse=True)
    rest = body.vertices_m[rows]
    return Layer(Material.SKIN, rest, rest, body.weights[rows], corners.reshape(-1, 4).astype(np.int32))


def _upper(body: Body, quads: Faces, hem_m: float, sleeves: bool) -> Faces:
    """Return the faces of a garment of the upper body that ends at the hem."""
    head = body.weights[:, ABOVE_COLLAR[:1] + HEAD].sum(axis=1)
    arm, hand = body.weights[:, SLEEVES].sum(axis=1), body.weights[:, HANDS].sum(axis=1)
    kept = (head < 0.3) & (hand < 0.5) & ((body.vertices_m[:, 1] > hem_m) | (arm > 0.5))
    if not sleeves:
        kept &= arm < 0.55
    return np.asarray(quads[kept[quads].all(axis=1)])


def _attached(body: Body, look: Look, outermost: Layer) -> list[Layer]:
    found = _headwear(body, look)
    for side in "lr":
        rows, corners = np.unique(body.mesh.groups[f"helper-{side}-eye"], return_inverse=True)
        eye = _rigid(Material.EYE, "head", body.vertices_m[rows], corners.reshape(-1, 4).astype(np.int32))
        centred = eye.rest_m - eye.rest_m.mean(axis=0)
        radius = np.linalg.norm(centred, axis=1).max()
        found.append(Layer(eye.material, eye.rest_m, centred / radius, eye.weights, eye.quads))
    if look.backpack:
        level = body.skeleton.joint_m("T9")
        middle = outermost.rest_m[np.abs(outermost.rest_m[:, 0]) < BACKPACK_HALF_M[0]]
        near = middle[np.abs(middle[:, 1] - level[1]) < BACKPACK_HALF_M[1]]
        back = np.array([0.0, level[1] - 0.05, near[:, 2].min()])
        found.append(_rigid(Material.BACKPACK, "T9", *backpack(back)))
    return found


def _headwear(body: Body, look: Look) -> list[Layer]:
    quads = body.mesh.groups["body"]
    head = body.weights[:, INDEX["head"]] > 0.5
    quads = quads[head[quads].all(axis=1)]
    skull = body.vertices_m[np.unique(quads)]
    if look.hat is Hat.HARD_HAT:
        return [_rigid(Material.HAT, "head", *hard_hat(skull, look.eye_m))]
    rows, corners = np.unique(quads, return_inverse=True)
    kept = scalp(look.hat, body.vertices_m[rows], corners.reshape(-1, 4).astype(np.int32), look.eye_m)
    cover = _cut(body, rows[kept].astype(np.int32), Material.HAT)
    found = [_inflated(cover, np.full(len(cover.rest_m), COVER_GAP_M[look.hat]))]
    if look.hat is Hat.CAP:
        found.append(_rigid(Material.HAT, "head", *visor(skull, look.eye_m)))
    return found


def _rigid(material: Material, bone: str, rest_m: Array, quads: Faces) -> Layer:
    weights = np.zeros((len(rest_m), len(BONES)))
    weights[:, INDEX[bone]] = 1.0
    return Layer(material, rest_m, rest_m, weights, quads)
