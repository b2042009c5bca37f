"""Folders for what is under way vanish, also those of processes that were killed, and nobody else's."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pipelines.lifetimes import this_process
from pipelines.scratch import OWNER, PREFIX, scratch_folder

HOLDS = """
import sys, time
from pathlib import Path
from pipelines.scratch import scratch_folder
with scratch_folder() as folder:
    (Path(folder) / "piece.mkv").write_bytes(b"raw")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def left(place):
    return sorted(path.name for path in place.iterdir())


def test_a_folder_goes_at_its_end(place):
    with scratch_folder() as folder:
        assert Path(folder).parent == place
        assert oct(Path(folder).stat().st_mode)[-3:] == "700"
    assert left(place) == []


def test_what_a_killed_process_left_goes_when_the_next_one_asks(place):
    command = [sys.executable, "-c", HOLDS]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
    ) as holder:
        theirs = Path(holder.stdout.readline().strip())
        with scratch_folder():
            assert (theirs / "piece.mkv").exists()
        holder.kill()
    assert (theirs / "piece.mkv").exists()
    with scratch_folder() as mine:
        assert left(place) == [Path(mine).name]


def test_only_what_has_certainly_ended_is_removed(place):
    owners = {"mine": this_process(), "elsewhere": "another boot-1/2/3", "unknown": ""}
    for name, owner in owners.items():
        (place / f"{PREFIX}{name}").mkdir()
        (place / f"{PREFIX}{name}" / OWNER).write_text(owner)
    (place / f"{PREFIX}bare").mkdir()
    (place / f"{PREFIX}file").write_text("a file of somebody")
    before = left(place)
    with scratch_folder():
        pass
    assert left(place) == before


def ended():
    """Return the name of a process that has ended."""
    where, number, begun = this_process().split("/")
    return f"{where}/{number}/{int(begun) - 1}"


def test_the_folders_of_other_users_and_links_out_of_the_place_stay(place, tmp_path_factory, monkeypatch):
    outside = tmp_path_factory.mktemp("outside")
    (outside / OWNER).write_text(ended())
    (place / f"{PREFIX}link").symlink_to(outside)
    with scratch_folder():
        pass
    assert (outside / OWNER).exists()
    theirs = place / f"{PREFIX}theirs"
    theirs.mkdir()
    (theirs / OWNER).write_text(ended())
    user = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: user + 1)
    with scratch_folder():
        pass
    assert theirs.exists()
    monkeypatch.setattr(os, "getuid", lambda: user)
    with scratch_folder():
        pass
    assert not theirs.exists()
