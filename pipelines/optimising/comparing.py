"""How far the people that one model finds are from those of another, and how far they may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.pose import People
from detectors.training.agree import FOUND, SURE, frame_oks
from detectors.training.predict import matches

Array = NDArray[np.float64]

LEAST_FOUND: Final = 0.99
"""Of a hundred people one may be lost or added: the reading itself may lose one lift in a hundred."""

LEAST_OKS: Final = 0.998
"""Mean similarity of keypoints: shoulders of someone 400 px tall are then 2.4 px off, a trunk by about a
degree, while techniques are told apart at several degrees."""


@dataclass(frozen=True)
class Agreement:
    """How alike the answers of two models are.

    Attributes
    ----------
    people
        How many people the first is sure of.
    found_share, kept_share
        Share of these that the other finds, and of the other's that the first finds; NaN without any.
    oks
        Mean similarity of the keypoints of those found; NaN without any.
    furthest_px
        Largest distance of a keypoint of which the first is sure; NaN without any.
    """

    people: int
    found_share: float
    kept_share: float
    oks: float
    furthest_px: float

    @property
    def refused(self) -> str | None:
        """One sentence on why the other must not take the first one's place; None if it may."""
        share = min(self.found_share, self.kept_share)
        if not share >= LEAST_FOUND:
            return f"same people {share:.1%}, expected {LEAST_FOUND:.0%}"
        if not self.oks >= LEAST_OKS:
            return f"OKS {self.oks:.4f}, expected {LEAST_OKS}"
        return None


def agreement(ones: Sequence[People], others: Sequence[People]) -> Agreement:
    """Return how alike the answers of two models to the same pictures are."""
    pairs = list(zip(ones, others, strict=True))
    found = np.concatenate([np.empty(0), *(frame_oks(other, one) for one, other in pairs)])
    back = np.concatenate([np.empty(0), *(frame_oks(one, other) for one, other in pairs)])
    off_px = np.concatenate([np.empty(0), *(_off_px(one, other) for one, other in pairs)])
    seen = found[np.isfinite(found)]
    return Agreement(
        people=len(found),
        found_share=_share(found),
        kept_share=_share(back),
        oks=float(seen.mean()) if len(seen) else float("nan"),
        furthest_px=float(off_px.max()) if len(off_px) else float("nan"),
    )


def _share(oks: Array) -> float:
    return float(np.isfinite(oks).mean()) if len(oks) else float("nan")


def _off_px(one: People, other: People) -> Array:
    """Return how far the sure keypoints of the sure people moved."""
    sure, found = one.confidence >= SURE, other.confidence >= FOUND
    if not (sure.any() and found.any()):
        return np.empty(0)
    mine, theirs = one.keypoints[sure], other.keypoints[found]
    pairs = matches(one.box_px[sure], other.box_px[found])
    off = [np.linalg.norm((mine[i] - theirs[j])[:, :2], axis=1)[mine[i, :, 2] >= SURE] for i, j in pairs]
    return np.concatenate([np.empty(0), *off])
