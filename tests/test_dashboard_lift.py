"""The page Lift says why, by how much, and what else would have been said."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest
from dashboard_pages import demo_site, opened  # noqa: F401
from recorded_lift import DAY, add_lift

from dashboard.audit import views
from dashboard.summaries.lift import DecidedBy, conditions, why
from dashboard.summaries.lift_posture import curves, picture, pole_and_gap, traces
from detectors.motion import View
from detectors.pose import People
from detectors.tables import LIFTS, POSES
from detectors.technique import failed_gate, judge
from detectors.thresholds import DEFAULT_POLICY
from detectors.vocabulary import Reason, Technique
from pipelines.clips import finding as clip_finding
from pipelines.clips import making as clip_making
from pipelines.clips.kept import ClipError, kept_clip
from pipelines.clips.making import make_clip
from pipelines.nights.job import PoseChoice
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

GOOD = {
    "lift_id": "a",
    "person_height_px": 300.0,
    "view_angle_deg": 5.0,
    "seen_share": 1.0,
    "overlap_share": 0.0,
    "frames_around_peak": 8,
    "trunk_inclination_peak_deg": 70.0,
    "standing_windows": 3.0,
    "standing_reference_s": 2.0,
    "back_chord_ratio": 0.95,
    "back_chord_ratio_se": 0.02,
    "spine_flexion_deg": 60.0,
    "spine_flexion_se_deg": 10.0,
    "knee_flexion_grasp_deg": 30.0,
    "stoop_squat_index": 80.0,
}


def row(**changed):
    return pd.DataFrame([{**GOOD, **changed}])


def test_a_bent_back_is_told_by_its_flexion():
    found = why(row(), DEFAULT_POLICY)
    assert (found.technique, found.decided_by) == (Technique.SPINE_BEND, DecidedBy.BACK)
    assert (found.value, found.error, found.threshold) == (60.0, 10.0, 32.5)
    assert found.margin_se == pytest.approx(2.75)


def test_the_change_that_is_named_flips_the_verdict_and_a_smaller_one_does_not():
    found = why(row(), DEFAULT_POLICY)
    (flip,) = found.flips
    assert flip.becomes is Technique.INDETERMINATE
    assert found.least_change == -flip.change
    for share, same in ((0.97, True), (1.0, False)):
        changed = row(spine_flexion_deg=60.0 + share * flip.change)
        assert (judge(changed)["technique"].iloc[0] == Technique.SPINE_BEND) is same


def test_a_borderline_lift_could_become_either():
    found = why(row(spine_flexion_deg=32.5), DEFAULT_POLICY)
    assert (found.technique, found.reason) == (Technique.INDETERMINATE, Reason.BORDERLINE)
    assert {one.becomes for one in found.flips} == {Technique.SPINE_BEND, Technique.HIP_HINGE}
    # Midway between both: as far from the one as from the other.
    less, more = found.flips
    assert -less.change == more.change == found.least_change


def test_an_oblique_view_needs_a_larger_change_to_be_told():
    near, oblique = (
        why(row(spine_flexion_deg=32.5, view_angle_deg=view_deg), DEFAULT_POLICY) for view_deg in (10.0, 40.0)
    )
    assert oblique.least_change > near.least_change * 1.5


def test_without_points_on_the_back_the_chord_decides():
    found = why(row(spine_flexion_deg=np.nan, back_chord_ratio=0.75), DEFAULT_POLICY)
    assert (found.technique, found.decided_by) == (Technique.SPINE_BEND, DecidedBy.CHORD)
    assert found.value == 0.75
    assert found.threshold > 0.75


def test_what_failed_is_named_and_nothing_is_promised():
    found = why(row(view_angle_deg=60.0), DEFAULT_POLICY)
    assert (found.decided_by, found.reason, found.flips) == (DecidedBy.GATE, Reason.VIEW, ())
    assert np.isnan([found.value, found.margin_se, found.least_change]).all()
    failed = found.conditions[~found.conditions["met"]]
    assert failed[["reason", "measured", "limit"]].to_numpy().tolist() == [[Reason.VIEW, 60.0, 45.0]]


def test_the_first_condition_that_is_not_met_is_the_reason_of_the_judgement():
    dice = np.random.default_rng(11)
    for _ in range(300):
        lift = row(
            person_height_px=dice.uniform(120, 400),
            view_angle_deg=dice.uniform(0, 60),
            seen_share=dice.uniform(0.4, 1.0),
            overlap_share=dice.uniform(0.0, 0.4),
            frames_around_peak=int(dice.integers(3, 10)),
            trunk_inclination_peak_deg=dice.uniform(5, 140),
            standing_windows=float(dice.integers(0, 3)),
            standing_reference_s=dice.choice([0.2, 1.0, np.nan]),
            back_chord_ratio=dice.uniform(0.5, 1.1),
            spine_flexion_deg=dice.choice([np.nan, 30.0]),
            spine_flexion_se_deg=dice.uniform(5, 30),
        )
        table = conditions(lift, DEFAULT_POLICY.gates)
        broken = table.loc[~table["met"], "reason"]
        first = broken.iloc[0] if len(broken) else Reason.JUDGED
        assert first == failed_gate(lift, DEFAULT_POLICY.gates)[0]


def test_the_gap_is_where_the_back_is_farthest_off_the_pole():
    back = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 4.0], [3.0, 1.0], [4.0, 0.0]])
    pole, gap = pole_and_gap(back)
    assert pole.tolist() == [[0, 0], [4, 0]]
    assert gap.tolist() == [[2, 0], [2, 4]]


def test_without_the_neck_there_is_no_gap():
    back = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 4.0], [3.0, 1.0], [np.nan, np.nan]])
    assert np.isnan(pole_and_gap(back)[1]).all()


def test_a_back_that_was_not_seen_has_no_curve():
    unseen = dict.fromkeys(
        [name for name in LIFTS.names if "_off_percent" in name or "chord_percent" in name], np.nan
    )
    assert curves(pd.Series(unseen)).empty


@pytest.fixture(scope="module")
def recorded(demo_site):  # noqa: F811
    site = load_site(demo_site)
    return demo_site, site, open_store(site.store_url), add_lift(site)


def test_the_traces_reach_what_the_table_says_of_the_peak(recorded):
    _, site, store, lift_id = recorded
    lifts = store.read(LIFTS, site.name, DAY, DAY)
    lift = lifts[lifts["lift_id"] == lift_id].iloc[0]
    poses = store.read(POSES, site.name, DAY, DAY)
    poses = poses[poses["footage_id"] == lift["footage_id"]].sort_values("time_s", ignore_index=True)
    seen = traces(poses, lift, View(320, 240, lift["analysis_rate_hz"]))
    trunk = seen[seen["measure"] == "trunk"]
    assert trunk["value_deg"].max() == pytest.approx(lift["trunk_inclination_peak_deg"], abs=5.0)
    assert abs(trunk.loc[trunk["value_deg"].idxmax(), "time_s"]) < 0.6
    # Upright at its beginning and at its end.
    assert trunk["value_deg"].iloc[[0, -1]].max() < 20.0
    drawn = picture(poses, lift["grasp_s"])
    assert drawn.time_s == pytest.approx(lift["grasp_s"], abs=0.05)
    assert len(drawn.bones) >= 8
    assert drawn.back.empty


def test_too_few_poses_are_no_trace(recorded):
    _, site, store, _ = recorded
    poses = store.read(POSES, site.name, DAY, DAY).head(3)
    assert traces(poses, pd.Series(dtype=float), View(320, 240, 12.5)).empty
    assert picture(poses.head(0), 1.0) is None


def test_a_recorded_day_among_made_up_ones_is_not_called_made_up(recorded):
    path, *_ = recorded
    assert "was made up, except 10 Sept." in opened(path, "runs").warning[0].value
    assert "außer dem vom 10. Sept." in opened(path, "runs", lang="de").warning[0].value


def said(app):
    kinds = ("title", "subheader", "warning", "error", "info", "caption", "markdown")
    return " ".join(element.value for kind in kinds for element in app.get(kind))


def test_the_page_of_a_recorded_lift_says_why(recorded):
    path, _, _, lift_id = recorded
    app = opened(path, "lift", date=DAY.isoformat(), lift=lift_id)
    assert not app.exception
    text = said(app)
    assert lift_id in text
    assert "m@1" in text
    assert "What a verdict needs" in text


def test_each_time_the_clip_is_opened_is_one_row(recorded):
    path, site, store, lift_id = recorded
    before = len(views(site, store))
    app = opened(path, "lift", date=DAY.isoformat(), lift=lift_id)
    assert len(views(site, store)) == before
    app.toggle[0].set_value(True).run()
    app.run()
    assert len(views(site, store)) == before + 1
    app.toggle[0].set_value(False).run()
    app.toggle[0].set_value(True).run()
    assert len(views(site, store)) == before + 2


def test_a_made_up_lift_has_no_clip_and_says_so(recorded):
    path, site, store, _ = recorded
    lifts = store.read(LIFTS, site.name, DAY, DAY)
    made_up = lifts.loc[lifts["code_version"] == "simulated", "lift_id"].iloc[0]
    app = opened(path, "lift", date=DAY.isoformat(), lift=made_up)
    assert not app.exception
    assert "This lift was made up" in said(app)
    assert not app.toggle


def test_a_lift_of_another_day_is_a_sentence(recorded):
    path, _, _, lift_id = recorded
    app = opened(path, "lift", date="2026-08-15", lift=lift_id)
    assert not app.exception
    assert "not among those of" in app.info[0].value


def test_without_a_lift_there_is_a_list_to_choose_from(recorded):
    path, site, store, lift_id = recorded
    app = opened(path, "lift", date=DAY.isoformat(), zone="inbound")
    addresses = app.dataframe[0].value["open"].tolist()
    assert any(f"lift={lift_id}" in one and "zone=inbound" in one for one in addresses)
    cameras = {camera.id for camera in site.cameras if camera.zone == "inbound"}
    of_the_zone = store.read(LIFTS, site.name, DAY, DAY)["camera_id"].isin(cameras)
    assert len(addresses) == of_the_zone.sum()


class Nobody:
    version = "nobody@1"

    def people(self, image):
        return People(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 17, 3)))


@pytest.fixture
def alone(recorded, tmp_path, monkeypatch):
    """Return a site and store of its own with one lift whose clip was not cut yet."""
    for name in ("site.toml", "policy.toml"):
        shutil.copy(recorded[0].parent / name, tmp_path)
    site = load_site(tmp_path / "site.toml")
    lift_id = add_lift(site, kept=False)
    path = site.folder / "footage/dock-1/dock-1_20260910T090000.mp4"
    monkeypatch.setattr(clip_finding, "content_id", lambda found: "f00df00df00df00d")
    monkeypatch.setattr(clip_making, "pose_choice", lambda found: PoseChoice(path, 640, "cpu", 15.0))
    monkeypatch.setattr(clip_making, "pose_source", lambda choice: Nobody())
    return site, open_store(site.store_url), lift_id, path


def test_a_clip_is_cut_once_and_kept(alone):
    site, store, lift_id, path = alone
    assert kept_clip(store, site.name, DAY, lift_id) is None
    make_clip(site, store, DAY, lift_id)
    path.unlink()
    assert kept_clip(store, site.name, DAY, lift_id)[4:8] == b"ftyp"


def test_a_recording_that_is_gone_or_another_one_makes_no_clip(alone, monkeypatch):
    site, store, lift_id, path = alone
    monkeypatch.setattr(clip_finding, "content_id", lambda found: "0000000000000000")
    with pytest.raises(ClipError, match="is not the one that was measured"):
        make_clip(site, store, DAY, lift_id)
    path.unlink()
    with pytest.raises(ClipError, match="is not there any more"):
        make_clip(site, store, DAY, lift_id)
    with pytest.raises(ClipError, match="there is no lift 'x'"):
        make_clip(site, store, DAY, "x")
    assert kept_clip(store, site.name, DAY, lift_id) is None
