"""The list of what to do that the night keeps: as worked out anew, and never older than its lifts."""

from datetime import date

import pytest
from reported_site import DAY, reported_site

from detectors.tables import LIFTS
from pipelines.changes import kept_actions
from pipelines.changes.kept_actions import keep_lists, what_to_do
from pipelines.changes.redesigning import actions_of
from pipelines.reports.shift_report import whole_weeks

WEEKS = whole_weeks(DAY)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Return a site with four weeks of lifts, among them an origin to raise."""
    return reported_site(tmp_path_factory.mktemp("depot"))


@pytest.fixture
def kept(filled):
    """Return the site, its list kept."""
    keep_lists(filled.site, filled.store, filled.policy, DAY)
    return filled


def asked(one, dates=WEEKS):
    return what_to_do(one.site, one.store, one.policy, dates)


def unread(monkeypatch):
    monkeypatch.setattr(kept_actions, "actions_of", lambda *_: pytest.fail("the lifts were read"))


def test_the_kept_list_is_the_one_worked_out_from_the_lifts_and_reads_none(kept, monkeypatch):
    found = actions_of(kept.site, kept.store, kept.policy, *WEEKS)
    assert found
    unread(monkeypatch)
    assert list(asked(kept).actions) == found


def test_each_lift_shown_is_filed_under_the_date_that_is_told(kept):
    one = asked(kept)
    assert one.filed.keys() == {lift for action in one.actions for lift in action.evidence[:5]}
    for lift, day in one.filed.items():
        assert lift in set(kept.store.read(LIFTS, kept.site.name, day, day, ["lift_id"])["lift_id"])


def test_a_kept_list_is_not_worked_out_again_on_the_next_night(kept, monkeypatch):
    unread(monkeypatch)
    keep_lists(kept.site, kept.store, kept.policy, DAY)


def test_a_list_whose_lifts_have_changed_since_is_not_told_any_more(tmp_path):
    one = reported_site(tmp_path)
    keep_lists(one.site, one.store, one.policy, DAY)
    for part in one.store.parts(LIFTS, one.site.name, *WEEKS):
        one.store.remove(LIFTS, part.site, part.date, part.name)
    assert asked(one).actions == ()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"made_from": 1}'])
def test_a_spoilt_copy_costs_time_and_nothing_else(kept, content):
    (path,) = (kept.site.folder / "store/kept").rglob(f"{WEEKS[1]}-*.json")
    path.write_text(content)
    assert list(asked(kept).actions) == actions_of(kept.site, kept.store, kept.policy, *WEEKS)


def test_other_weeks_are_worked_out(kept):
    before = date(2026, 1, 4), date(2026, 1, 31)
    assert asked(kept, before).actions == ()
