"""What a person does one after another: a script that becomes a timeline of postures.

Each activity begins and ends standing or holding the load, with the feet where the last one left
them. Speeds, heights and spines are drawn anew for each.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from detectors.synthetic.draws import Spine, Standing, Task
from detectors.synthetic.figure import Load, Posture
from detectors.synthetic.footsteps import Gait, Goal, middle, plan
from detectors.synthetic.gait import carried_load, foot_at, path_of, placed_load, striding
from detectors.synthetic.postures import on_floor, placed
from detectors.synthetic.skeleton import Skeleton
from detectors.synthetic.stances import feet_at, grip, holding, lowest, upright
from detectors.synthetic.timeline import Key, LiftEvent, Phase, Timeline, grips
from detectors.synthetic.truth import lift_event
from detectors.vocabulary import LiftKind

WALK_KEYS_HZ: Final = 60.0


class Script:
    """A timeline being written: one person, at most one load, activities in order."""

    def __init__(
        self, skeleton: Skeleton, standing: Standing, gait: Gait, start: Goal, load: Load | None = None
    ) -> None:
        self.skeleton, self.standing, self.gait = skeleton, standing, gait
        self.time_s = 0.0
        self.goal = start
        self.load = load
        self.keys: list[Key] = []
        self.events: list[LiftEvent] = []
        self.posture = self._upright()
        self._key(0.0, self.posture, Phase.STAND)

    def timeline(self) -> Timeline:
        """Return what has been written so far."""
        return Timeline(tuple(self.keys), tuple(self.events))

    def idle(self, rng: np.random.Generator, lasts_s: float) -> None:
        """Stand, shift and look around."""
        still = self.posture
        for _ in range(max(1, round(lasts_s / 1.2))):
            moved = replace(
                still,
                neck_flexion_deg=still.neck_flexion_deg + rng.normal(0.0, 8.0),
                lumbar_flexion_deg=still.lumbar_flexion_deg + rng.normal(0.0, 2.0),
                twist_deg=rng.normal(0.0, 6.0) if self.load is None else 0.0,
                lateral_deg=rng.normal(0.0, 2.0),
                arm_swing_deg=(rng.normal(0.0, 8.0), rng.normal(0.0, 8.0)),
            )
            self._key(lasts_s / max(1, round(lasts_s / 1.2)), moved, self._resting())
        self._key(0.5, still, self._resting())

    def lift(self, task: Task, spine: Spine, above_hips_m: float) -> None:
        """Bend to the load of the task, take it and stand up with it."""
        bottom, stand = self._bottom(task, spine), self.posture
        before = replace(stand, hands_m=bottom.hands_m)
        origin = self._origin(task)
        self.load = origin
        start_s = self._key(0.0, before, Phase.DESCEND, spine.lead)
        grasp_s = self._key(task.down_s, bottom, Phase.GRASP)
        self.load = replace(origin, held=True)
        self._key(task.grasp_s, bottom, Phase.RISE, spine.lead)
        held, self.load = self._holding(task, above_hips_m)
        end_s = self._key(task.up_s, held, Phase.HOLD)
        self._event(LiftKind.LIFT, (start_s, grasp_s + task.grasp_s, end_s), task, spine)

    def lower(self, task: Task, spine: Spine) -> None:
        """Put the load that is held to where the task has it: a lift run backwards."""
        bottom, held, carried = self._bottom(task, spine), self.posture, self.load
        target = self._origin(task)
        start_s = self._key(0.0, held, Phase.PUT_DOWN, spine.lead, backwards=True)
        if carried is None:
            raise ValueError("nothing in the hands to put down, expected a lift before")
        self.load = replace(target, held=True)
        self._key(task.up_s, bottom, Phase.RELEASE)
        self.load = target
        release_s = self._key(task.grasp_s, bottom, Phase.STRAIGHTEN, spine.lead, backwards=True)
        end_s = self._key(task.down_s, replace(self._upright(), hands_m=bottom.hands_m), Phase.STAND)
        self._event(LiftKind.LOWERING, (start_s, release_s, end_s), task, spine)

    def bend(self, task: Task, spine: Spine) -> None:
        """Bend without a load and straighten up."""
        bottom, stand = self._bottom(task, spine), self.posture
        phase = Phase.SQUAT if task.knee_deg >= 60.0 else Phase.BEND
        start_s = self._key(0.0, stand, phase, spine.lead)
        lowest_s = self._key(task.down_s, bottom, phase)
        self._key(task.grasp_s, bottom, phase, spine.lead, backwards=True)
        end_s = self._key(task.up_s, stand, Phase.STAND)
        self._event(LiftKind.BEND, (start_s, lowest_s, end_s), task, spine)

    def reach(self, height_m: float, ahead_m: float, lasts_s: float) -> None:
        """Reach to a shelf with both hands, upright, and stand again."""
        place = on_floor(np.array([0.0, height_m, ahead_m]), self.goal.spot, self.goal.yaw_deg)
        hands = grip(Load(place, (0.3, 0.3, 0.3), self.goal.yaw_deg, held=False), 0.18, height_m)
        stand = self.posture
        self._key(0.0, replace(stand, hands_m=hands), Phase.REACH)
        for time_s in (lasts_s / 2.0, 0.4):
            self._key(time_s, replace(stand, hands_m=hands, reach=(1.0, 1.0)), Phase.REACH)
        self._key(lasts_s / 2.0, replace(stand, hands_m=hands), Phase.STAND)

    def walk(self, goal: Goal) -> None:
        """Walk to a goal with turns on the spot before and after, carrying what is held."""
        walk = plan(self.posture.feet, self.goal.yaw_deg, goal, self.gait, self.time_s)
        self.goal = replace(goal, yaw_deg=walk.steps[-1].yaw_deg if walk.steps else self.goal.yaw_deg)
        if not walk.steps:
            return
        path = path_of(walk)
        still, load, begin = self.posture, self.load, self.keys[-1]
        stance = (middle(still.feet), begin.posture.yaw_deg)
        carried = load is not None and load.held
        far = np.hypot(goal.spot[0] - stance[0][0], goal.spot[1] - stance[0][1]) > self.gait.step_m
        phase = Phase.CARRY if carried else Phase.WALK if far else Phase.TURN
        count = int(np.ceil((walk.end_s - walk.start_s) * WALK_KEYS_HZ))
        for time_s in np.linspace(walk.start_s, walk.end_s, count + 1):
            x_m, z_m, yaw_deg = (float(value) for value in path(time_s))
            clearance = self.gait.clearance_m
            feet = [foot_at(self.skeleton, walk, side, float(time_s), clearance) for side in (0, 1)]
            ramp = min(1.0, (time_s - walk.start_s) / 0.4, (walk.end_s - time_s) / 0.4)
            posture = striding(self.gait, still, (feet[0], feet[1]), ((x_m, z_m), yaw_deg), float(ramp))
            if carried and load is not None:
                self.load = carried_load(load, stance, ((x_m, z_m), yaw_deg))
                posture = replace(posture, hands_m=grips(self.load, begin))
            self._key(float(time_s) - self.time_s, posture, phase)
            self.keys[-1] = replace(self.keys[-1], eased=False)
        self.keys[-1] = replace(self.keys[-1], phase=self._resting(), eased=True)

    def step_back(self, far_m: float) -> None:
        """Step back from a load before turning away from it."""
        self.walk(self._behind(self.goal, far_m))

    def approach(self, goal: Goal, far_m: float) -> None:
        """Walk up to a load: to a place behind the goal, then straight on."""
        self.walk(self._behind(goal, far_m))
        self.walk(goal)

    def _behind(self, goal: Goal, far_m: float) -> Goal:
        x_m, _, z_m = on_floor(np.array([0.0, 0.0, -far_m]), goal.spot, goal.yaw_deg)
        return replace(goal, spot=(float(x_m), float(z_m)))

    def _upright(self) -> Posture:
        feet = feet_at(self.goal.stance_m, self.goal.toe_out_deg)
        return placed(upright(self.standing, feet), self.goal.spot, self.goal.yaw_deg)

    def _bottom(self, task: Task, spine: Spine) -> Posture:
        return placed(lowest(self.skeleton, task, spine), self.goal.spot, self.goal.yaw_deg)

    def _origin(self, task: Task) -> Load:
        if task.load is None:
            raise ValueError("task has no load, expected one of a lift")
        return placed_load(task.load, self.goal)

    def _holding(self, task: Task, above_hips_m: float) -> tuple[Posture, Load]:
        base = upright(self.standing, feet_at(self.goal.stance_m, self.goal.toe_out_deg))
        posture, load = holding(self.skeleton, base, task, above_hips_m)
        return placed(posture, self.goal.spot, self.goal.yaw_deg), placed_load(load, self.goal)

    def _resting(self) -> Phase:
        return Phase.HOLD if self.load is not None and self.load.held else Phase.STAND

    def _key(
        self, lasts_s: float, posture: Posture, phase: Phase, lead: float = 1.0, backwards: bool = False
    ) -> float:
        """Add the posture that is reached after a time, and return that time."""
        self.time_s += lasts_s
        self.posture = posture
        self.keys.append(Key(self.time_s, posture, self.load, phase, True, lead, backwards))
        return self.time_s

    def _event(self, kind: LiftKind, times_s: tuple[float, float, float], task: Task, spine: Spine) -> None:
        self.events.append(lift_event(kind, times_s, task.knee_deg, spine, self.standing))
