"""The lock, the bill of materials and the comparison with advisories speak of the same packages."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from detectors.embedded import WEIGHTS_FOLDER
from pipelines.supply.advisories import AdvisoryError, concerns, read_advisories
from pipelines.supply.lock_file import LOCK, LockError, Pin, read_lock
from pipelines.supply.sbom import bill

ROOT = Path(__file__).parents[1]
NOT_FROZEN = {"setuptools", "async-timeout"}
"""`pip freeze` leaves out the first, and the second is for older releases of Python 3.11."""


@pytest.fixture(scope="module")
def pins():
    return {pin.name: pin for pin in read_lock(LOCK)}


def test_every_package_of_the_lock_has_hashes(pins):
    lines = [line for line in LOCK.read_text().splitlines() if re.match(r"[A-Za-z]", line)]
    assert len(lines) == len(pins) > 100
    assert all(pin.sha256 for pin in pins.values())


def test_the_lock_holds_what_the_project_asks_for_in_the_ranges_it_names(pins):
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert len(asked) > 20
    for need in map(Requirement, asked):
        found = Version(pins[canonicalize_name(need.name)].version)
        assert need.specifier.contains(found), f"{need}: {found} is locked"


def test_the_lock_agrees_with_the_constraints(pins):
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    frozen = {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}
    assert set(pins) - set(frozen) <= NOT_FROZEN
    differing = {
        name: (pin.version, frozen[name])
        for name, pin in pins.items()
        if name in frozen and Version(pin.version).public != frozen[name]
    }
    assert differing == {}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("torch==2.13.0", "'torch==2.13.0' is no 'name==version'", id="no hash"),
        pytest.param("torch>=2 --hash=sha256:" + "0" * 64, "is no 'name==version'", id="a range"),
        pytest.param("torch==2 --hash=md5:00", "is no 'name==version'", id="a weak hash"),
        pytest.param("torch==2 --hash=sha256:00", "is no 'name==version'", id="a short hash"),
        pytest.param(f"torch==2 --hash=sha256:{'0' * 64} --hash=md5:0", "is no", id="a weak one beside it"),
        pytest.param("-e .", "is no 'name==version'", id="an option"),
        pytest.param("# nothing", "names no package", id="nothing"),
    ],
)
def test_a_lock_that_pins_less_is_refused(tmp_path, line, words):
    (tmp_path / "lock").write_text(line + "\n")
    with pytest.raises(LockError, match=words):
        read_lock(tmp_path / "lock")


def test_extras_markers_and_several_hashes_are_read(tmp_path):
    one, two = "0" * 64, "f" * 64
    text = (
        f"Py_Yaml[x]==1.0 ; python_version < '3.12' \\\n    --hash=sha256:{one} \\\n    --hash=sha256:{two}\n"
    )
    (tmp_path / "lock").write_text(text)
    assert read_lock(tmp_path / "lock") == [Pin("py-yaml", "1.0", (one, two))]


def test_the_bill_names_every_package_and_the_weights_by_their_hash(pins):
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.supply.sbom"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    libraries = {one["name"]: one["version"] for one in told["components"] if one["type"] == "library"}
    assert libraries == {name: pin.version for name, pin in pins.items()}
    models = {one["name"]: one for one in told["components"] if one["type"] == "machine-learning-model"}
    for path in WEIGHTS_FOLDER.glob("*.pt"):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert models[path.stem]["hashes"] == [{"alg": "SHA-256", "content": digest}]
    refs = [one["bom-ref"] for one in told["components"]]
    assert len(set(refs)) == len(refs)
    assert told["dependencies"][0]["dependsOn"] == refs


def test_a_build_tag_is_written_as_addresses_are():
    (one,) = bill([Pin("torch", "2.13.0+cpu", ("0" * 64,))], [], "1")["components"]
    assert one["purl"] == "pkg:pypi/torch@2.13.0%2Bcpu"


def advisory(folder, name="demo-lib", ecosystem="PyPI", **more):
    part = {"package": {"name": name, "ecosystem": ecosystem}}
    part |= {key: more.pop(key) for key in ("versions", "ranges") if key in more}
    told = {"id": "MADE-UP-1", "summary": "made up for a test", "affected": [part], **more}
    (folder / "MADE-UP-1.json").write_text(json.dumps(told))


def events(*pairs, kind="ECOSYSTEM"):
    return [{"type": kind, "events": [{key: value} for key, value in pairs]}]


@pytest.mark.parametrize(
    ("more", "concerned"),
    [
        pytest.param({"versions": ["1.2.0", "1.3.0"]}, True, id="named"),
        pytest.param({"versions": ["1.2.0"]}, False, id="others named"),
        pytest.param({"ranges": events(("introduced", "0"), ("fixed", "1.3.1"))}, True, id="before the fix"),
        pytest.param({"ranges": events(("introduced", "0"), ("fixed", "1.3"))}, False, id="fixed in it"),
        pytest.param({"ranges": events(("introduced", "1.4"))}, False, id="came later"),
        pytest.param({"ranges": events(("introduced", "1.3"))}, True, id="came with it"),
        pytest.param(
            {"ranges": events(("introduced", "0"), ("last_affected", "1.3.0"))}, True, id="last one"
        ),
        pytest.param({"ranges": events(("introduced", "0"), ("last_affected", "1.2"))}, False, id="after"),
        pytest.param(
            {"ranges": events(("introduced", "0"), ("fixed", "1.0"), ("introduced", "1.2"))}, True, id="again"
        ),
        pytest.param({"ranges": events(("introduced", "0"), kind="GIT")}, False, id="commits say nothing"),
        pytest.param({"versions": ["1.3.0"], "name": "Demo_Lib"}, True, id="spelt otherwise"),
        pytest.param({"versions": ["1.3.0"], "name": "other"}, False, id="another package"),
    ],
)
def test_an_advisory_concerns_the_releases_that_it_names(tmp_path, more, concerned):
    advisory(tmp_path, **more)
    found = list(concerns([Pin("demo-lib", "1.3.0+cpu", ())], read_advisories(tmp_path)))
    assert [one.advisory.id for one in found] == ["MADE-UP-1"] * concerned


@pytest.mark.parametrize(
    "more",
    [{"ecosystem": "npm"}, {"withdrawn": "2026-01-01T00:00:00Z"}],
    ids=["another registry", "withdrawn"],
)
def test_a_folder_without_advisories_can_not_pass(tmp_path, more):
    advisory(tmp_path, **more)
    with pytest.raises(AdvisoryError, match="holds no advisories on Python packages"):
        read_advisories(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"id": 3}', '{"affected": []}', '{"id": "", "affected": []}'])
def test_a_file_that_is_no_advisory_is_named(tmp_path, text):
    advisory(tmp_path)
    (tmp_path / "odd.json").write_text(text)
    with pytest.raises(AdvisoryError, match=r"odd\.json: is no advisory in the OSV format"):
        read_advisories(tmp_path)


def compared(folder):
    line = [sys.executable, "-m", "pipelines.supply.advisories", str(folder)]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_command_counts_what_it_compared(tmp_path, pins):
    assert compared(tmp_path).returncode == 2
    advisory(tmp_path, name="numpy", ranges=events(("introduced", "0")))
    done = compared(tmp_path)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"numpy {pins['numpy'].version}: MADE-UP-1 made up for a test",
        f"{len(pins)} packages, 1 advisories: 1 concern the lock",
    ]
    advisory(tmp_path, name="nobody-has-this", versions=["1"])
    assert compared(tmp_path).returncode == 0
