"""A night and the dashboard send nothing anywhere, and leave no picture outside the store."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import barcode
import pytest

HERE = Path(__file__).parent
VIDEO = (b"ftyp", b"\x1a\x45\xdf\xa3", b"RIFF", b"\xff\xd8\xff", b"\x89PNG", b"\x93NUMPY", b"GIF8", b"P6\n")
"""How pictures, videos and arrays of them begin."""

CANARY = "canary-of-the-test-7f3a91"
FOOTAGE = "footage/a_20261005T100000.mp4"
SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[pose]
weights = "fake.pt"
back = false
[nightly]
workers = 1
[[cameras]]
id = "dock"
zone = "inbound"
footage = "footage/*"
start_time = "file_name"
file_name_pattern = "*_%Y%m%dT%H%M%S"
"""

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.skipif(
        not (shutil.which("unshare") and shutil.which("ip") and Path("/dev/net/tun").exists()),
        reason="needs unshare, ip and /dev/net/tun",
    ),
]


def watched(folder, *steps):
    """Run steps in a network of their own and return what was seen."""
    command = [
        "unshare",
        "--net",
        "--map-root-user",
        sys.executable,
        HERE / "watched_night.py",
        folder,
        *steps,
    ]
    paths = os.pathsep.join([str(HERE.parent), str(HERE), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    results = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if not results and "Operation not permitted" in done.stderr:
        pytest.skip("this machine lets nobody make a network namespace")
    assert results, done.stderr[-3000:]
    seen = json.loads(results[0].removeprefix("RESULT "))
    assert seen["steps"] == list(steps)
    return {**seen, "said": done.stdout + done.stderr}


def is_picture(path):
    """Return whether a file begins as one, or is at least as large as one that is not packed."""
    with path.open("rb") as file:
        head = file.read(16)
    return any(head[at : at + len(sign)] == sign for sign in VIDEO for at in (0, 4))


def test_what_leaves_or_is_left_is_seen(tmp_path):
    seen = watched(tmp_path, "packet", "picture")
    assert {(17, "192.0.2.7"), (6, "192.0.2.8")} <= set(map(tuple, seen["packets"]))
    assert any(name.endswith(".jpg") for name in seen["temporary"])


def spellings(secret):
    """Return a secret as it may stand in a file: as it is, in hexadecimal digits, in Base64."""
    return {secret, secret.hex().encode(), base64.b64encode(secret).rstrip(b"=")}


def holding(folder, secrets):
    """Return the files that hold any of some secrets."""
    wanted = [spelling for secret in secrets for spelling in spellings(secret)]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(spelling in path.read_bytes() for spelling in wanted)]


def test_a_secret_in_a_file_is_found(tmp_path):
    (tmp_path / "log").write_text(f"key={CANARY.encode().hex()}")
    (tmp_path / "other").write_text("nothing")
    assert holding(tmp_path, [CANARY.encode()]) == [tmp_path / "log"]


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """Return the folder of a night and its dashboard, with what was seen of them."""
    folder = tmp_path_factory.mktemp("watched")
    (folder / "site.toml").write_text(SITE)
    (folder / "fake.pt").write_bytes(b"weights")
    barcode.write_clip(folder / FOOTAGE, barcode.LIFT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_SECRET_ACCESS_KEY", CANARY)
        patch.setenv("HINGEWISE_LOG", "json")
        found = watched(folder, "night", "dashboard")
    assert list((folder / "store/lifts").rglob("*.parquet")), "there was no night"
    return folder, found


def test_a_night_and_its_dashboard_send_nothing(seen):
    assert seen[1]["packets"] == []


def test_pictures_lie_nowhere_but_in_the_recording(seen):
    folder, found = seen
    left = [path for path in folder.rglob("*") if path.is_file()]
    assert [path for path in left if is_picture(path)] == [folder / FOOTAGE]
    assert found["temporary"], "the notes of a worker were not seen"
    endings = {Path(name).suffix for name in found["temporary"]}
    assert not endings & {".jpg", ".jpeg", ".png", ".mp4", ".npy", ".npz", ".avi", ".mkv", ".gif", ".raw"}


def test_the_salt_of_the_night_is_destroyed_and_written_nowhere(seen):
    folder, found = seen
    key, salt = map(bytes.fromhex, found["secrets"])
    assert len(key) == len(salt) == 32
    assert list((folder / "prefect").rglob("*.db")), "Prefect's database is looked at too"
    assert holding(folder, [key, salt]) == []


def test_what_the_environment_keeps_secret_stands_in_no_log_table_or_parameter(seen):
    folder, found = seen
    assert holding(folder, [CANARY.encode()]) == []
    assert CANARY not in found["said"]
