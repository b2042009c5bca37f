"""The closed vocabularies that stand in the tables."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """What became of a recording."""

    DONE = "done"
    PARTIAL = "partial"
    QUARANTINED = "quarantined"
    FAILED = "failed"


class LiftKind(StrEnum):
    """What the hands did in a bend or a reach."""

    LIFT = "lift"
    LOWERING = "lowering"
    BEND = "bend"


class KindReason(StrEnum):
    """The sign that decided the kind."""

    CARRIED_AFTER = "carried_after"
    CARRIED_BEFORE = "carried_before"
    EMPTY_HANDS = "empty_hands"
    HANDS_NOT_SEEN = "hands_not_seen"
    CUT_OFF = "cut_off"
    REACHED = "reached"


class Technique(StrEnum):
    """The verdict on a lift."""

    HIP_HINGE = "hip_hinge"
    SPINE_BEND = "spine_bend"
    SQUAT = "squat"
    INDETERMINATE = "indeterminate"


class Reason(StrEnum):
    """Why a lift can't be judged; ``JUDGED`` when it can."""

    JUDGED = "judged"
    VIEW = "view"
    SIZE = "size"
    OCCLUSION = "occlusion"
    TOO_SHORT = "too_short"
    UPRIGHT = "upright"
    IMPLAUSIBLE = "implausible"
    NO_STANDING_REFERENCE = "no_standing_reference"
    FLEXION_UNSURE = "flexion_unsure"
    SPINE_NOT_SEEN = "spine_not_seen"
    BORDERLINE = "borderline"


class LegPattern(StrEnum):
    """What the knees did: straight, soft, bent or deep."""

    STRAIGHT = "straight"
    SOFT = "soft"
    BENT = "bent"
    DEEP = "deep"
    UNKNOWN = "unknown"


class HeightBand(StrEnum):
    """Band of a hand height; each is named by where it begins."""

    FLOOR = "floor"
    KNUCKLE = "knuckle"
    SHOULDER = "shoulder"
