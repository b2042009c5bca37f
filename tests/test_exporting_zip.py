"""The zip of a package: the same bytes each time, and never half of one under its name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from pipelines.exporting.zip_file import WholeZip

ROOT = Path(__file__).parents[1]


def written(path, members):
    with WholeZip(path) as package:
        for name, content in members.items():
            package.add(name, content)
        package.complete()
    return path.read_bytes()


def test_same_members_same_bytes_whenever_and_wherever(tmp_path):
    members = {"a.mp4": b"\0" * 999, "b.csv": b"x,y\n" * 99}
    first = written(tmp_path / "one.zip", members)
    os.utime(tmp_path / "one.zip", (1, 1))
    assert written(tmp_path / "there" / "two.zip", members) == first
    with zipfile.ZipFile(tmp_path / "one.zip") as package:
        assert package.testzip() is None
        assert {name: package.read(name) for name in package.namelist()} == members


def test_a_fault_leaves_the_old_zip_and_nothing_else(tmp_path):
    path = tmp_path / "pack.zip"
    old = written(path, {"a": b"1"})
    with pytest.raises(TypeError):
        written(path, {"a": b"2", "b": None})
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_a_killed_writer_leaves_no_zip_and_the_next_one_cleans_up(tmp_path):
    path = tmp_path / "pack.zip"
    line = (
        "import sys, time; from pathlib import Path; from pipelines.exporting.zip_file import WholeZip\n"
        "with WholeZip(Path(sys.argv[1])) as package:\n"
        "    package.add('a.mp4', b'1' * 100000)\n"
        "    print('in the middle', flush=True); time.sleep(60)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", line, str(path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    left = list(tmp_path.iterdir())
    assert [one.suffix for one in left] == [".unfinished"]
    # While it is alive, another one to the same place leaves its file alone.
    written(path, {"a.mp4": b"2"})
    assert set(tmp_path.iterdir()) == {*left, path}
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    time.sleep(0.05)
    written(path, {"a.mp4": b"3"})
    assert list(tmp_path.iterdir()) == [path]
