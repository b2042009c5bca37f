"""The tables of what people say: labels, and the items that were drawn for them to look at blindly."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from detectors.columns import RECORDING, VERSIONS, Column, TableSpec, number, text, utc
from detectors.vocabulary import Technique
from pipelines.audits.chain import CHAIN


class ItemKind(StrEnum):
    """What the machine took a stretch of video for; ``NOTHING`` where it found no lift."""

    LIFT = "lift"
    LOWERING = "lowering"
    BEND = "bend"
    NOTHING = "nothing"


class Answer(StrEnum):
    """What somebody says of a stretch of video; ``WITHDRAWN`` takes an earlier label back."""

    HIP_HINGE = "hip_hinge"
    SPINE_BEND = "spine_bend"
    SQUAT = "squat"
    NOT_A_LIFT = "not_a_lift"
    CANNOT_TELL = "cannot_tell"
    WITHDRAWN = "withdrawn"


class Purpose(StrEnum):
    """Whether the answer of the machine was shown (``REVIEW``) or hidden (``BLIND``)."""

    REVIEW = "review"
    BLIND = "blind"


_ITEM: Final = (
    text("item_id", "the lift, or the drawn stretch where nothing was found", "6b0d8e52c1f94a07"),
    text("item_kind", "what the machine took it for", "lift", tuple(ItemKind)),
    *RECORDING,
    number("start_s", "start, in seconds into the recording", 812.4),
    number("end_s", "end, in seconds into the recording", 815.1),
)

LABELS: Final = TableSpec(
    "labels",
    "answer of a person",
    ("label_id",),
    (
        text("label_id", "time of the answer, and digits drawn by lot", "20260303T071502Z-4f09abc3"),
        *_ITEM,
        text("purpose", "whether the machine's answer was shown", "review", tuple(Purpose)),
        text("answer", "what the person says", "spine_bend", tuple(Answer)),
        Column("withdraws", "str", "", "label that is taken back; null for an answer", "", nullable=True),
        text("reviewer", "name by lot of whoever answered; it tells two apart and names nobody", "r-4f09"),
        text("roles", "roles of whoever answered, joined by ', '", "trainer"),
        utc("labelled_utc", "when", "2026-03-03T07:15:02Z"),
        number("spent_s", "time from the first sight of the item to the answer", 4.2),
        Column(
            "technique",
            "str",
            "",
            "verdict of the machine then; null without one",
            "",
            nullable=True,
            allowed=tuple(Technique),
        ),
        number("p_spine_bend", "the machine's probability then", 0.41, 0.0, 1.0),
        text("policy_id", "content hash of the policy then in force", "c0a81e66d2b3"),
        *VERSIONS,
        *CHAIN,
    ),
)
"""Filed under the site date of the item; each label is a part of its own and is never written again."""

BLIND_ITEMS: Final = TableSpec(
    "blind_items",
    "item drawn for a blind look",
    ("item_id",),
    (
        *_ITEM,
        utc("start_utc", "time of its start", "2026-03-02T05:13:32Z"),
        text("stratum", "group that it was drawn from: camera, kind and verdict", "dock-2/lift/spine_bend"),
        number(
            "drawn_share", "share of its stratum that was drawn; weighs it by one over this", 0.08, 0.0, 1.0
        ),
        Column(
            "technique",
            "str",
            "",
            "verdict of the machine; null without one",
            "",
            nullable=True,
            allowed=tuple(Technique),
        ),
        number("p_spine_bend", "the machine's probability", 0.41, 0.0, 1.0),
        text("policy_id", "content hash of the policy in force", "c0a81e66d2b3"),
        *VERSIONS,
    ),
)
"""Filed under the site date of the item; never altered once one of the date is answered."""
