"""Try the ways to run a pose model on pictures in memory; runs in a process of its own, as a worker would."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from detectors.model_files import WeightsError
from detectors.openvino_making import Converted, converted, quantised, save, taking_pictures
from detectors.openvino_network import Network, Precision, runs_well
from detectors.optimised import MODEL, Measured, Record, digests, made_here
from detectors.optimised_pose import NetworkPose
from detectors.pose import People, PoseSource, YoloPose
from detectors.raw_pose import Fitting
from pipelines.optimising.comparing import agreement
from pipelines.optimising.pictures import Seen, Source, seen_pictures

LEAST_PEOPLE: Final = 20
"""With fewer people in the pictures nothing can be said of a hundred."""

MOST_CALIBRATED: Final = 48
"""Pictures that tell an int8 model the range of its numbers; more change nothing."""

WARM_UP: Final = 2

FAULTS: Final = (RuntimeError, ValueError, TypeError, KeyError, AttributeError, OSError, ImportError)
"""What OpenVINO and NNCF raise over a model that they can't make or run."""

TORCH: Final = "torch"


@dataclass(frozen=True)
class Trial:
    """What is tried: weights, the size of what they see, the recordings, and where models go meanwhile."""

    weights: Path
    image_size: int
    sources: Sequence[Source]
    folder: Path


def tried(trial: Trial) -> tuple[list[Measured], Record | None]:
    """Return what each way of running the model took and gave, and the record of the fastest that may be.

    That model lies in the folder of its precision; there is none where nothing is faster and alike enough.

    Raises
    ------
    WeightsError
        If there are too few people in the recordings, or the model can't be made over at all.
    """
    torch_pose = YoloPose(trial.weights, trial.image_size, "cpu")
    seen = seen_pictures(trial.sources, torch_pose)
    calibrating, measuring = seen[1::2][:MOST_CALIBRATED], seen[::2]
    count = sum(int((one.people.confidence >= 0.5).sum()) for one in measuring)
    if count < LEAST_PEOPLE:
        raise WeightsError(
            f"{count} people in {len(measuring)} pictures of the site's recordings, expected at least "
            f"{LEAST_PEOPLE} to measure a model on; try again when more has been recorded"
        )
    own = converted(trial.weights, trial.image_size)
    fitting = Fitting(trial.image_size, own.end_to_end)
    rows = [_timed(TORCH, torch_pose, measuring)]
    shown = [fitting.fitted(one.image) for one in calibrating]
    rows += [_candidate(precision, own, trial, fitting, (shown, measuring)) for precision in Precision]
    return rows, _best(rows, trial, own, measuring)


def _candidate(
    precision: Precision,
    own: Converted,
    trial: Trial,
    fitting: Fitting,
    pictures: tuple[Sequence[Any], Sequence[Seen]],
) -> Measured:
    """Make a model, save it as it would be used, and measure that; a failure is what is told of it."""
    shown, measuring = pictures
    name = f"openvino-{precision}"
    if not runs_well(precision):
        return Measured(name=name, refused="this processor does not compute in it")
    folder = trial.folder / precision
    folder.mkdir()
    try:
        model = quantised(own.model, shown) if precision is Precision.INT8 else own.model
        save(taking_pictures(model), folder)
        return _timed(name, NetworkPose(Network(folder / MODEL, precision), fitting, name), measuring)
    except FAULTS as error:
        return Measured(name=name, refused=(str(error).splitlines() or [type(error).__name__])[0])


def _timed(name: str, source: PoseSource, measuring: Sequence[Seen]) -> Measured:
    """Return what a source took for a picture, and how its people differ from those seen."""
    for one in measuring[:WARM_UP]:
        source.people(one.image)
    answers, seconds = zip(*(_clocked(source.people, one) for one in measuring), strict=True)
    alike = agreement([one.people for one in measuring], answers)
    return Measured(
        name=name,
        picture_ms=round(1000.0 * float(np.median(seconds)), 2),
        found_share=_known(min(alike.found_share, alike.kept_share)),
        oks=_known(alike.oks),
        furthest_px=_known(alike.furthest_px),
        refused=alike.refused,
    )


def _clocked(people: Callable[[Any], People], one: Seen) -> tuple[People, float]:
    # Of the processor: another process on the same core must not make a model look slow.
    begin_s = time.process_time()
    found = people(one.image)
    return found, time.process_time() - begin_s


def _known(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 5)


def _best(rows: Sequence[Measured], trial: Trial, own: Converted, seen: Sequence[Seen]) -> Record | None:
    usable = [row for row in rows if row.refused is None and row.picture_ms is not None]
    fastest = min(usable, key=lambda row: float(row.picture_ms or math.inf))
    if fastest.name == TORCH:
        return None
    precision = Precision(fastest.name.rpartition("-")[2])
    return Record(
        made=made_here(trial.weights, trial.image_size),
        made_utc=datetime.now(UTC),
        precision=precision,
        end_to_end=own.end_to_end,
        shapes=tuple(sorted({f"{one.image.shape[1]} x {one.image.shape[0]}" for one in seen})),
        people=sum(int((one.people.confidence >= 0.5).sum()) for one in seen),
        pictures=len(seen),
        candidates=tuple(rows),
        sha256=digests(trial.folder / precision),
    )
