"""What a package costs against decoding and encoding its clips: `python -m pipelines.exporting.benchmark`."""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pandas as pd
from cyclopts import App
from rich.console import Console
from rich.table import Table

from detectors.video import Reader
from detectors.video_writer import Writer
from pipelines.clips.cutter import Cutter
from pipelines.clips.kept import clip_path, keep_clip, kept_clip
from pipelines.clips.looks import ClipError, ClipLook
from pipelines.clips.stills import kept_still, still_path
from pipelines.commands import site_policy
from pipelines.exporting.choosing import latest_date, lifts_of
from pipelines.exporting.making import Source, make_package
from pipelines.exporting.manifest import By
from pipelines.sites.site import Site, load_site
from pipelines.storage.store import open_store

EVERY_FRAME_HZ: Final = 1000.0
LOOK: Final = ClipLook()

app = App(help="Measure what a package costs, in seconds of processor time.")


@app.default
def main(site: Path, *, day: date | None = None, clips: int = 500, cut: int = 3) -> int:
    """Print what a package of many clips costs, and what cutting a few of them took.

    Parameters
    ----------
    site
        The site file of a site whose night was run; neither it nor its store is changed.
    day
        Site date of the lifts; the latest with lifts if nothing is said.
    clips
        Clips of the package: those that were cut, again and again under other ids.
    cut
        Lifts of the site that are cut for it; the first once more alone, which tells what the start costs.
    """
    with tempfile.TemporaryDirectory(prefix="hingewise-") as folder:
        source = _copied(load_site(site), Path(folder))
        at = day or latest_date(source.site, source.store)
        found = lifts_of(source.site, source.store, source.policy_id, (at, at)).head(cut)
        cutting_s, lifts = _cut(source, found)
        first_s, _ = _cut(source, lifts.head(1))
        again_s = _processor_s(lambda: _code_again(source, lifts, Path(folder)))
        many = _many(source, lifts, clips)
        by = By("r-local", "trainer", "benchmark", datetime.now(UTC))
        begun_s = time.perf_counter()
        package_s = _processor_s(
            lambda: make_package(source, many, by, Path(folder) / "pack.zip", lambda _: None)
        )
        wall_s = time.perf_counter() - begun_s
        size_mb = (Path(folder) / "pack.zip").stat().st_size / 1e6
    base_s = again_s / len(lifts) * clips
    further_s = (cutting_s - first_s) / max(1, len(lifts) - 1)
    table = Table("of", "s of processor", "per clip", "times decode + encode", box=None)
    for name, spent_s in (
        (f"decode + encode of {clips} clips", base_s),
        (f"package of {clips} kept clips ({size_mb:.0f} MB, {wall_s:.1f} s)", package_s),
        (
            f"cutting {len(lifts)} clips ({first_s:.1f} s, then {further_s:.1f} s each), as for {clips}",
            first_s + further_s * (clips - 1),
        ),
    ):
        table.add_row(name, f"{spent_s:.1f}", f"{spent_s / clips:.3f}", f"{spent_s / base_s:.2f}")
    Console().print(table)
    return 0


def _copied(site: Site, folder: Path) -> Source:
    """Return a copy of a site that may be written to; its recordings are those of the site."""
    for path in site.folder.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
        elif str(path) != site.store_url:
            (folder / path.name).symlink_to(path)
    store = Path(site.store_url)
    for name in ("lifts", "judgements", "footage", "poses"):
        shutil.copytree(store / name, folder / store.name / name)
    at = load_site(folder / site.path.name)
    return Source(at, open_store(at.store_url), site_policy(at, None).policy_id, LOOK)


def _cut(source: Source, lifts: pd.DataFrame) -> tuple[float, pd.DataFrame]:
    """Return the processor time of cutting some lifts in one process, and those that have a clip."""
    begun_s, there = _children_s(), []
    with Cutter(source.site) as cutter:
        for _, lift in lifts.iterrows():
            try:
                cutter.clip(date.fromisoformat(lift["date"]), lift["lift_id"], LOOK)
                there.append(lift["lift_id"])
            except ClipError as error:
                Console(stderr=True).print(f"! {error}", markup=False)
    if not there:
        raise SystemExit("none of the lifts has a clip, so there is nothing to measure")
    return _children_s() - begun_s, lifts[lifts["lift_id"].isin(there)]


def _code_again(source: Source, lifts: pd.DataFrame, folder: Path) -> None:
    """Decode the clips and encode them again: what no cutter can do without."""
    path = folder / "clip.mp4"
    for _, lift in lifts.iterrows():
        path.write_bytes(_kept(source, lift)[0])
        frames = list(Reader(path, EVERY_FRAME_HZ))
        height_px, width_px = frames[0].image.shape[:2]
        with Writer(folder / "again.mp4", width_px, height_px) as writer:
            for frame in frames:
                writer.write(frame.image, frame.time_s)


def _many(source: Source, lifts: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return lifts of new ids whose clips are those of a few, kept once more for each."""
    rows = lifts.iloc[[number % len(lifts) for number in range(n)]].reset_index(drop=True)
    contents = [_kept(source, lift) for _, lift in lifts.iterrows()]
    rows["lift_id"] = [f"copy-{number:05d}" for number in range(n)]
    for number, lift in rows.iterrows():
        at = (source.store, source.site.name, date.fromisoformat(lift["date"]), lift["lift_id"], LOOK)
        clip, still = contents[int(str(number)) % len(lifts)]
        keep_clip(source.store, still_path(*at), still)
        keep_clip(source.store, clip_path(*at), clip)
    return rows


def _kept(source: Source, lift: pd.Series) -> tuple[bytes, bytes]:
    at = (source.store, source.site.name, date.fromisoformat(lift["date"]), lift["lift_id"], LOOK)
    return kept_clip(*at) or b"", kept_still(*at) or b""


def _processor_s(work: Callable[[], object]) -> float:
    begun_s = time.process_time()
    work()
    return time.process_time() - begun_s


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    raise SystemExit(app())
