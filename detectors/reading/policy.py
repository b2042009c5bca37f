"""Every parameter by which a recording is read: where people are looked for, and where densely."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class ReadingPolicy:
    """How inference is spent on a recording; each step looks only where the one before saw something.

    Attributes
    ----------
    shortest_s
        A shorter recording is read whole: it tells too little of its background.
    longest_key_gap_s
        Between two pictures that the gate sees somebody may walk through unseen. Where whole pictures
        are farther apart in the file than this, every picture is decoded for the gate.
    changed_octaves
        A cell of the small picture has changed when it is brighter or darker than its background by
        this much after the light of the whole picture is evened out: 0.12 is 9 %.
    changed_cells
        So many changed cells beside each other open the gate. The small picture is 160 cells wide.
    empty_looks
        What has changed becomes background when nobody is seen in it so many times in a row.
    least_confidence
        Somebody is there from this confidence of a detection; whoever is followed reaches more.
    scan_step_s
        Where people are, they are looked at once in at most this time. Postures are bridged over 0.3 s,
        so a longer step would not tell how long anybody was seen.
    trunk_deg, knee_deg, hip_drop_stature, shoulder_drop_stature
        From here on a posture in the scan may be part of a bend. `detectors.bends` asks for a third more;
        between two looks a quick bend loses a quarter.
    hand_travel_stature, hands_level_stature, least_hand_stature, least_carry
        Hands may reach whose height changes by so much within two seconds, that are level with each other
        within the second, above the third, and look as if they carried with the last as confidence.
        `detectors.reaches` asks for a fourth more travel and confidence, and more of the rest.
    hidden_s, lost_margin_s
        Somebody out of sight for at most this long may have bent; longer and they are behind something.
        Every frame is looked at then, and so far around it.
    margin_s
        How far around a possible bend or reach every frame is looked at, so that starts, ends and hands
        stay exact.
    standing_s, widest_view_deg, least_height_px, least_lean_deg
        So much standing next to each lift is looked at in every frame too: what its back is held against.
        Not where the person is seen from farther off the side, is smaller or leans less than any back is
        judged.
    """

    shortest_s: float = 60.0
    longest_key_gap_s: float = 2.5
    changed_octaves: float = 0.12
    changed_cells: int = 6
    empty_looks: int = 3
    least_confidence: float = 0.2
    scan_step_s: float = 0.27
    trunk_deg: float = 22.0
    knee_deg: float = 34.0
    hip_drop_stature: float = 0.08
    shoulder_drop_stature: float = 0.09
    hand_travel_stature: float = 0.12
    hands_level_stature: float = 0.10
    least_hand_stature: float = 0.41
    least_carry: float = 0.4
    hidden_s: float = 2.0
    lost_margin_s: float = 0.4
    margin_s: float = 1.2
    standing_s: float = 4.8
    widest_view_deg: float = 60.0
    least_height_px: float = 120.0
    least_lean_deg: float = 8.0

    @property
    def digest(self) -> str:
        """The first 8 digits of a hash of all parameters: the same for the same policy, anywhere."""
        return hashlib.sha256(repr(sorted(asdict(self).items())).encode()).hexdigest()[:8]
