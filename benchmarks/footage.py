"""Make benchmark footage: hours of an empty place in which now and then somebody works.

Run as ``python -m benchmarks.footage --presence 5 --minutes 10``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import numpy as np
from cyclopts import App
from rich.console import Console

from benchmarks.recorder import pictures, record
from benchmarks.visits import RATE_HZ, Visit, rendered
from detectors.video import probe

LEAST_EMPTY_S: Final = 4.0

SAMPLE: Final = Path(__file__).parents[1] / "data/sample/footage/dock-1"
"""Rendered clips that come with the project."""

app = App(name="footage", help="Make footage of a known share of time with people in view.")


@dataclass(frozen=True)
class Order:
    """What to make.

    Attributes
    ----------
    presence
        Percent of the time with somebody in view.
    minutes
        Length of the recording.
    folder
        Where recording, truth and the rendered visits go.
    mesh
        Folder with the base mesh of the people whose visits are rendered.
    real
        Folder of clips that take the place of rendered visits. With neither, those of the demo do.
    seed
        Where the random numbers start.
    visits
        How many different visits are rendered; more time is filled by having them again.
    """

    presence: float
    minutes: float
    folder: Path
    mesh: Path | None = None
    real: Path | None = None
    seed: int = 7
    visits: int = 3


@dataclass(frozen=True)
class Footage:
    """A recording, the stretches ``(start_s, end_s)`` with somebody in view, and its true lifts.

    ``clips`` are the films of people that it was put together from.
    """

    video: Path
    clips: tuple[Path, ...]
    visits: tuple[tuple[float, float], ...]
    lifts: tuple[dict[str, Any], ...]


def made(order: Order) -> Footage:
    """Return the footage of an order, made where it is not there yet."""
    given = order.real or (SAMPLE if order.mesh is None else None)
    kind = given.name if given else "rendered"
    video = order.folder / f"{kind}_{order.seed}_{order.presence:g}percent_{order.minutes:g}min.mp4"
    truth = video.with_suffix(".json")
    if not (video.exists() and truth.exists()):
        if given:
            films = clips(given)
        else:
            assert order.mesh is not None
            films = rendered(order.mesh, order.folder, order.seed, order.visits)
        video.parent.mkdir(parents=True, exist_ok=True)
        told = _write(video, order, list(films), walk_out=given is None)
        truth.write_text(json.dumps(told, indent=1) + "\n")
    told = json.loads(truth.read_text())
    shown = tuple(sorted(given.glob("*.mp4") if given else order.folder.glob(f"visit_{order.seed}_*.mp4")))
    visits = tuple((start, end) for start, end in told["visits"])
    return Footage(video, shown, visits, tuple(told["lifts"]))


def clips(folder: Path) -> Iterator[Visit]:
    """Yield the clips of a folder as visits; what is lifted in them is not known here.

    Raises
    ------
    ValueError
        If there is none.
    """
    found = sorted(folder.glob("*.mp4"))
    if not found:
        raise ValueError(f"{folder}: no clips, expected at least one file ending in .mp4")
    yield from (Visit(path, ()) for path in found)


def schedule(
    lengths_s: Sequence[float], presence: float, total_s: float, seed: int
) -> list[tuple[int, float]]:
    """Return which visit begins when, in order of time: spread over the recording, none overlapping.

    Visits follow each other in turn until their time is the wanted share, to the nearest whole visit.

    Parameters
    ----------
    lengths_s
        How long each visit lasts.
    presence
        Percent of the time with somebody in view.
    """
    wanted_s = total_s * presence / 100.0
    chosen: list[int] = []
    for number in cycle(range(len(lengths_s))):
        busy_s = sum(lengths_s[i] for i in chosen)
        fits = busy_s + lengths_s[number] + (len(chosen) + 2) * LEAST_EMPTY_S <= total_s
        if not fits or busy_s + 0.5 * lengths_s[number] > wanted_s:
            break
        chosen.append(number)
    free_s = total_s - sum(lengths_s[i] + LEAST_EMPTY_S for i in chosen) - LEAST_EMPTY_S
    shares = np.random.default_rng(seed).dirichlet(np.full(len(chosen) + 1, 3.0))
    starts, at_s = [], 0.0
    for number, share in zip(chosen, shares, strict=False):
        at_s += LEAST_EMPTY_S + share * free_s
        starts.append((number, round(at_s * RATE_HZ) / RATE_HZ))
        at_s += lengths_s[number]
    return starts


def _write(video: Path, order: Order, films: Sequence[Visit], *, walk_out: bool) -> dict[str, Any]:
    total_s, lengths_s = 60.0 * order.minutes, [probe(film.film).declared_s for film in films]
    plan = schedule(lengths_s, order.presence, total_s, order.seed)
    rng = np.random.default_rng(order.seed)
    shown = pictures([film.film for film in films], plan, walk_out=walk_out)
    record(video, shown, total_s, rng)
    visits = [(at_s, at_s + lengths_s[number]) for number, at_s in plan]
    lifts = [
        {**lift, **{name: at_s + float(lift[name]) for name in ("start_s", "grasp_s", "end_s")}}
        for number, at_s in plan
        for lift in films[number].lifts
    ]
    return {"visits": visits, "lifts": lifts}


@app.default
def main(
    *,
    presence: float,
    minutes: float,
    mesh: Path | None = None,
    out: Path = Path("footage"),
    real: Path | None = None,
    seed: int = 7,
) -> int:
    """Write a recording with people in view for a share of the time, and its truth as JSON beside it.

    Parameters
    ----------
    presence
        Percent of the time with somebody in view.
    minutes
        Length of the recording.
    mesh
        Folder with the base mesh of the people whose visits are rendered.
    out
        Where it goes.
    real
        Folder of clips that take the place of rendered visits; with neither, the clips of the demo do.
    seed
        Where the random numbers start.
    """
    try:
        footage = made(Order(presence, minutes, out, mesh, real, seed))
    except (OSError, RuntimeError, ValueError) as error:
        Console(stderr=True).print(f"{error}", style="red", soft_wrap=True, markup=False)
        return 1
    Console().print(f"wrote {footage.video}: {len(footage.visits)} visits, {len(footage.lifts)} lifts")
    return 0


if __name__ == "__main__":
    sys.exit(app())
