"""A site of two cameras whose four recordings hold two lifts and a lowering, and what its store holds."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import barcode

DAY = date(2026, 10, 5)
SOURCE = "barcode:BarcodePose"
SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "{store}"
[pose]
weights = "fake.pt"
back = false
[nightly]
{nightly}
"""
CAMERA = """
[[cameras]]
id = "{id}"
zone = "{id}"
footage = "{footage}/{id}/*"
start_time = "file_name"
file_name_pattern = "*_%Y%m%dT%H%M%S"
"""
SHIFTS = """
[[shifts]]
name = "day"
start = "00:00"
end = "00:00"
"""


def make_site(
    folder: Path, nightly: str = "workers = 2", store: str = "store", footage: str = "footage"
) -> Path:
    """Write the site and its recordings; return the site file."""
    folder.mkdir(parents=True)
    (folder / "fake.pt").write_bytes(b"weights")
    cameras = "".join(CAMERA.format(id=name, footage=footage) for name in ("dock", "gate"))
    (folder / "site.toml").write_text(SITE.format(store=store, nightly=nightly) + cameras + SHIFTS)
    barcode.write_clip(folder / "footage/dock/a_20261005T100000.mp4", barcode.LIFT)
    barcode.write_clip(folder / "footage/dock/b_20261005T235958.mp4", barcode.SLOW)
    barcode.write_clip(folder / "footage/gate/c_20261005T070000.mp4", barcode.SET_DOWN)
    barcode.write_clip(folder / "footage/gate/d_20261005T080000.mp4", barcode.EMPTY)
    return folder / "site.toml"


def run(site: Path):
    from pipelines.nightly import nightly

    return nightly(str(site), DAY, None, SOURCE, return_state=True)


def contents(store: Path) -> dict[str, str]:
    """Return a digest of every file of a store except the log of runs."""
    files = (path for path in sorted(store.rglob("*.*")) if path.is_file() and path.name != ".night.lock")
    names = {str(path.relative_to(store)): path for path in files}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in names.items()
        if not name.startswith("runs/")
    }
