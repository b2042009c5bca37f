"""Workers and servers that are lost in the midst of a night."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from detectors.tables import FOOTAGE, LIFTS
from pipelines.storage.store import open_store

from . import nights
from .bad_poses import write_bad
from .nights import DAY

FLOW: Final = """
if __name__ == "__main__":
    from pipelines.nightly import nightly
    nightly({site!r}, {day!r}, None, {source!r}, return_state=True)
"""
FLOW_LIMIT_S: Final = 480.0

Scenario = Callable[[Path], None]
"""Meets a copy of the site, and raises AssertionError where the program did not do as it should."""


def lost_workers(folder: Path) -> None:
    """Let workers run out of memory, abort, crash and hang: the night goes on, each is named."""
    write_bad(folder / "footage/gate")
    nights.run_with_workers(folder, "tests.drill.bad_poses:BadPose")
    rows = open_store(str(folder / "store")).read(FOOTAGE).set_index("path")
    bad = rows[rows.index.str.contains("bad_")]
    assert len(bad) == 4
    assert set(bad["status"]) == {"failed"}, bad["status"].to_dict()
    assert bad["reason"].notna().all()
    forget(folder)


def lost_server(folder: Path) -> None:
    """Kill Prefect's server while the flow is under way."""
    script = folder / "flow.py"
    script.write_text(FLOW.format(site=str(folder / "site.toml"), day=str(DAY), source=nights.SOURCE))
    here = Path(__file__).parents[1]
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"},
        "PYTHONPATH": f"{here.parent}:{here}",
        "PREFECT_HOME": str(folder / "prefect"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "HINGEWISE_TRACK_KEY": nights.TRACK_KEY,
    }
    flow = subprocess.Popen([sys.executable, script], env=environment, start_new_session=True)
    deadline = time.monotonic() + FLOW_LIMIT_S
    while not list((folder / "store").rglob("*.parquet")) and flow.poll() is None:
        assert time.monotonic() < deadline, "the flow did not begin"
        time.sleep(0.05)
    servers = list(_servers_of(flow.pid))
    assert servers, "there was no server to kill"
    for pid in servers:
        os.kill(pid, signal.SIGKILL)
    try:
        flow.wait(max(1.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise AssertionError("the flow neither ended nor failed without its server") from None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(flow.pid, signal.SIGKILL)


def _servers_of(session: int) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            words = (folder / "cmdline").read_bytes()
            if int(fields[3]) == session and b"prefect.server" in words:
                yield int(folder.name)


def forget(folder: Path) -> None:
    """Take the added recordings and all that was measured away: the next night begins anew."""
    for path in folder.glob("footage/*/bad_*"):
        path.unlink()
    assert not open_store(str(folder / "store")).read(LIFTS).empty
    shutil.rmtree(folder / "store")


SLOW: Final[dict[str, Scenario]] = {
    "workers out of memory, aborted, crashed and hung": lost_workers,
    "Prefect server killed in mid-flow": lost_server,
}
