"""The one change of a camera that would let most lifts be judged.

Each change is tried on the lifts of the last days: what it would mend counts as mended, and the gates of
the policy are asked again. So a change counts only for lifts that nothing else stands in the way of.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from dashboard.summaries.cameras import asked
from detectors.technique import failed_gate
from detectors.thresholds import Gates
from detectors.vocabulary import Reason


class Change(StrEnum):
    """What can be done about a camera."""

    NEARER = "nearer"
    SIDE_ON = "side_on"
    CLEAR = "clear"
    FASTER = "faster"
    WIDER = "wider"


MENDS: Final = {
    Reason.SIZE: Change.NEARER,
    Reason.VIEW: Change.SIDE_ON,
    Reason.OCCLUSION: Change.CLEAR,
    Reason.TOO_SHORT: Change.FASTER,
    Reason.NO_STANDING_REFERENCE: Change.WIDER,
}
"""The change that a failed gate asks for; about the other gates a camera can do nothing."""


@dataclass(frozen=True)
class Gain:
    """What a change would gain.

    Attributes
    ----------
    change
        The one.
    more
        Lifts that pass every gate with it and don't without.
    lifts
        Lifts that were asked about.
    """

    change: Change
    more: int
    lifts: int

    @property
    def share(self) -> float:
        """The share of the lifts that would be gained."""
        return self.more / self.lifts


def best_change(lifts: pd.DataFrame, gates: Gates) -> Gain | None:
    """Return the change of a camera that gains most; None where no gate fails that a camera can mend.

    Where each lift fails two gates, no single change gains: then it is the one whose gate fails first most
    often, with a gain of 0.

    Parameters
    ----------
    lifts
        Rows of the lifts table of one camera, with `cameras.LIFT_COLUMNS` and ``reason``.
    """
    rows = asked(lifts)
    fails = failed_gate(rows, gates)
    names, counts = np.unique(fails.astype(str), return_counts=True)
    often = {
        MENDS[Reason(name)]: int(n) for name, n in zip(names, counts, strict=True) if Reason(name) in MENDS
    }
    if not often:
        return None
    passing = int((fails == Reason.JUDGED).sum())
    gains = [
        Gain(change, int((failed_gate(_mended(rows, change, gates), gates) == Reason.JUDGED).sum()) - passing,
             len(rows))
        for change in Change
    ]  # fmt: skip
    return max(gains, key=lambda one: (one.more, often.get(one.change, 0)))


def _mended(lifts: pd.DataFrame, change: Change, gates: Gates) -> pd.DataFrame:
    """Return the lifts as they would be seen after a change."""
    better: dict[Change, dict[str, float]] = {
        Change.NEARER: {"person_height_px": np.inf},
        Change.SIDE_ON: {"view_angle_deg": 0.0},
        Change.CLEAR: {"seen_share": 1.0, "overlap_share": 0.0},
        Change.FASTER: {"frames_around_peak": gates.least_frames},
        Change.WIDER: {
            "standing_windows": gates.least_standing_windows,
            "standing_reference_s": gates.least_standing_s,
        },
    }
    return lifts.assign(**better[change])
