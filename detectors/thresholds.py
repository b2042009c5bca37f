"""Every threshold of the judgement of a lift, and how well it must be seen to be judged."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit


@dataclass(frozen=True)
class Gates:
    """What a lift must fulfil before its technique is judged.

    Attributes
    ----------
    largest_view_angle_deg, largest_back_view_deg
        Near the side view; farther off it where the points on the back were seen, as far as enough rendered
        lifts have shown that verdicts hold.
    least_height_px, least_back_height_px, least_seen_share, largest_overlap_share, least_frames
        Seen well enough: tall enough (the second where the points on the back were seen, which rendered
        people of 145 to 160 px show as well as taller ones), near-side keypoints seen, nobody in front,
        enough frames around the peak.
    least_trunk_deg, least_back_trunk_deg
        An upright trunk loads the question with noise: no technique below it; the second where the points on
        the back were seen from near the side, where the curve does not depend on the trunk.
    least_standing_s, least_standing_windows
        Upright time of the same person to compare with; windows of it where the back was seen.
    implausible_chord_ratio, implausible_trunk_deg
        Outside these the shoulder or hip points are wrong, whatever their confidence.
    largest_flexion_se_deg
        A flexion with a larger error says nothing: over all rendered lifts it spreads by 27 deg itself.
    """

    largest_view_angle_deg: float = 30.0
    largest_back_view_deg: float = 45.0
    least_height_px: float = 160.0
    least_back_height_px: float = 145.0
    least_seen_share: float = 0.6
    largest_overlap_share: float = 0.3
    least_frames: int = 5
    least_trunk_deg: float = 30.0
    least_back_trunk_deg: float = 10.0
    least_standing_s: float = 0.5
    least_standing_windows: int = 1
    implausible_chord_ratio: float = 0.6
    implausible_trunk_deg: float = 125.0
    largest_flexion_se_deg: float = 25.0

    def of_backs(self) -> Gates:
        """Return the gates of people whose backs a model looks at: its views and sizes for the chord's."""
        return replace(
            self,
            largest_view_angle_deg=self.largest_back_view_deg,
            least_height_px=self.least_back_height_px,
        )


@dataclass(frozen=True)
class SpineModel:
    """How the back chord of COCO keypoints spreads when the spine stays neutral and when it bends.

    The chord shortens to about 0.83 of standing in a spine bend and 0.93 to 1.0 in a hinge.
    A share of the bends does not shorten it at all: the shoulder points move forward with the
    arms and make up for what the spine gives away. So a short chord is evidence of a bend,
    while a long one is no proof of a neutral spine.
    """

    neutral_mean: float = 0.95
    neutral_sd: float = 0.04
    bent_mean: float = 0.83
    bent_sd: float = 0.05
    hidden_share: float = 0.25


@dataclass(frozen=True)
class Calibration:
    """How a site's labels change the probability that the points on the back give: a line on its logit.

    The slope is above 0, so that a higher probability stays a higher one. What a chord tells is left as it
    is, for no label makes a long chord the proof of a neutral spine.
    """

    slope: float = 1.0
    intercept: float = 0.0

    def of(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probabilities as the labels have them; NaN stays NaN, and 0 and 1 stay."""
        if (self.slope, self.intercept) == (1.0, 0.0):
            return p  # to the last digit
        return np.asarray(expit(self.slope * logit(p) + self.intercept))


@dataclass(frozen=True)
class Policy:
    """Every threshold of the judgement; its content hash stands on each figure.

    Attributes
    ----------
    spine_bend_from
        Probability of a spine bend from which the verdict is one.
    neutral_up_to, back_neutral_up_to
        Probability up to which the spine was neutral: by the chord, and by the points on the back.
    flexion_threshold_deg
        Flexion of lumbar and thoracic spine over standing that parts a bend from a neutral spine:
        midway between 25 deg, which coached hinges stay below, and 40 deg, which stoops exceed.
    oblique_margin_se
        How far from that threshold a flexion seen from farther off the side than the chord is judged must
        be, in its standard errors: there a real rounded back was seen to show half of its bend.
    """

    gates: Gates = field(default_factory=Gates)
    spine: SpineModel = field(default_factory=SpineModel)
    calibration: Calibration = field(default_factory=Calibration)
    spine_bend_from: float = 0.80
    neutral_up_to: float = 0.10
    back_neutral_up_to: float = 0.20
    flexion_threshold_deg: float = 32.5
    oblique_margin_se: float = 2.0
    squat_knee_deg: float = 60.0
    squat_index_below: float = 50.0
    soft_knee_deg: float = 15.0
    bent_knee_deg: float = 35.0


DEFAULT_POLICY: Final = Policy()
