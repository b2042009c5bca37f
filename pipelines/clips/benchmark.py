"""What cutting a clip costs, step by step: `python -m pipelines.clips.benchmark --footage FOLDER`."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cyclopts import App
from rich.console import Console
from rich.table import Table

from detectors.model_files import WeightsError
from detectors.video import Reader, VideoError
from detectors.video_between import Stretch
from detectors.video_writer import Writer
from pipelines.clips.cutting import EVERY_FRAME_HZ, FIRST_STEP, Lookers, as_it_is, check, write
from pipelines.clips.looks import ClipError
from pipelines.clips.own_lookers import own_lookers
from pipelines.clips.pace import Pace
from pipelines.clips.proof import videos_in
from pipelines.clips.sights import look_through

EXPORTED: Final = 500
BASE: Final = ("decode", "encode")


@dataclass
class Cost:
    """Processor seconds by step, over all clips, with the number of clips and pictures."""

    seconds: dict[str, float] = field(default_factory=dict)
    clips: int = 0
    pictures: int = 0

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        """Add what the block costs to a step; time that other programs take does not count."""
        begin_s = time.process_time()
        yield
        self.seconds[step] = self.seconds.get(step, 0.0) + time.process_time() - begin_s


def measure(stretch: Stretch, lookers: Lookers, cost: Cost) -> None:
    """Add what a clip of a stretch costs.

    ``decode`` and ``encode`` are what no cutter can do without. ``look`` is the first reading with its looks
    at the recording, ``write`` the second reading with covering and encoding, ``check`` reading the clip and
    the look at it.

    Raises
    ------
    ClipError, VideoError
        If there is no clip.
    """
    pace = Pace()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "clip.mp4"
        with cost.of("decode"):
            frames = list(stretch.frames(pace.rate_hz))
        with cost.of("encode"):
            height_px, width_px = frames[0].image.shape[:2]
            with Writer(target, width_px, height_px) as writer:
                for frame in frames:
                    writer.write(frame.image, frame.time_s)
        with cost.of("look"):
            sights = look_through(stretch, lookers.recording, pace, FIRST_STEP)
        with cost.of("write"):
            write(stretch, sights, target, as_it_is, pace)
        with cost.of("read the clip"):
            list(Reader(target, EVERY_FRAME_HZ))
        with cost.of("check"):
            check(target, sights, lookers.clip)
    cost.clips, cost.pictures = cost.clips + 1, cost.pictures + len(frames)


app = App(help="Measure what cutting a clip costs, step by step, in seconds of one processor.")


@app.default
def main(footage: Path, seconds: float = 4.0, device: str = "cpu") -> int:
    """Print the cost per clip and of 500 clips.

    Parameters
    ----------
    footage
        Folder of videos; a clip is made of the beginning of each.
    seconds
        Length of a clip.
    device
        Where the pose models run, as torch names it.
    """
    cost = Cost()
    try:
        lookers = own_lookers(device)
        for path in videos_in(footage):
            measure(Stretch(path, 0.0, seconds), lookers, cost)
    except (ClipError, VideoError, WeightsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    Console().print(_table(cost))
    Console().print(
        f"looked by {lookers.recording.version}, checked by {lookers.clip.version}", soft_wrap=True
    )
    return 0


def _table(cost: Cost) -> Table:
    base_s = sum(cost.seconds[step] for step in BASE)
    whole_s = sum(cost.seconds[step] for step in ("look", "write", "check"))
    table = Table("step", "ms per picture", "s per clip", f"min for {EXPORTED} clips", "times", box=None)
    rows = [*cost.seconds.items(), ("decode + encode", base_s), ("the whole cut", whole_s)]
    for step, spent_s in rows:
        per_clip_s = spent_s / cost.clips
        figures = (
            f"{1000 * spent_s / cost.pictures:.1f}",
            f"{per_clip_s:.2f}",
            f"{EXPORTED * per_clip_s / 60:.1f}",
            f"{spent_s / base_s:.1f}",
        )
        table.add_row(step, *figures)
    return table


if __name__ == "__main__":
    raise SystemExit(app())
