"""Names that recordings should not have, and links that lead out of their folder."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import numpy as np

from detectors.pose import People
from detectors.tables import FOOTAGE, RUNS
from drill import hostile_files as files
from drill.hostile_counts import Tally, tree
from pipelines.nights import recording
from pipelines.nights.claims import this_night
from pipelines.nights.night import now_utc, plan, run_row
from pipelines.nights.workers import RecordingError, Workers
from pipelines.one_line import one_line
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

LIMIT_S = 20.0


class Nobody:
    """A pose source that sees nobody."""

    def __init__(self, weights: Path, image_size: int, device: str) -> None:
        del weights, image_size, device

    def people(self, image: np.ndarray) -> People:
        del image
        return People(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 17, 3)))


def night(tally: Tally, folder: Path, whole: bytes) -> list[str]:
    """Do a night of badly named recordings and of links; return the paths that changed outside the store."""
    depot = folder / "depot"
    expected = badly_named(depot / "footage/dock", whole, folder / "secret.mp4")
    before = tree(folder)
    with Workers(2) as workers:
        at = plan(load_site(depot / "site.toml"), files.DAY, files.DAY, f"{__name__}:Nobody", workers)
        outcomes = [recording.refuse(job, fault, at.store) for job, fault in at.refused]
        for job in at.jobs:
            try:
                outcomes.append(workers.process(job, LIMIT_S, None, this_night()))
            except (recording.PassingError, RecordingError) as error:
                outcomes.append(recording.fail(job, str(error), at.store))
        run_id, row = run_row(at, outcomes, now_utc(), now_utc())
        at.store.write(RUNS, row, "depot", files.DAY, run_id)
    for outcome in outcomes:
        said = outcome.reason
        tally.add("bad name or link", "read" if said is None else "refused", said)
    rows = open_store(str(depot / "store")).read(FOOTAGE)
    if len(rows) != len(outcomes) or (rows["status"] == "done").sum() < expected:
        tally.crashes.append(f"{len(rows)} rows of {len(outcomes)} recordings, {expected} expected")
    return sorted(
        path
        for path, state in tree(folder).items() ^ before.items()
        if not path.startswith(("depot/store", "cache"))
    )


def badly_named(folder: Path, whole: bytes, secret: Path) -> int:
    """Write recordings with bad names, and links that lead out, into a camera's folder.

    Each has a content of its own and a start in its name. Returns how many can be processed all the same.
    """
    when = "20261005T{:02d}{:02d}00"
    names = [
        "new\nline_{}.mp4",
        "carriage\rreturn_{}.mp4",
        "\x1b[31mred_{}.mp4",
        "bell\x07_{}.mp4",
        "\u202egpj.4pm_{}.mp4",
        "zero\u200bwidth_{}.mp4",
        unicodedata.normalize("NFC", "caf\u00e9_{}.mp4"),
        unicodedata.normalize("NFD", "caf\u00e9_{}.mp4"),
        "up..%2f..%2fetc_{}.mp4",
        "dots..._{}.mp4",
        "-rf_{}.mp4",
        "$(touch owned)_{}.mp4",
        "'; DROP TABLE lifts; --_{}.mp4",
        "<script>alert(1)</script>_{}.mp4".replace("/", "\u2215"),
        "[bold red]markup_{}.mp4",
        "{{7*7}}_{}.mp4".replace("{{", "{{{{").replace("}}", "}}}}"),
        "x" * 200 + "_{}.mp4",
        "\udcff\udcfe_{}.mp4",
        "file:etc_{}.mp4",
        "concat:a|b_{}.mp4",
        "%s%n%x_{}.mp4",
    ]
    for number, name in enumerate(names):
        path = folder / name.format(when.format(number // 60, number % 60))
        Path(os.fsdecode(os.fsencode(path))).write_bytes(whole + bytes([number]))
    links = {
        "out": secret,
        "device": Path("/dev/zero"),
        "folder": Path("/etc"),
        "dangling": folder / "nothing",
        "up": Path("../../../secret.mp4"),
    }
    for number, (name, target) in enumerate(links.items()):
        (folder / f"{name}_{when.format(20, number)}.mp4").symlink_to(target)
    circle = folder / f"circle_{when.format(21, 0)}.mp4"
    circle.symlink_to(circle)
    os.mkfifo(folder / f"pipe_{when.format(22, 0)}.mp4")
    (folder / f"folder_{when.format(23, 0)}.mp4").mkdir()
    return sum(one_line(name) == name for name in names)
