"""A track as motion: posture over time on a uniform grid, scale and view known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from detectors import camera, posture
from detectors.filtering import mask_unsure, median_known, resample, smooth
from detectors.tracking import Track

Array = NDArray[np.float64]

LEAST_CONFIDENCE: Final = 0.3
UPRIGHT_TRUNK_DEG: Final = 20.0
UPRIGHT_KNEE_DEG: Final = 30.0
STANDING_TRUNK_DEG: Final = 15.0
STANDING_KNEE_DEG: Final = 20.0
LARGEST_FORESHORTENING: Final = 0.15
"""Change of trunk over legs in the picture, against what the same person usually shows."""


@dataclass(frozen=True)
class View:
    """What must be known of the camera: picture size, pitch and the rate of the analysed frames."""

    width_px: int
    height_px: int
    rate_hz: float
    pitch_deg: float = 0.0


@dataclass(frozen=True)
class Motion:
    """Posture of one track; every array has one entry per grid time, NaN = not seen.

    Attributes
    ----------
    xy, confidence
        Smoothed keypoints, shapes (n, 17, 2) px and (n, 17).
    stature_px
        Upright height of the person at that time and place.
    yaw_deg
        See `detectors.camera`; median over the second around.
    facing
        1 facing right in the picture, -1 left: the way the trunk leans in the nearest bent frames.
    trunk
        Hip to shoulder straightened to the side view, shape (n, 2): forwards (either way), upwards, px.
    leg_px
        Thigh and shank straightened to the side view.
    trunk_deg, hip_deg, knee_deg, straighter_knee_deg, elbow_deg
        Inclination of the trunk; flexions, 0 straight. Trunk and legs as seen from the side.
    hip_height, shoulder_height
        Height of the hips and of the shoulders over the ankles, share of stature.
    grip_height
        Height of the mean grip over the floor, share of stature.
    standing
        True where the person stands upright and still enough to be measured against.
    """

    track: Track
    view: View
    time_s: Array
    xy: Array
    confidence: Array
    stature_px: Array
    yaw_deg: Array
    facing: Array
    trunk: Array
    leg_px: Array
    trunk_deg: Array
    hip_deg: Array
    knee_deg: Array
    straighter_knee_deg: Array
    elbow_deg: Array
    hip_height: Array
    shoulder_height: Array
    grip_height: Array
    standing: NDArray[np.bool_]

    def around(self, at: int, half_s: float) -> slice:
        """Return the positions within ``half_s`` of a position, both ends included."""
        half = round(half_s * self.view.rate_hz)
        return slice(max(0, at - half), at + half + 1)


def motion(track: Track, view: View) -> Motion:
    """Return the posture of a track on a uniform grid of the analysed rate."""
    grid = np.arange(track.time_s[0], track.time_s[-1] + 0.5 / view.rate_hz, 1.0 / view.rate_hz)
    masked = mask_unsure(track.keypoints, LEAST_CONFIDENCE, view.width_px, view.height_px)
    xy = smooth(resample(track.time_s, masked, grid), view.rate_hz)
    confidence = np.nan_to_num(resample(track.time_s, track.keypoints[..., 2], grid))
    confidence[~np.isfinite(xy[..., 0])] = 0.0
    seen = posture.trunk_vector(xy, confidence)
    raw_trunk = camera.inclination_deg(seen)
    raw_knee = posture.knee_flexion_deg(xy, confidence)[0]
    straight = (raw_trunk < STANDING_TRUNK_DEG) & (raw_knee < STANDING_KNEE_DEG)
    trunk_over_legs = np.linalg.norm(seen, axis=1) / posture.stature_from_legs_px(xy, confidence)
    standing = _not_foreshortened(straight, trunk_over_legs)
    stature = _stature(xy, confidence, standing, grid)
    yaw = _yaw(xy, stature / np.cos(np.radians(view.pitch_deg)), view.rate_hz)
    facing = _facing(seen[:, 0], raw_trunk)
    trunk = camera.straighten(np.abs(seen[:, 0]), seen[:, 1], np.nan_to_num(yaw), view.pitch_deg)
    # A leg may lean either way, so its side view depends on the facing.
    leg_yaw = np.nan_to_num(yaw) * facing
    flat = _from_the_side(xy, leg_yaw, view.pitch_deg)
    knee, straighter = posture.knee_flexion_deg(flat, confidence)
    ankles = posture.ankle_row(xy)
    hips = posture.blend(posture.sides(xy, "hip")[..., 1], posture.weights(confidence, "hip"))
    return Motion(
        track=track,
        view=view,
        time_s=grid,
        xy=xy,
        confidence=confidence,
        stature_px=stature,
        yaw_deg=yaw,
        facing=facing,
        trunk=trunk,
        leg_px=leg_length_px(xy, confidence, leg_yaw, view.pitch_deg),
        trunk_deg=camera.inclination_deg(trunk),
        hip_deg=posture.hip_flexion_deg(flat, confidence),
        knee_deg=knee,
        straighter_knee_deg=straighter,
        elbow_deg=posture.elbow_flexion_deg(xy, confidence),
        hip_height=(ankles - hips) / stature,
        shoulder_height=(ankles - hips + seen[:, 1]) / stature,
        grip_height=(ankles - _grip_row(xy, confidence)) / stature + posture.ANKLE_HEIGHT_STATURE,
        standing=standing,
    )


def leg_length_px(xy: Array, confidence: Array, yaw_deg: Array, pitch_deg: float) -> Array:
    """Return the length of thigh and shank as seen from the side, shape (n_frames,).

    ``yaw_deg`` is that of a person who faces right; for one who faces left it changes its sign.
    """
    hip, knee, ankle = (
        posture.sides(_from_the_side(xy, yaw_deg, pitch_deg), joint) for joint in ("hip", "knee", "ankle")
    )
    length = np.linalg.norm(hip - knee, axis=-1) + np.linalg.norm(knee - ankle, axis=-1)
    return posture.blend(length, posture.weights(confidence, "hip", "knee", "ankle"))


def _from_the_side(xy: Array, yaw_deg: Array, pitch_deg: float) -> Array:
    """Return the keypoints moved to where a camera at the side would see them; only differences count."""
    flat = camera.straighten(xy[..., 0], -xy[..., 1], yaw_deg[:, None], pitch_deg)
    return np.asarray(flat * np.array([1.0, -1.0]))


def _facing(forward: Array, trunk_deg: Array) -> Array:
    """Return 1 or -1 at each time: people lean forwards, and upright ones face as when they last leant."""
    leaning = np.flatnonzero(trunk_deg >= UPRIGHT_TRUNK_DEG)
    if not len(leaning):
        return np.ones(len(forward))
    nearest = np.interp(np.arange(len(forward)), leaning, np.arange(len(leaning)))
    return np.where(forward[leaning][np.round(nearest).astype(int)] >= 0, 1.0, -1.0)


def _not_foreshortened(straight: NDArray[np.bool_], trunk_over_legs: Array) -> NDArray[np.bool_]:
    """Return which straight frames are upright: who bends towards the camera looks straight but short."""
    usual = median_known(trunk_over_legs[straight])
    return straight & (np.abs(trunk_over_legs / usual - 1.0) <= LARGEST_FORESHORTENING)


def _grip_row(xy: Array, confidence: Array) -> Array:
    return posture.blend(posture.grips(xy)[..., 1], posture.weights(confidence, "wrist"))


def _stature(xy: Array, confidence: Array, standing: NDArray[np.bool_], time_s: Array) -> Array:
    """Return the stature at each time: that of standing frames, carried over to the nearest others.

    A person who walks away from the camera shrinks; the nearest standing frames know how much.
    Without any standing frame the legs give it.
    """
    upright = posture.stature_px(xy, confidence)
    known = standing & np.isfinite(upright)
    if not known.any():
        legs = posture.stature_from_legs_px(xy, confidence)
        return np.full(len(time_s), np.nanmedian(legs) if np.isfinite(legs).any() else np.nan)
    return np.interp(time_s, time_s[known], median_filter(upright[known], size=9, mode="reflect"))


def _yaw(xy: Array, stature: Array, rate_hz: float) -> Array:
    """Return the yaw, median over one second; NaN where the shoulders are not both seen."""
    shoulders = posture.sides(xy, "shoulder")
    gap = shoulders[:, 0, 0] - shoulders[:, 1, 0]
    known = np.isfinite(gap)
    if not known.any():
        return np.full(len(gap), np.nan)
    filled = np.interp(np.arange(len(gap)), np.flatnonzero(known), gap[known])
    steady = median_filter(filled, size=max(3, round(rate_hz)), mode="reflect")
    yaw = camera.yaw_deg(steady, stature)
    yaw[~known] = np.nan
    return yaw
