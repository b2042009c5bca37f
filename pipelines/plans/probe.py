"""EDGE: how fast each camera's recordings are read here, measured on two short pieces of its newest one."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from detectors.reading.policy import ReadingPolicy
from detectors.video import VideoError, probe
from detectors.video_piece import cut_piece
from pipelines.nights.job import Job
from pipelines.nights.recording import back_source, measure, pose_source
from pipelines.nights.workers import Workers
from pipelines.scratch import scratch_folder

PIECES: Final = (0.25, 0.75)
"""Where in a recording its pieces lie, as shares of its length."""

PIECE_S: Final = 20.0
"""Length of a piece where all of a recording is looked at."""

LONGER: Final = 1.1
"""A piece is so much longer than the shortest recording that is read only where a lift can be."""

LIMIT_S: Final = 600.0


def probe_speeds(newest: Iterable[Job], workers: Workers) -> tuple[dict[str, float], list[str]]:
    """Return seconds of work per second of video of each camera, and a sentence on each that gave none.

    As many are measured at once as the night reads at once, for they take time from each other then too.

    Parameters
    ----------
    newest
        The newest recording of each camera, on this machine's disks.
    """
    jobs = list(newest)
    speeds, faults = {}, []
    for job, answer in zip(jobs, workers.each(speed_of, jobs, LIMIT_S), strict=True):
        if isinstance(answer, float):
            speeds[job.camera_id] = answer
        else:
            faults.append(answer)
    return speeds, faults


def speed_of(job: Job) -> float:
    """Return seconds of work per second of video of a recording, by reading pieces of it as a night would.

    Raises
    ------
    VideoError
        If it can't be read.
    """
    warm_up(job)
    declared_s = probe(job.path).declared_s
    work_s = video_s = 0.0
    with _room_for_a_piece() as piece:
        for share in PIECES if declared_s > len(PIECES) * piece_s(job.reading) else (0.0,):
            video_s += cut_piece(job.path, share * np.nan_to_num(declared_s), piece_s(job.reading), piece)
            begun_s = time.perf_counter()
            measure(replace(job, path=piece), probe(piece), None)
            work_s += time.perf_counter() - begun_s
    if not video_s > 0:
        raise VideoError(f"{job.shown_path}: has no length, expected a recording")
    return work_s / video_s


@contextmanager
def _room_for_a_piece() -> Iterator[Path]:
    """Yield where to put a piece: in memory where a system can, so that no picture is on a disk."""
    if sys.platform == "linux":
        file = os.memfd_create("piece")
        try:
            yield Path(f"/proc/self/fd/{file}")
        finally:
            os.close(file)
    else:
        with scratch_folder() as folder:
            yield Path(folder) / "piece.mkv"


def piece_s(reading: ReadingPolicy | None) -> float:
    """Return the length of a piece: where not all is looked at, long enough to be read like a recording."""
    return PIECE_S if reading is None else LONGER * reading.shortest_s


def warm_up(job: Job) -> None:
    """Load the models and let them look once: a night does this once for all its recordings."""
    pose_source(job.pose).people(np.zeros((360, 640, 3), dtype=np.uint8))
    back_source(job.pose)
