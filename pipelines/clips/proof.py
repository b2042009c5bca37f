"""Prove that no clip of a folder of videos shows a head: `python -m pipelines.clips.proof --footage DIR`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Final

import numpy as np
from cyclopts import App, Parameter
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from detectors.head_boxes import NONE, core_boxes
from detectors.model_files import WeightsError
from detectors.pose import PoseSource, YoloPose
from detectors.proof.heads import TrueHeads, inside, read_true_heads, shown
from detectors.video import Frame, Reader, VideoError, probe
from detectors.video_between import Stretch
from pipelines.clips.cutting import EVERY_FRAME_HZ, LONGEST_S, Lookers, cut_clip
from pipelines.clips.looks import ClipError
from pipelines.clips.models import IMAGE_SIZE
from pipelines.clips.own_lookers import own_lookers
from pipelines.clips.pace import Pace
from pipelines.clips.sights import SURE_PERSON, Sights

SUFFIXES: Final = {".mp4", ".gif", ".mkv", ".avi", ".mov"}

Array = NDArray[np.float64]


@dataclass
class Tally:
    """What the clips of one video showed.

    Attributes
    ----------
    video
        Its name.
    heads_by
        Who tells where heads are: ``truth``, or ``second opinion``.
    pictures
        Pictures of clips that were made.
    heads
        Heads in them.
    heads_shown
        Heads that were not covered.
    shown_at
        Seconds into the video of the pictures with such a head.
    refused
        Sentences of the clips that were refused: nothing of these was made.
    """

    video: str
    heads_by: str
    pictures: int = 0
    heads: int = 0
    heads_shown: int = 0
    shown_at: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def videos_in(folder: Path) -> list[Path]:
    """Return the videos in a folder and below it, sorted."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def prove(path: Path, lookers: Lookers, others: Sequence[PoseSource], longest_s: float) -> Tally:
    """Make clips of a video and look for heads in them.

    Parameters
    ----------
    path
        The video; with a JSON file of the same name beside it, that is its truth.
    lookers
        The models of the cutter.
    others
        Models that had no part in the cutting; they tell where heads are without a truth.
    longest_s
        So many seconds from the middle of the video are tried.

    Raises
    ------
    VideoError
        If the video can't be read.
    """
    beside = path.with_suffix(".json")
    truth = read_true_heads(beside) if beside.is_file() else None
    tally = Tally(path.name, "truth" if truth else "second opinion")
    for stretch in _stretches(path, longest_s):
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "clip.mp4"
            try:
                sights = cut_clip(stretch, lookers, target)
            except ClipError as error:
                tally.refused.append(f"from {stretch.start_s:.1f} s: {error}")
                continue
            _count(tally, stretch, sights, target, truth or others)
    return tally


def _count(
    tally: Tally, stretch: Stretch, sights: Sights, clip: Path, judge: TrueHeads | Sequence[PoseSource]
) -> None:
    filmed = stretch.frames(Pace().rate_hz)
    for cut, frame, covers in zip(Reader(clip, EVERY_FRAME_HZ), filmed, sights.covers, strict=False):
        heads = inside(_heads(judge, frame), frame.image)
        bare = shown(cut.image, covers, heads)
        tally.pictures, tally.heads = tally.pictures + 1, tally.heads + len(heads)
        if bare:
            tally.heads_shown += bare
            tally.shown_at.append(round(frame.time_s, 3))


def _heads(judge: TrueHeads | Sequence[PoseSource], frame: Frame) -> Array:
    """Return the middles of the heads in a picture, shape (n, 4); two models may tell of the same head."""
    if isinstance(judge, TrueHeads):
        return judge.at(frame.time_s)
    heads = []
    for people in (source.people(frame.image) for source in judge):
        # Not by the face alone: these models see faces in crockery, too, of people of whom they are not sure.
        there = people.confidence >= SURE_PERSON
        heads.append(core_boxes(people.box_px[there], people.keypoints[there]))
    return np.concatenate(heads) if heads else NONE


def _stretches(path: Path, longest_s: float) -> Iterator[Stretch]:
    """Yield the middle of a video in pieces as long as a clip may be."""
    declared_s = probe(path).declared_s
    seconds = min(longest_s, declared_s) if np.isfinite(declared_s) else longest_s
    start_s = (declared_s - seconds) / 2.0 if np.isfinite(declared_s) else 0.0
    for begin_s in np.arange(start_s, start_s + seconds, LONGEST_S).tolist():
        yield Stretch(path, begin_s, min(begin_s + LONGEST_S, start_s + seconds), steady=False)


app = App(help="Make clips of every video in a folder and look for heads in them.")


@app.default
def main(
    footage: Path,
    second_opinion: tuple[Path, ...] = (),
    longest_s: float = np.inf,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Print one row per video; exit with 1 if a head shows.

    Parameters
    ----------
    footage
        Folder of videos, searched below too.
    second_opinion
        Pose weights that tell where heads are in videos without a truth.
    longest_s
        Seconds to try of each video, from its middle.
    as_json
        One line of JSON per video instead of a table.
    """
    try:
        lookers = own_lookers("cpu")
        others = [YoloPose(path, IMAGE_SIZE, "cpu") for path in second_opinion]
        tallies = []
        for path in videos_in(footage):
            tallies.append(prove(path, lookers, others, longest_s))
            if as_json:
                sys.stdout.write(json.dumps(asdict(tallies[-1])) + "\n")
                sys.stdout.flush()
    except (VideoError, WeightsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not as_json:
        Console().print(_table(tallies))
        Console().print(f"looked by {lookers.recording.version}", soft_wrap=True)
    return int(any(tally.heads_shown for tally in tallies))


def _table(tallies: list[Tally]) -> Table:
    table = Table("video", "heads by", "pictures", "heads", "not covered", "clips refused", box=None)
    for one in tallies:
        counts = (one.pictures, one.heads, one.heads_shown, len(one.refused))
        table.add_row(one.video, one.heads_by, *map(str, counts))
    return table


if __name__ == "__main__":
    raise SystemExit(app())
