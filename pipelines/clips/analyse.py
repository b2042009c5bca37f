"""Find the lifts in any video, without a site file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.text import Text

from detectors.back_pose import BackSource
from detectors.pose import PoseSource
from detectors.video import VideoError, VideoInfo, probe
from pipelines.clips.annotate import annotate
from pipelines.clips.clip import CLIP_LIFTS, Clip, measure_clip
from pipelines.clips.models import Sources, yolo, yolo_back
from pipelines.clips.progress import progress_bar
from pipelines.clips.report import count_of, json_lines, print_report
from pipelines.judging.policy import NamedPolicy, load_policy
from pipelines.nights.recording import shortfall
from pipelines.storage.store import write_file


@dataclass(frozen=True)
class Request:
    """What to do with the videos.

    Attributes
    ----------
    out
        Folder for ``lifts.parquet`` and the annotated videos; None writes no table.
    render
        Write annotated videos; into the present folder without ``out``.
    json
        Standard output holds JSON lines and nothing else.
    weights
        Name or path of the pose weights; None for those that come with the package.
    device
        Device of PyTorch.
    """

    out: Path | None = None
    render: bool = False
    json: bool = False
    weights: str | None = None
    device: str = "cpu"


@dataclass
class _Session:
    """What one call holds: where each annotated video goes, and whether all went well so far."""

    request: Request
    policy: NamedPolicy
    targets: dict[Path, Path]
    failed: bool = False

    def complain(self, sentence: str) -> None:
        """Say on standard error what went wrong; the others go on."""
        self.failed = True
        warn(sentence)


def run(
    videos: Sequence[Path],
    request: Request,
    make_source: Callable[[str | None, str], PoseSource] = yolo,
    make_back: Callable[[str], BackSource | None] = yolo_back,
) -> int:
    """Analyse videos one after another and return the exit status: 1 if any could not be analysed.

    Parameters
    ----------
    videos
        The videos; one named twice is analysed once.
    request
        What to do with them.
    make_source
        Makes the pose model from weights and device, once and only when a video can be opened.
    make_back
        Makes the model of the back for a device, or None for no look at backs.
    """
    videos = list(dict.fromkeys(videos))
    folder = request.out or Path()
    session = _Session(request, load_policy(None), annotated_names(videos, folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        session.complain(f"{folder}: can't be made a folder: {error.strerror}")
        return 1
    infos = _probed(videos, session)
    tables: list[pd.DataFrame | None] = []
    if infos:
        sources = Sources(make_source(request.weights, request.device), make_back(request.device))
        tables = [_analysed(path, info, sources, session) for path, info in infos.items()]
    _write_table([table for table in tables if table is not None], request)
    return int(session.failed)


def annotated_names(videos: Sequence[Path], folder: Path) -> dict[Path, Path]:
    """Return where each annotated video goes: beside no input of that name, and each to a name of its own."""
    taken = {video.resolve() for video in videos}
    names = {}
    for video in videos:
        target, number = folder / f"{video.stem}.annotated.mp4", 2
        while target.resolve() in taken:
            target, number = folder / f"{video.stem}-{number}.annotated.mp4", number + 1
        taken.add(target.resolve())
        names[video] = target
    return names


def warn(sentence: str) -> None:
    """Print one sentence to standard error."""
    Console(stderr=True).print(Text(sentence, style="red"), soft_wrap=True)


def _probed(videos: Sequence[Path], session: _Session) -> dict[Path, VideoInfo]:
    infos = {}
    for path in videos:
        try:
            infos[path] = probe(path)
        except VideoError as error:
            session.complain(str(error))
    return infos


def _analysed(path: Path, info: VideoInfo, sources: Sources, session: _Session) -> pd.DataFrame | None:
    """Analyse one video, print what it shows, draw it and return its lifts; None if it can't be read."""
    try:
        with progress_bar(f"reading {path.name}", info.declared_s) as note:
            clip = measure_clip(path, info, sources, session.policy, note)
    except VideoError as error:
        session.complain(str(error))
        return None
    if missing := shortfall(clip.report):
        warn(f"{path.name}: read in part, {missing}")
    _show(clip, session)
    if session.request.render:
        _render(clip, session)
    return clip.lifts


def _show(clip: Clip, session: _Session) -> None:
    console = Console(highlight=False)
    if not session.request.json:
        print_report(clip, session.policy.policy, console)
        return
    for line in json_lines(clip):
        console.file.write(f"{line}\n")
    console.file.flush()


def _render(clip: Clip, session: _Session) -> None:
    target = session.targets[clip.path]
    try:
        with progress_bar(f"drawing {target.name}", clip.report.end_s) as note:
            annotate(clip, target, note)
    except (VideoError, OSError) as error:
        session.complain(f"{target}: not written: {getattr(error, 'strerror', None) or error}")
        return
    _tell(f"wrote {target}", session.request)


def _write_table(tables: Sequence[pd.DataFrame], request: Request) -> None:
    if request.out is None or not tables:
        return
    table = pd.concat(tables, ignore_index=True)
    path = request.out / "lifts.parquet"
    write_file(path, CLIP_LIFTS, table)
    _tell(f"wrote {path} ({count_of(len(table), 'row', 'rows')})", request)


def _tell(sentence: str, request: Request) -> None:
    if not request.json:
        Console().print(Text(sentence), soft_wrap=True)
