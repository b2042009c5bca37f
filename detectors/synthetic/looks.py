"""Draws of clothing and colours, without regard to the body's motion."""

from __future__ import annotations

from typing import Final, TypeVar

import numpy as np

from detectors.synthetic.figure import Array, Colour, Hat, Look, Top
from detectors.synthetic.mesh import Indices
from detectors.synthetic.rig import Body

Rng = np.random.Generator
K = TypeVar("K")

SKIN_TONES: Final = np.array([(0.78, 0.57, 0.45), (0.62, 0.42, 0.30), (0.45, 0.29, 0.19), (0.27, 0.16, 0.10)])
HAIR: Final = ((0.03, 0.02, 0.015), (0.10, 0.06, 0.03), (0.30, 0.20, 0.10), (0.35, 0.34, 0.33))
HARD_HATS: Final = ((0.85, 0.70, 0.08), (0.85, 0.85, 0.85), (0.08, 0.20, 0.60), (0.75, 0.30, 0.05))
HI_VIS: Final = ((0.80, 0.33, 0.04), (0.62, 0.80, 0.08))
TROUSERS: Final = ((0.05, 0.06, 0.09), (0.07, 0.11, 0.20), (0.20, 0.17, 0.12), (0.12, 0.12, 0.12))

TOPS: Final = {Top.BARE: 0.04, Top.T_SHIRT: 0.28, Top.SHIRT: 0.24, Top.HOODIE: 0.22, Top.JACKET: 0.22}
LOOSENESS_M: Final = {
    Top.BARE: (0.0, 0.001),
    Top.T_SHIRT: (0.004, 0.022),
    Top.SHIRT: (0.004, 0.024),
    Top.HOODIE: (0.014, 0.045),
    Top.JACKET: (0.012, 0.050),
}
HATS: Final = {Hat.HAIR: 0.45, Hat.CAP: 0.25, Hat.HARD_HAT: 0.30}
VEST_SHARE: Final = 0.35
BACKPACK_SHARE: Final = 0.06


def draw_look(rng: Rng, body: Body) -> Look:
    """Return clothing and colours for a body."""
    skin = _skin(rng, body)
    top = _choice(rng, TOPS)
    hat = _choice(rng, HATS)
    top_colour = skin if top is Top.BARE else _cloth(rng)
    vest = top is not Top.BARE and rng.random() < VEST_SHARE
    return Look(
        skin=skin,
        top_colour=top_colour,
        trousers=_trousers(rng, top_colour, skin),
        vest_colour=_pick(rng, HI_VIS) if rng.random() < 0.8 else _cloth(rng),
        hat_colour=_hat_colour(rng, hat),
        shoes=_colour(np.array([0.05, 0.045, 0.04]) * rng.uniform(0.6, 8.0)),
        gloves=skin if rng.random() < 0.6 else _cloth(rng),
        top=top,
        hat=hat,
        vest=vest,
        backpack=rng.random() < BACKPACK_SHARE,
        looseness_m=float(rng.uniform(*LOOSENESS_M[top])),
        sleeve_end=float(rng.uniform(0.3, 0.75)) if top in (Top.T_SHIRT, Top.BARE) else 1.87,
        waist_m=float(body.skeleton.joint_m("L4L5")[1] + rng.uniform(-0.08, 0.03)),
        neck_m=float(body.skeleton.joint_m("neck")[1] + 0.012),
        eye_m=float(body.vertices_m[eye_rows(body), 1].mean()),
        pattern_seed=float(rng.random()),
    )


def eye_rows(body: Body) -> Indices:
    """Return the vertices of both eyes."""
    return np.unique([body.mesh.groups[f"helper-{side}-eye"] for side in "lr"]).astype(np.int64)


def _skin(rng: Rng, body: Body) -> Colour:
    african, asian, _ = body.shape.ancestry
    tone = np.clip(3.0 * african + 1.2 * asian * rng.random() + rng.uniform(-0.3, 0.6), 0.0, 3.0)
    rows = np.arange(len(SKIN_TONES))
    mixed = np.array([np.interp(tone, rows, SKIN_TONES[:, channel]) for channel in range(3)])
    return _colour(mixed * rng.uniform(0.9, 1.1))


def _cloth(rng: Rng) -> Colour:
    """Return a colour of cloth: bright, grey or dark, each as often."""
    kinds = (
        rng.uniform(0.01, 0.5, 3) * rng.uniform(0.3, 1.3),
        np.full(3, rng.uniform(0.02, 0.7)) * rng.uniform(0.9, 1.1, 3),
        rng.uniform(0.01, 0.08, 3),
    )
    return _colour(kinds[rng.integers(3)])


def _trousers(rng: Rng, top: Colour, skin: Colour) -> Colour:
    """Return the colour of the trousers: often dark, at times that of the top or of the skin."""
    kind = rng.random()
    if kind < 0.65:
        base = np.array(_pick(rng, TROUSERS))
    elif kind < 0.85:
        base = np.array(_cloth(rng))
    else:
        base = np.array(top if kind < 0.93 else skin)
    return _colour(base * rng.uniform(0.6, 1.3))


def _hat_colour(rng: Rng, hat: Hat) -> Colour:
    if hat is Hat.CAP:
        return _cloth(rng)
    return _pick(rng, HAIR if hat is Hat.HAIR else HARD_HATS)


def _choice(rng: Rng, shares: dict[K, float]) -> K:
    keys = list(shares)
    return keys[int(rng.choice(len(keys), p=list(shares.values())))]


def _pick(rng: Rng, colours: tuple[Colour, ...]) -> Colour:
    return colours[int(rng.integers(len(colours)))]


def _colour(rgb: Array) -> Colour:
    red, green, blue = (float(value) for value in np.clip(rgb, 0.0, 1.0))
    return red, green, blue
