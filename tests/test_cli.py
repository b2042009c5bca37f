"""The command line: one sentence and the right status for what can't be done."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from pipelines import cli


@pytest.fixture
def hingewise(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["hingewise", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        spoken = capsys.readouterr()
        return ended.value.code or 0, spoken.out, spoken.err

    return run


def test_init_writes_a_site_file_that_can_be_read(hingewise, tmp_path):
    from pipelines.sites.site import load_site

    status, out, _ = hingewise("init")
    assert (status, load_site(tmp_path / "site.toml").time_zone) == (0, "Europe/Berlin")
    assert "hingewise doctor" in out


def test_init_never_replaces_a_file(hingewise, tmp_path):
    (tmp_path / "site.toml").write_text("mine")
    status, _, err = hingewise("init")
    assert (status, err.count("\n")) == (1, 1)
    assert (tmp_path / "site.toml").read_text() == "mine"


@pytest.mark.parametrize("command", ["nightly", "assess", "serve", "doctor"])
def test_a_missing_site_file_is_one_sentence(hingewise, command):
    status, out, err = hingewise(command)
    assert status == 1
    assert "site.toml: no such file; run `hingewise init` to write one" in out + err
    assert "Traceback" not in out + err


def test_a_faulty_site_file_names_each_fault(hingewise, tmp_path):
    (tmp_path / "site.toml").write_text(
        '[site]\nname = "a"\ntime_zon = "Europe/Berlin"\n[store]\nurl = "s"\n'
    )
    status, _, err = hingewise("nightly")
    assert status == 1
    assert "unknown key 'time_zon'; did you mean 'time_zone'?" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(("--to", "2026-10-05"), "--to 2026-10-05 needs --from", id="end alone"),
        pytest.param(
            ("--from", "2026-10-06", "--to", "2026-10-05"),
            "--from 2026-10-06 is later than --to 2026-10-05",
            id="backwards",
        ),
    ],
)
def test_a_range_of_dates_must_make_sense(hingewise, arguments, sentence):
    hingewise("init")
    status, _, err = hingewise("nightly", *arguments)
    assert (status, err.strip()) == (1, sentence)


def test_weights_that_are_nowhere_stop_the_night_before_it_starts(hingewise, tmp_path, monkeypatch):
    monkeypatch.delenv("HINGEWISE_WEIGHTS", raising=False)
    hingewise("init")
    site = tmp_path / "site.toml"
    site.write_text(site.read_text().replace('weights = "hingewise-pose"', 'weights = "mine.pt"'))
    status, _, err = hingewise("nightly")
    assert (status, err.count("\n")) == (1, 1)
    assert "pose weights 'mine.pt' not found" in err


def test_a_reader_that_leaves_early_is_no_fault(tmp_path):
    code = (
        "import sys; from pipelines import cli\n"
        "@cli.app.command\n"
        "def chatter() -> int:\n"
        "    for _ in range(100000): sys.stdout.write('x' * 100 + '\\n')\n"
        "    return 0\n"
        "sys.argv = ['hingewise', 'chatter']; cli.main()"
    )
    talker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert talker.stdout is not None
    assert talker.stderr is not None
    talker.stdout.readline()
    talker.stdout.close()
    assert talker.stderr.read() == b""
    assert talker.wait(timeout=60) == cli.READER_LEFT


def test_judging_an_empty_store_is_no_fault(hingewise):
    hingewise("init")
    status, out, _ = hingewise("assess")
    assert (status, out.splitlines()[0].startswith("0 lifts judged")) == (0, True)


def test_the_version_is_that_of_the_project_file(hingewise):
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    assert hingewise("--version")[:2] == (0, project["version"] + "\n")
