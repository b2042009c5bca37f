"""Trainers take clips away from the pages Lift, Shift and Review; each time is written down."""

from __future__ import annotations

import time
import zipfile
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from dashboard_pages import demo_site, opened  # noqa: F401
from recorded_lift import DAY, add_lift

from dashboard.views import export_controls
from dashboard.views.export_controls import MAKING
from detectors.tables import LIFTS
from pipelines.exporting.tables import EXPORTS, exported, record
from pipelines.sites.site import SiteError, load_site
from pipelines.storage.store import open_store

WITHIN_S = 30.0


@pytest.fixture(scope="module")
def recorded(demo_site):  # noqa: F811
    site = load_site(demo_site)
    return demo_site, site, open_store(site.store_url), add_lift(site)


def control(app):
    (found,) = (one for one in app.toggle if one.label == "Take clips away")
    return found


def said(app):
    kinds = ("warning", "error", "info", "caption", "success")
    return " ".join(element.value for kind in kinds for element in app.get(kind))


def of_form(app, label):
    (found,) = (one for one in app.button if one.label == label)
    return found


def made(app):
    """Run the page until its package is no longer under way, and return that."""
    until = time.monotonic() + WITHIN_S
    while (making := app.session_state[MAKING]).is_under_way and time.monotonic() < until:
        time.sleep(0.05)
    app.run()
    return making


def test_the_zip_is_made_offered_and_recorded(recorded):
    path, site, store, lift_id = recorded
    app = opened(path, "lift", date=DAY.isoformat(), lift=lift_id)
    assert not app.text_input
    control(app).set_value(True).run()
    assert "0 of 1 were taken away before" in said(app)
    of_form(app, "Export 1 clip").click().run()
    assert "Say what the clips are for" in said(app)
    assert exported(site, store).empty
    app.text_input[0].set_value("toolbox talk 12")
    of_form(app, "Export 1 clip").click().run()
    making = made(app)
    assert not app.exception
    (row,) = exported(site, store).to_dict("records")
    assert (row["lift_id"], row["why"], row["reviewer"]) == (lift_id, "toolbox talk 12", "r-local")
    assert f"1 of 1 clips, recorded as {row['export_id']}" in said(app)
    with zipfile.ZipFile(making.path) as package:
        assert row["file"] in package.namelist()
    again = opened(path, "lift", date=DAY.isoformat(), lift=lift_id)
    control(again).set_value(True).run()
    assert "1 of 1 were taken away before" in said(again)
    assert f"recorded as {row['export_id']}" not in said(again)


def test_a_package_that_fails_says_why_and_can_be_tried_again(recorded, monkeypatch):
    path, _, _, lift_id = recorded

    def refusing(*_):
        raise SiteError("the disk is full")

    monkeypatch.setattr(export_controls, "make_package", refusing)
    app = opened(path, "lift", date=DAY.isoformat(), lift=lift_id)
    control(app).set_value(True).run()
    app.text_input[0].set_value("toolbox talk 12")
    of_form(app, "Export 1 clip").click().run()
    made(app)
    assert not app.exception
    assert "There is no package: the disk is full" in said(app)
    assert of_form(app, "Export 1 clip")


def test_a_shift_of_made_up_lifts_has_nothing_to_take_away(recorded):
    path, *_ = recorded
    app = opened(path, "shift", date=(DAY + timedelta(days=2)).isoformat(), shift="early", zone="inbound")
    control(app).set_value(True).run()
    assert not app.exception
    assert "No lift here has a video to cut" in said(app)


def test_the_list_of_a_shift_says_what_was_taken_away(recorded):
    path, site, store, lift_id = recorded
    now = datetime(2026, 11, 9, 9, 30, tzinfo=UTC)
    row = {column.name: column.example for column in EXPORTS.columns}
    row |= {"export_id": "before", "lift_id": lift_id, "exported_utc": pd.Timestamp(now)}
    record(site, store, pd.DataFrame([row]), now)
    app = opened(path, "shift", date=DAY.isoformat(), shift="early", zone="inbound")
    store.remove(EXPORTS, site.name, now.date(), "before")
    assert not app.exception
    (rows,) = (one.value for one in app.dataframe if "taken" in one.value)
    assert rows.set_index("lift_id")["taken"].dropna().index.tolist() == [lift_id]


def test_a_flagged_lift_shows_its_cue_and_a_hinge_none(recorded):
    path, site, store, _ = recorded
    lifts = store.read(LIFTS, site.name, DAY, DAY)
    bent = lifts.sort_values("spine_flexion_deg").query("view_angle_deg < 20 and kind == 'lift'")
    for lift_id, shown in ((bent["lift_id"].iloc[-1], True), (bent["lift_id"].iloc[0], False)):
        app = opened(path, "lift", date=DAY.isoformat(), lift=lift_id)
        heads = [one.value for one in app.subheader]
        assert ("What to try" in heads) == shown


def test_only_those_who_may_export_see_the_control(monkeypatch):
    monkeypatch.setattr(export_controls, "may_export", lambda roles: False)
    seen = []
    monkeypatch.setattr(export_controls.st, "toggle", lambda *_, **__: seen.append(1))
    export_controls.export_controls(type("At", (), {"roles": frozenset()})(), [], DAY, "x")
    assert not seen
