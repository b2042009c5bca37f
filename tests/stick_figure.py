"""A jointed person with known angles, moved through known times and seen by a known camera.

Lengths are shares of stature (Drillis and Contini 1966). Body axes: forwards, to the left, up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from detectors.keypoints import COCO17, INDEX
from detectors.tracking import Track

Array = NDArray[np.float64]
Movement = Callable[[Array], Array]
"""Times in, rows of pose numbers out, shape (n, number of fields of `Pose`)."""

THIGH, SHANK, ANKLE, TRUNK = 0.245, 0.246, 0.039, 0.288
UPPER_ARM, FOREARM_TO_GRIP, WRIST_ON_FOREARM = 0.186, 0.2044, 1 / 1.4
EAR_OVER_SHOULDER, SHOULDER_HALF, HIP_HALF, HANGING_HALF = 0.111, 0.1025, 0.0575, 0.15
HANGING_GRIP = 0.428


@dataclass(frozen=True)
class Pose:
    """One posture; the defaults stand upright with hanging arms.

    ``hip_forward`` is measured from the ankles, ``grip_*`` from the ankles and the floor;
    ``grip_split_*`` and ``step`` move the left side one way and the right side the other.
    ``travel`` and ``turn_deg`` move the whole person, ``rise`` lifts the hips over what the knees give.
    """

    trunk_deg: float = 0.0
    knee_deg: float = 0.0
    hip_forward: float = 0.0
    chord: float = 1.0
    grip_forward: float = 0.0
    grip_height: float = HANGING_GRIP
    grip_half: float = HANGING_HALF
    grip_split_forward: float = 0.0
    grip_split_height: float = 0.0
    step: float = 0.0
    left_foot_up: float = 0.0
    right_foot_up: float = 0.0
    travel: float = 0.0
    turn_deg: float = 0.0


FIELD = {field.name: i for i, field in enumerate(fields(Pose))}

STAND = Pose()
CARRY = Pose(grip_forward=0.20, grip_height=0.56, grip_half=0.09)
STOOP = Pose(75, 15, -0.10, 0.83, 0.22, 0.14, 0.09)
HINGE = Pose(60, 40, -0.14, 0.97, 0.20, 0.20, 0.09)
SQUAT = Pose(35, 100, -0.10, 0.97, 0.20, 0.16, 0.09)


@dataclass(frozen=True)
class Camera:
    """An orthographic camera: yaw as in `detectors.camera`, ``stature_px`` the scale."""

    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    facing: int = 1
    stature_px: float = 300.0
    width_px: int = 1280
    height_px: int = 720


def hanging(pose: Pose) -> Pose:
    """Return the pose with the hands hanging straight below the shoulders."""
    hip, shoulder = _trunk(np.array([astuple(pose)]))
    del hip
    reach = UPPER_ARM + FOREARM_TO_GRIP
    forward, height = float(shoulder[0, 0]), float(shoulder[0, 2]) - reach
    return replace(pose, grip_forward=forward, grip_height=height, grip_half=HANGING_HALF)


def through(keys: Sequence[tuple[float, Pose]]) -> Movement:
    """Return the movement that passes the key poses with minimum jerk, at rest in each."""
    at, poses = np.array([time for time, _ in keys]), np.array([astuple(pose) for _, pose in keys])

    def move(times: Array) -> Array:
        part = np.clip(np.searchsorted(at, times, side="right") - 1, 0, len(at) - 2)
        share = np.clip((times - at[part]) / (at[part + 1] - at[part]), 0.0, 1.0)[:, None]
        return poses[part] + minimum_jerk(share) * (poses[part + 1] - poses[part])

    return move


def minimum_jerk(share: Array) -> Array:
    """Return the share of the way done after a share of the time."""
    return share**3 * (10.0 - 15.0 * share + 6.0 * share**2)


def moment(start_s: float, end_s: float, done: float) -> float:
    """Return when a minimum-jerk movement has done a share of its way."""
    share = np.linspace(0.0, 1.0, 10001)
    return start_s + (end_s - start_s) * float(np.interp(done, minimum_jerk(share), share))


def walking(speed: float = 0.7, carrying: bool = False, rate_hz: float = 0.9) -> Movement:
    """Return walking at a speed in statures per second, arms swinging or a box held in front."""
    base = CARRY if carrying else STAND

    def move(times: Array) -> Array:
        rows = np.tile(np.array(astuple(base)), (len(times), 1))
        phase = 2.0 * np.pi * rate_hz * times
        rows[:, FIELD["trunk_deg"]] = 4.0 + 2.0 * np.sin(2.0 * phase)
        rows[:, FIELD["step"]] = 0.14 * np.sin(phase)
        rows[:, FIELD["left_foot_up"]] = 0.09 * np.clip(np.cos(phase), 0.0, None)
        rows[:, FIELD["right_foot_up"]] = 0.09 * np.clip(-np.cos(phase), 0.0, None)
        rows[:, FIELD["knee_deg"]] = 30.0 + 5.0 * np.cos(2.0 * phase)
        rows[:, FIELD["travel"]] = speed * times
        if not carrying:
            rows[:, FIELD["grip_split_forward"]] = -0.12 * np.sin(phase)
        return rows

    return move


def waving(rate_hz: float = 1.0, both: bool = False) -> Movement:
    """Return standing and waving the left hand, or both, beside the head."""
    held = (0.10, 0.85, 0.15) if both else (0.05, 0.64, 0.17)
    base = replace(STAND, grip_forward=held[0], grip_height=held[1], grip_half=held[2])

    def move(times: Array) -> Array:
        rows = np.tile(np.array(astuple(base)), (len(times), 1))
        if not both:
            rows[:, FIELD["grip_split_height"]] = 0.21
        column = FIELD["grip_height"] if both else FIELD["grip_split_height"]
        rows[:, column] += 0.12 * np.sin(2.0 * np.pi * rate_hz * times)
        return rows

    return move


def joints(rows: Array) -> Array:
    """Return the 17 joints in body axes, shape (n, 17, 3), from rows of pose numbers."""
    out = np.zeros((len(rows), len(COCO17), 3))
    hip, shoulder = _trunk(rows)
    along = (shoulder - hip) / np.linalg.norm(shoulder - hip, axis=1, keepdims=True)
    ahead = np.column_stack([along[:, 2], np.zeros(len(rows)), -along[:, 0]])
    ear = shoulder + EAR_OVER_SHOULDER * along
    left = np.array([0.0, 1.0, 0.0])
    out[:, INDEX["nose"]] = ear + 0.06 * ahead
    for name, sign in (("left", 1.0), ("right", -1.0)):
        side = sign * left
        out[:, INDEX[f"{name}_eye"]] = ear + 0.045 * ahead + 0.01 * along + 0.02 * side
        out[:, INDEX[f"{name}_ear"]] = ear + 0.045 * side
        out[:, INDEX[f"{name}_hip"]] = hip + HIP_HALF * side
        out[:, INDEX[f"{name}_shoulder"]] = shoulder + SHOULDER_HALF * side
        ankle = _column(rows, sign * rows[:, FIELD["step"]], ANKLE + rows[:, FIELD[f"{name}_foot_up"]])
        out[:, INDEX[f"{name}_ankle"]] = ankle + HIP_HALF * side
        out[:, INDEX[f"{name}_knee"]] = _between(
            out[:, INDEX[f"{name}_hip"]], out[:, INDEX[f"{name}_ankle"]], (THIGH, SHANK), (1.0, 0.0, 0.0)
        )
        grip = _column(
            rows,
            rows[:, FIELD["grip_forward"]] + sign * rows[:, FIELD["grip_split_forward"]],
            rows[:, FIELD["grip_height"]] + sign * rows[:, FIELD["grip_split_height"]],
        )
        grip += rows[:, [FIELD["grip_half"]]] * side
        from_shoulder = grip - out[:, INDEX[f"{name}_shoulder"]]
        far = np.linalg.norm(from_shoulder, axis=1, keepdims=True)
        reach = UPPER_ARM + FOREARM_TO_GRIP
        grip = out[:, INDEX[f"{name}_shoulder"]] + from_shoulder * np.minimum(1.0, 0.999 * reach / far)
        elbow = _between(
            out[:, INDEX[f"{name}_shoulder"]], grip, (UPPER_ARM, FOREARM_TO_GRIP), (-1.0, 0.0, -0.3)
        )
        out[:, INDEX[f"{name}_elbow"]] = elbow
        out[:, INDEX[f"{name}_wrist"]] = elbow + WRIST_ON_FOREARM * (grip - elbow)
    return out


def seen(rows: Array, camera: Camera) -> Array:
    """Return the keypoints in the picture, shape (n, 17, 3): column px, row px, confidence.

    The side away from the camera has half the confidence, the face seen from behind less still.
    """
    body = joints(rows)
    yaw = np.radians(camera.yaw_deg + rows[:, FIELD["turn_deg"]])[:, None]
    pitch = np.radians(camera.pitch_deg)
    forward, left, up = body[..., 0], body[..., 1], body[..., 2]
    aside = camera.facing * forward * np.cos(yaw) + left * np.sin(yaw)
    towards = forward * np.sin(yaw) - camera.facing * left * np.cos(yaw)
    aside = aside + camera.facing * rows[:, [FIELD["travel"]]] * np.cos(np.radians(camera.yaw_deg))
    upright = up * np.cos(pitch) - towards * np.sin(pitch)
    middle = towards.mean(axis=1, keepdims=True)
    confidence = 0.9 - 0.45 * np.clip((middle - towards) / 0.1, 0.0, 1.0) * np.abs(np.cos(yaw))
    face = [INDEX[name] for name in ("nose", "left_eye", "right_eye")]
    confidence[:, face] = np.where(np.sin(yaw) < -0.3, 0.1, 0.9)
    column = camera.width_px / 2 + camera.stature_px * aside
    row = 0.8 * camera.height_px - camera.stature_px * upright
    return np.stack([column, row, confidence], axis=-1)


def film(
    movement: Movement, times: Array, camera: Camera, noise: float = 0.0, seed: int = 0, number: int = 1
) -> Track:
    """Return the track of a movement; ``noise`` is the spread of each keypoint, share of stature.

    What lies outside the picture is squeezed onto its border, as pose models do.
    """
    keypoints = seen(movement(times), camera)
    spread = noise * camera.stature_px
    keypoints[..., :2] += np.random.default_rng(seed).normal(0.0, spread, keypoints[..., :2].shape)
    keypoints[..., :2] = np.clip(keypoints[..., :2], 0.0, [camera.width_px - 1.0, camera.height_px - 1.0])
    low, high = keypoints[..., :2].min(axis=1), keypoints[..., :2].max(axis=1)
    return Track(number, times, np.column_stack([low - 5.0, high + 5.0]), keypoints)


def steps(rate_hz: float, until_s: float, jitter: float = 0.0, seed: int = 0) -> Array:
    """Return frame times; ``jitter`` moves each by up to that share of the step."""
    times = np.arange(0.0, until_s, 1.0 / rate_hz)
    return times + np.random.default_rng(seed).uniform(0.0, jitter, len(times)) / rate_hz


def hidden(track: Track, start_s: float, end_s: float, *names: str) -> Track:
    """Return the track with keypoints unsure in ``[start_s, end_s)``: those named, or all."""
    keypoints = track.keypoints.copy()
    inside = (track.time_s >= start_s) & (track.time_s < end_s)
    columns = [INDEX[name] for name in names or COCO17]
    keypoints[np.ix_(inside, columns, [2])] = 0.05
    return replace(track, keypoints=keypoints)


def without(track: Track, start_s: float, end_s: float) -> Track:
    """Return the track without the frames in ``[start_s, end_s)``."""
    kept = (track.time_s < start_s) | (track.time_s >= end_s)
    return Track(track.number, track.time_s[kept], track.box_px[kept], track.keypoints[kept])


def _trunk(rows: Array) -> tuple[Array, Array]:
    """Return the middle of the hips and of the shoulders, each (n, 3)."""
    knee = np.radians(rows[:, FIELD["knee_deg"]])
    leg = np.sqrt(THIGH**2 + SHANK**2 + 2.0 * THIGH * SHANK * np.cos(knee))
    forward = rows[:, FIELD["hip_forward"]]
    hip = _column(rows, forward, ANKLE + np.sqrt(np.maximum(leg**2 - forward**2, 0.0)))
    lean, length = np.radians(rows[:, FIELD["trunk_deg"]]), TRUNK * rows[:, FIELD["chord"]]
    return hip, hip + _column(rows, length * np.sin(lean), length * np.cos(lean))


def _column(rows: Array, forward: Array, up: Array) -> Array:
    return np.column_stack([forward, np.zeros(len(rows)), up])


def _between(a: Array, b: Array, lengths: tuple[float, float], towards: tuple[float, ...]) -> Array:
    """Return the joint of two segments that reach from ``a`` to ``b``, bent towards a direction."""
    first, second = lengths
    span = b - a
    far = np.clip(np.linalg.norm(span, axis=1), abs(first - second) + 1e-6, first + second)[:, None]
    unit = span / np.maximum(np.linalg.norm(span, axis=1), 1e-9)[:, None]
    along = (first**2 - second**2 + far**2) / (2.0 * far)
    pole = np.array(towards) - (unit @ np.array(towards))[:, None] * unit
    pole /= np.linalg.norm(pole, axis=1, keepdims=True)
    return a + along * unit + np.sqrt(np.maximum(first**2 - along**2, 0.0)) * pole
