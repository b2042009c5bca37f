"""One process cuts many clips; what goes wrong with one costs that one alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from exported_site import DAY, FILE, depot, keep_square

from pipelines.clips import cutter as clip_cutter
from pipelines.clips import making as clip_making
from pipelines.clips.cutter import Cutter
from pipelines.clips.looks import PLAIN, ClipError, ClipFault, ClipLook
from pipelines.exporting.choosing import lifts_of
from pipelines.exporting.gathering import gathered
from pipelines.sites.site import load_site

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, str(ROOT / "tests/cutter_stand_in.py"))


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr(clip_cutter, "_COMMAND", COMMAND)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "site.toml").write_text(FILE)
    return load_site(tmp_path / "site.toml")


def starts(site):
    """Return the id and the folder of each process that was started."""
    path = site.folder / "starts.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return [(int(pid), Path(folder)) for pid, folder in (line.split(" ", 1) for line in lines)]


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that nobody waits for any more is gone all the same.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_one_process_cuts_all_and_is_gone_with_its_folder(site):
    with Cutter(site) as cutter:
        for lift_id in ("one", "two"):
            cutter.clip(DAY, lift_id, ClipLook())
        cutter.clip(DAY, "three", PLAIN)
        ((pid, folder),) = starts(site)
        assert list(folder.rglob("clip.mp4"))
    assert not alive(pid)
    assert not folder.exists()
    asked = (site.folder / "asked.txt").read_text()
    assert asked == f"{DAY} one True\n{DAY} two True\n{DAY} three False\n"


def test_without_a_request_no_process_is_started(site):
    with Cutter(site):
        pass
    assert not starts(site)


def test_an_export_starts_one_process_for_what_is_missing_and_none_for_what_is_kept(site):
    found = depot(site.folder)
    lifts = lifts_of(site, found.store, found.policy_id, (DAY, DAY)).head(4)
    keep_square(found, lifts["lift_id"].iloc[0], PLAIN)
    (kept,) = gathered(site, found.store, lifts.head(1), PLAIN)
    assert kept.content is not None
    assert not starts(site)
    assert len(list(gathered(site, found.store, lifts, PLAIN))) == 4
    assert len((site.folder / "asked.txt").read_text().splitlines()) == 3
    ((pid, _),) = starts(site)
    assert not alive(pid)


def test_a_refusal_says_which_picture_and_the_process_goes_on(site):
    with Cutter(site) as cutter:
        with pytest.raises(ClipError, match="a head shows in picture 3 of 15") as refused:
            cutter.clip(DAY, "head", PLAIN)
        cutter.clip(DAY, "one", PLAIN)
    assert (refused.value.fault, refused.value.picture) == (ClipFault.HEAD_SHOWS, 3)
    assert len(starts(site)) == 1


@pytest.mark.parametrize(
    ("lift_id", "sentence"),
    [("crash", "ended by signal 11 .Segmentation fault"), ("raise", "no memory for the model")],
)
def test_a_process_that_dies_costs_one_clip(site, lift_id, sentence):
    with Cutter(site) as cutter:
        with pytest.raises(ClipError, match=sentence) as died:
            cutter.clip(DAY, lift_id, PLAIN)
        assert not starts(site)[0][1].exists()
        cutter.clip(DAY, "one", PLAIN)
    assert died.value.fault is ClipFault.OTHER
    assert len(starts(site)) == 2


def test_a_process_that_is_killed_between_two_clips_costs_one_clip(site):
    with Cutter(site) as cutter:
        cutter.clip(DAY, "one", PLAIN)
        os.kill(starts(site)[0][0], signal.SIGKILL)
        with pytest.raises(ClipError, match="ended by signal 9"):
            cutter.clip(DAY, "two", PLAIN)
        cutter.clip(DAY, "three", PLAIN)
    assert len(starts(site)) == 2


def test_a_request_that_hangs_is_stopped_even_if_it_ignores_the_first_signal(site, monkeypatch):
    with Cutter(site) as cutter:
        cutter.clip(DAY, "one", PLAIN)
        with monkeypatch.context() as short:
            short.setattr(clip_cutter, "LONGEST_CUT_S", 0.5)
            short.setattr(clip_cutter, "STOP_LIMIT_S", 0.5)
            with pytest.raises(ClipError) as stopped:
                cutter.clip(DAY, "hang", PLAIN)
        pid, folder = starts(site)[0]
        assert not alive(pid)
        assert not folder.exists()
        cutter.clip(DAY, "two", PLAIN)
    assert stopped.value.fault is ClipFault.TOO_SLOW


PARENT = """
import sys, time
from pathlib import Path
from exported_site import DAY
from pipelines.clips import cutter as clip_cutter
from pipelines.clips.looks import PLAIN
from pipelines.sites.site import load_site
clip_cutter._COMMAND = {command!r}
with clip_cutter.Cutter(load_site(Path({site!r}))) as cutter:
    cutter.clip(DAY, "one", PLAIN)
    print("cut", flush=True)
    time.sleep(60)
"""


def test_the_process_goes_with_one_that_is_killed(site):
    line = PARENT.format(command=COMMAND, site=str(site.path))
    path = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "TMPDIR": str(site.folder)}
    with subprocess.Popen([sys.executable, "-c", line], env=path, stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline() == b"cut\n"
        ((pid, _),) = starts(site)
        assert alive(pid)
        parent.kill()
    until = time.monotonic() + 20
    while alive(pid):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_one_that_hangs_when_nobody_waits_any_more_ends_by_itself(site):
    code = "import cutter_stand_in as one, pipelines.clips.line_answers as its; its.ORPHAN_LIMIT_S = 1; "
    line = [sys.executable, "-c", f"{code}its.answer_lines(one.cut)", str(site.path)]
    path = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "TMPDIR": str(site.folder)}
    with subprocess.Popen(line, env=path, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as orphan:
        asked = {"day": str(DAY), "lift_id": "hang", "look": {"overlay": False}}
        orphan.communicate(json.dumps(asked).encode() + b"\n", timeout=30)
    assert orphan.returncode == -signal.SIGALRM


def test_what_is_asked_is_what_is_made(site, monkeypatch):
    """The real process makes the clip that was asked for, and tells why there is none."""
    made, answers = [], []
    asked = {"day": str(DAY), "lift_id": "x", "look": {"overlay": False, "slow_motion": True}}
    monkeypatch.setattr(clip_making, "answer_lines", lambda answer: answers.append(answer(asked)))
    monkeypatch.setattr(clip_making, "make_clip", lambda at, store, *given: made.append((at.path, *given)))
    clip_making.many(site.path)
    monkeypatch.undo()
    monkeypatch.setattr(clip_making, "answer_lines", lambda answer: answers.append(answer(asked)))
    clip_making.many(site.path)
    assert made == [(site.path, DAY, "x", ClipLook(overlay=False, slow_motion=True))]
    assert answers[0] == {}
    assert answers[1]["fault"] == ClipFault.NO_LIFT
