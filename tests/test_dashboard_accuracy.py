"""The page Accuracy: how to start while nothing is known, and the figures of answered blind looks."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pandas as pd
import pytest
from answered_looks import FIRST, NIGHTS, PER_NIGHT, answer_looks
from dashboard_pages import demo_site, opened  # noqa: F401

from dashboard.summaries.accuracy import by_camera, corrected_share, drifts
from detectors.tables import SHIFT_METRICS
from pipelines.commands import site_policy
from pipelines.judging.assess import assess
from pipelines.judging.policy import load_policy
from pipelines.judging.shift_figures import rebuild
from pipelines.reviewing.accuracy import accuracy
from pipelines.reviewing.calibrate_command import calibrate
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store


@pytest.fixture(scope="module")
def answered(demo_site, tmp_path_factory):  # noqa: F811
    """Return the site file of a demo whose drawn looks are answered: every hip hinge is a spine bend."""
    folder = tmp_path_factory.mktemp("answered")
    shutil.copytree(demo_site.parent, folder, dirs_exist_ok=True)
    path = folder / "site.toml"
    answer_looks(path)
    return path


def metric(app, label):
    (found,) = [one for one in app.metric if one.label == label]
    return found.value


def test_without_looks_the_page_says_how_to_start(demo_site):  # noqa: F811
    app = opened(demo_site, "accuracy")
    assert not app.exception
    assert not app.metric
    assert any("blind look" in one.value and "next" in one.value for one in app.info)


def test_the_figures_are_those_of_the_answers(answered):
    app = opened(answered, "accuracy", date=(FIRST + timedelta(days=NIGHTS)).isoformat())
    assert not app.exception
    assert metric(app, "Lifts found that are lifts") == "100%"
    # Each judged hip hinge is a spine bend to the reviewers, so that half of the bends is missed.
    assert metric(app, "Called spine bends that are") == "100%"
    sensitivity = float(metric(app, "Spine bends called so").strip(":gray[]%"))
    assert 10.0 < sensitivity < 90.0
    table = next(one.value for one in app.dataframe if "precision" in one.value)
    assert table["drawn"].iloc[-1] == NIGHTS * PER_NIGHT
    assert any("spine_bend_from" in one.value for one in app.code)


def test_the_dial_never_changes_what_is_in_force(answered):
    before = (answered.parent / "policy.toml").read_text()
    app = opened(answered, "accuracy", date=(FIRST + timedelta(days=NIGHTS)).isoformat())
    slider = app.select_slider(key="accuracy-dial")
    slider.set_value(0.95).run()
    assert not app.exception
    assert (answered.parent / "policy.toml").read_text() == before


def test_the_counts_of_the_page_are_those_of_the_command_and_correct_the_shift(demo_site, tmp_path, capsys):  # noqa: F811
    folder = tmp_path / "corrected"
    shutil.copytree(demo_site.parent, folder)
    path = folder / "site.toml"
    answer_looks(path, wrong_hinges=5)
    day = (FIRST + timedelta(days=NIGHTS - 1)).isoformat()
    app = opened(path, "accuracy", date=day)
    assert not app.exception
    (shown,) = [one.value for one in app.code if "figures.validation" in one.value]
    assert calibrate(site=path, out=tmp_path / "policy.toml", correction=True) == 0
    printed = capsys.readouterr().out
    assert shown in printed.replace("\n\n\n", "\n\n")
    counts = load_policy(tmp_path / "policy.toml").figures.validation
    assert counts
    shutil.copy(tmp_path / "policy.toml", folder)
    site = load_site(path)
    store, policy, dates = open_store(site.store_url), site_policy(site, None), [date.fromisoformat(day)] * 2
    assess(store, site.name, policy, *dates)
    rebuild(store, site, policy, *dates)
    zone = next(iter(counts))
    row = store.read(SHIFT_METRICS, site.name, *dates)
    row = row[(row["policy_id"] == policy.policy_id) & (row["level"] == "zone") & (row["zone"] == zone)]
    row = row[row["corrected_spine_bend_share"].notna() & (row["status"] == "shown")].iloc[0]
    app = opened(site.path, "shift", date=day, shift=row["shift"], zone=zone)
    assert not app.exception
    (said,) = [one.value for one in app.caption if "corrected for the errors" in one.value]
    assert f"{row['spine_bend_share']:.0%}" in said
    assert f"{row['corrected_spine_bend_share']:.0%} (" in said


def test_a_camera_is_told_of_on_the_page_cameras(answered):
    app = opened(answered, "cameras", date=(FIRST + timedelta(days=NIGHTS)).isoformat())
    assert not app.exception
    assert any("Accuracy" in one.value for one in app.caption)


def looks(camera, n, said, answer, day):
    return pd.DataFrame(
        {
            "item_id": [f"{camera}{day}{at}" for at in range(n)], "camera_id": camera, "item_kind": "lift",
            "stratum": f"{camera}/lift/x", "technique": said, "p_spine_bend": 0.5, "answer": answer,
            "drawn_share": 0.5, "weight": 2.0, "looked_at": True, "is_found": True, "is_lift": True,
            "date": day,
        }
    )  # fmt: skip


def test_a_camera_with_few_looks_keeps_its_figures_to_itself():
    rows = pd.concat(
        [
            looks("dock", 30, "spine_bend", "spine_bend", "2026-03-02"),
            looks("yard", 9, "spine_bend", "hip_hinge", "2026-03-02"),
        ]
    )
    table = by_camera(rows, ["dock", "yard"]).set_index("camera_id")
    assert table.loc["dock", "sensitivity"] == 1.0
    assert pd.isna(table.loc["yard", "precision"])
    assert table["looked_at"].tolist() == [30, 9, 39]


def test_each_camera_is_compared_with_itself():
    rows = [
        looks("dock", 40, "spine_bend", "spine_bend", "2026-03-02"),
        looks("dock", 40, "spine_bend", "hip_hinge", "2026-03-30"),
        looks("yard", 40, "spine_bend", "spine_bend", "2026-03-02"),
        looks("yard", 40, "spine_bend", "spine_bend", "2026-03-30"),
    ]
    found = drifts(pd.concat(rows), ["dock", "yard", "aisle"], date(2026, 4, 30))
    assert set(found) == {"dock", "yard"}
    assert found["dock"].alarm
    assert found["dock"].worse
    assert not found["yard"].alarm


def test_hidden_figures_count_for_nothing_in_the_corrected_share():
    rows = [looks("dock", 60, "spine_bend", "spine_bend", "2026-03-02")]
    rows.append(looks("yard", 60, "hip_hinge", "hip_hinge", "2026-03-02"))
    found = accuracy(pd.concat(rows))
    metrics = pd.DataFrame(
        {
            "level": "zone", "status": ["shown", "suppressed", "shown"], "zone": ["a", "a", "b"],
            "spine_bends": [30, 500, 500], "hip_hinges": [60, 0, 0], "squats": [10, 0, 0],
        }
    )  # fmt: skip
    share = corrected_share(metrics, ["a"], found)
    assert share.judged == 100
    assert share.share.raw.value == pytest.approx(0.30)
    assert share.share.corrected.value == pytest.approx(0.30)
    assert corrected_share(metrics, ["nowhere"], found) is None
