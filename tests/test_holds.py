"""Holds: put on by role or rule, lifted by a row that stays, refused in one sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from kept_site import NOW, TODAY, add_recording, kept_site

from pipelines.cli import app
from pipelines.retention import holds
from pipelines.sites.site import SiteError

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 6)


@pytest.fixture
def kept(tmp_path):
    return kept_site(tmp_path, {})


@pytest.fixture
def add(kept):
    def put(first=FIRST, last=LAST, camera=None, why="claim 17"):
        return holds.add(kept.site, kept.store, (first, last), camera, why, NOW)

    return put


@pytest.mark.parametrize(
    ("day", "camera", "kept_back"),
    [
        (FIRST, "dock", True),
        (LAST, "dock", True),
        (FIRST - timedelta(days=1), "dock", False),
        (LAST + timedelta(days=1), "dock", False),
        (FIRST, "dock-2", False),
        pytest.param(FIRST, None, True, id="what tells no camera may be of the held one"),
    ],
)
def test_a_hold_on_a_camera_keeps_its_dates_both_ends_included(add, day, camera, kept_back):
    assert add(camera="dock").covers(day, day, camera) is kept_back


def test_a_hold_on_all_cameras_keeps_each(add):
    assert add().covers(FIRST, FIRST, "dock")
    assert add().covers(FIRST, FIRST, None)


def test_lifting_ends_one_hold_and_its_history_stays(kept, add):
    first, second = add(), add(camera="dock-2")
    holds.lift(kept.site, kept.store, first.hold_id, NOW)
    assert holds.in_force(kept.site, kept.store) == [second]
    rows = holds.recorded(kept.site, kept.store)
    assert sorted(rows.loc[rows["hold_id"] == first.hold_id, "action"]) == ["added", "lifted"]
    with pytest.raises(SiteError, match="is in force"):
        holds.lift(kept.site, kept.store, first.hold_id, NOW)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"first": LAST, "last": FIRST}, "--from 2026-03-06 is later than --to 2026-03-02"),
        ({"camera": "dokc"}, "--camera is 'dokc', which is no camera; did you mean 'dock'?"),
        ({"why": " "}, "--why is ' ', expected one line"),
        ({"why": "two\nlines"}, "expected one line"),
    ],
)
def test_a_hold_that_would_hold_nothing_is_refused(kept, add, changed, sentence):
    with pytest.raises(SiteError) as caught:
        add(**changed)
    assert sentence in str(caught.value)
    assert holds.recorded(kept.site, kept.store).empty


def test_a_camera_that_was_taken_down_can_be_held_by_its_recordings(kept, add):
    day = TODAY - timedelta(days=3)
    add_recording(kept, "old-9", day)
    assert add(day, day, "old-9").camera_id == "old-9"


def test_the_commands_put_list_and_lift(kept, capsys):
    def run(*line):
        arguments = [*line, "--site", str(kept.site.path)]
        assert app(arguments, exit_on_error=False, result_action="return_value") == 0
        return capsys.readouterr().out

    hold_id = run("hold", "add", "--from", "2026-03-02", "--to", "2026-03-06", "--why", "claim 17").split()[0]
    assert run("hold", "list") == f"{hold_id} 2026-03-02 to 2026-03-06, all cameras: claim 17\n"
    run("hold", "lift", hold_id)
    assert run("hold", "list") == "no holds in force\n"
