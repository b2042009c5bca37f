"""Nights and what was deleted: nothing is measured twice for nothing, no figure loses its lifts."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from kept_site import NOW, TODAY, add_recording, kept_site
from shift_rows import day, shift_rows

from pipelines.audits import checking as audit_checking
from pipelines.audits import writing as auditing
from pipelines.clips.views import CLIP_VIEWS
from pipelines.judging import shift_figures
from pipelines.nights import night
from pipelines.nights.night import plan
from pipelines.retention.footage import Footage
from pipelines.retention.found import Item
from pipelines.retention.night import delete_old
from pipelines.retention.receipts import Deletion, announce, note_held
from pipelines.retention.tables import Kind

OLD, NEW = TODAY - timedelta(days=40), TODAY - timedelta(days=5)
NO_WORKERS = SimpleNamespace(container_start=lambda path: None)
"""File names tell the start here."""


@pytest.mark.parametrize(("periods", "measured"), [({"lifts_days": 30}, [NEW]), ({}, [OLD, NEW])])
def test_what_would_be_deleted_at_the_end_of_the_night_is_not_measured(
    tmp_path, monkeypatch, embedded_weights, periods, measured
):
    kept = kept_site(tmp_path, periods)
    for when in (OLD, NEW):
        add_recording(kept, "dock", when)  # by another version of the code, so that it is due again
    monkeypatch.setattr(night, "now_utc", lambda: NOW)
    planned = plan(kept.site, OLD, TODAY, "barcode:BarcodePose", NO_WORKERS)
    assert [job.date for job in planned.jobs] == measured
    assert planned.skipped == 2 - len(measured)


def test_a_night_that_is_run_again_after_its_footage_is_gone_keeps_all_rows(
    tmp_path, monkeypatch, embedded_weights
):
    kept = kept_site(tmp_path, {"footage_days": 14})
    path = add_recording(kept, "dock", OLD)
    kept.run()
    assert not path.exists()
    planned = plan(kept.site, OLD, OLD, "barcode:BarcodePose", NO_WORKERS)
    assert (planned.found, planned.jobs) == (0, ())


DAYS = [date.fromisoformat(day(n)) for n in range(6)]


def told(kept):
    figures = shift_rows(range(6))
    asked = DAYS[0], DAYS[-1]
    return [one for one, _ in shift_figures.told(kept.store, kept.site, asked, figures, DAYS)]


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        pytest.param(Kind.LIFTS, [DAYS[0], *DAYS[4:]], id="shifts of the dates beside it reach into it"),
        pytest.param(Kind.EXPOSURE, [DAYS[0], *DAYS[4:]], id="person-hours are gone"),
        pytest.param(Kind.POSES, DAYS, id="no figure comes from poses"),
    ],
)
def test_figures_whose_lifts_are_gone_are_not_made_anew(tmp_path, kind, left):
    kept = kept_site(tmp_path, {})
    one = Deletion(f"{kind}-1", kind, DAYS[2], "lifts_days = 2", (Item("dock", "a", "0", 1, 1),))
    note_held(kept.store, "depot", one, ["4f09ab"], NOW)
    assert told(kept) == DAYS, "what a hold keeps is still there"
    announce(kept.store, "depot", one, NOW)
    assert told(kept) == left


def test_the_audit_log_takes_no_deleted_view_for_a_stolen_one(tmp_path):
    kept = kept_site(tmp_path, {"lifts_days": 30})
    for age in (50, 40, 5):
        row = {"view_id": f"v{age}", "viewed_utc": NOW, "roles": "trainer", "lift_id": "a"}
        auditing.append(kept.site, kept.store, CLIP_VIEWS, row, NOW - timedelta(days=age), f"v{age}")
    kept.run()
    assert list(kept.store.read(CLIP_VIEWS)["view_id"]) == ["v5"]
    assert not any(one.breaks for one in audit_checking.check(kept.site, kept.store))


@pytest.mark.prefect
@pytest.mark.xdist_group("prefect")
class TestWithPrefect:
    def test_what_is_deleted_and_what_stays_is_said(self, tmp_path, prefect_server, monkeypatch):
        kept = kept_site(tmp_path, {"footage_days": 14})
        add_recording(kept, "dock", OLD)
        add_recording(kept, "dock-2", OLD, "failed")
        gone, stays = delete_old(str(kept.site.path))
        assert "1 file deleted" in gone
        assert stays.startswith("camera dock-2: 1 recording past the period kept")

    def test_whatever_fails_the_night_goes_on(self, tmp_path, prefect_server, monkeypatch):
        def broken(self, kept_from):
            raise RuntimeError("out of luck")

        kept = kept_site(tmp_path, {"footage_days": 14})
        monkeypatch.setattr(Footage, "due", broken)
        (said,) = delete_old(str(kept.site.path))
        assert "was not deleted" in said
        assert "out of luck" in said

    def test_a_site_that_keeps_everything_says_nothing(self, tmp_path):
        assert delete_old(str(kept_site(tmp_path, {}).site.path)) == []
