"""The page Cameras: what can be judged of what each sees, and which one change would gain most."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from dashboard_pages import demo_site, opened  # noqa: F401

from dashboard.summaries.cameras import accuracy, asked, fitness, reasons
from dashboard.summaries.cameras_gain import Change, best_change
from detectors.tables import FOOTAGE, LIFTS, SHIFT_METRICS
from detectors.technique import judge
from detectors.thresholds import Gates
from pipelines.demo.rows import stored
from pipelines.exposure.rates import Validation

GATES = Gates()
WELL_SEEN = {
    "kind": "lift",
    "camera_id": "dock-1",
    "spine_flexion_deg": 10.0,
    "spine_flexion_se_deg": 4.0,
    "view_angle_deg": 10.0,
    "person_height_px": 310.0,
    "seen_share": 0.95,
    "overlap_share": 0.0,
    "frames_around_peak": 8,
    "standing_windows": 8.0,
    "back_chord_ratio": 0.95,
    "trunk_inclination_peak_deg": 70.0,
}


def lifts(n, **columns):
    """Return lifts that are seen well but for some measures, and how the policy judges them."""
    rows = pd.DataFrame({"lift_id": [f"l{i}" for i in range(n)]}).assign(**(WELL_SEEN | columns))
    texts = [name for name in rows if isinstance(rows[name].iloc[0], str)]
    rows = stored(rows.astype(dict.fromkeys(texts, "str")), LIFTS)
    verdicts = judge(rows)
    return rows.assign(technique=verdicts["technique"], reason=verdicts["reason"])


@pytest.mark.parametrize(
    ("spoilt", "change"),
    [
        ({"person_height_px": 120.0}, Change.NEARER),
        ({"view_angle_deg": 70.0}, Change.SIDE_ON),
        ({"view_angle_deg": np.nan}, Change.SIDE_ON),
        ({"overlap_share": 0.6}, Change.CLEAR),
        ({"seen_share": 0.2}, Change.CLEAR),
        ({"frames_around_peak": 3}, Change.FASTER),
        ({"standing_windows": 0.0}, Change.WIDER),
    ],
)
def test_what_is_spoilt_is_what_to_change(spoilt, change):
    gain = best_change(pd.concat([lifts(6, **spoilt), lifts(4)]), GATES)
    assert gain is not None
    assert (gain.change, gain.more, gain.lifts) == (change, 6, 10)
    assert gain.share == pytest.approx(0.6)


def test_a_change_counts_only_where_nothing_else_stands_in_the_way():
    # More lifts are too small, but these are seen from the front, too.
    both = lifts(6, person_height_px=120.0, view_angle_deg=70.0)
    gain = best_change(pd.concat([both, lifts(2, view_angle_deg=70.0)]), GATES)
    assert gain is not None
    assert (gain.change, gain.more) == (Change.SIDE_ON, 2)


def test_two_faults_at_once_gain_nothing_but_the_first_is_named():
    gain = best_change(lifts(5, person_height_px=120.0, view_angle_deg=70.0), GATES)
    assert gain is not None
    assert (gain.change, gain.more) == (Change.NEARER, 0)


@pytest.mark.parametrize("spoilt", [{}, {"spine_flexion_deg": 32.5}, {"back_chord_ratio": 0.4}])
def test_a_camera_that_sees_well_needs_no_change(spoilt):
    assert best_change(lifts(5, **spoilt), GATES) is None


def test_upright_lifts_and_bends_are_no_question_to_a_camera():
    rows = pd.concat([lifts(2), lifts(3, trunk_inclination_peak_deg=5.0), lifts(4, kind="bend")])
    assert len(asked(rows)) == 2


def test_a_camera_without_a_lift_has_a_row_that_knows_nothing():
    metrics = stored(
        pd.DataFrame({"level": ["camera"], "camera_id": ["dock-1"]}).astype("str"), SHIFT_METRICS
    )
    footage = stored(pd.DataFrame({"camera_id": ["dock-1"]}).astype("str"), FOOTAGE)
    fit = fitness({"dock-1": "inbound", "yard": "inbound"}, lifts(30), metrics, footage, GATES)
    fit = fit.set_index("camera_id")
    assert fit.loc["yard", "lifts"] == 0
    assert fit.loc["yard", ["share", "judgeable_share", "height_px", "frame_rate_hz"]].isna().all()
    assert fit.loc["dock-1", "share"] == 1.0
    # Of 30 out of 30 Wilson's interval begins at 88.6 %: all judged is not all to come.
    assert fit.loc["dock-1", "low"] == pytest.approx(0.886, abs=0.001)
    # The example row of the figures has 13.0 of 21.5 person-hours.
    assert fit.loc["dock-1", "judgeable_share"] == pytest.approx(13.0 / 21.5)


def test_reasons_are_shares_of_all_lifts_of_the_camera():
    table = reasons(pd.concat([lifts(5), lifts(4, person_height_px=90.0), lifts(1, view_angle_deg=80.0)]))
    assert table[["reason", "n"]].to_numpy().tolist() == [["size", 4], ["view", 1]]
    assert table["share"].tolist() == pytest.approx([0.4, 0.1])


def test_accuracy_is_told_only_where_somebody_reviewed():
    assert accuracy(None) is None
    assert accuracy(Validation(0, 0, 0, 0)) is None
    found = accuracy(Validation(spine_bends=40, spine_bends_found=36, others=60, others_found=57))
    assert found is not None
    assert (found.found[:2], found.spared[:2]) == ((40, 0.9), (60, 0.95))
    assert found.found[2] < 0.9 < found.found[3]


def test_the_page_names_the_change_of_each_camera(demo_site):  # noqa: F811
    app = opened(demo_site, "cameras")
    assert not app.exception
    said = [element.value for element in app.get("info")]
    # The demo's third camera sees people from far away, the second from an angle.
    heads = [element.value for element in app.subheader]
    assert heads[-1].startswith("dock-1")
    assert any("nearer" in one for one in said)
    assert any("across the picture" in one for one in said)
    assert sum("not measured yet" in element.value for element in app.caption) == len(heads)


def test_only_the_chosen_camera_is_told_of(demo_site):  # noqa: F811
    app = opened(demo_site, "cameras", camera="packing")
    assert [element.value for element in app.subheader] == ["packing · watches packing"]
    assert app.dataframe[0].value["camera_id"].tolist() == ["packing"]
