"""Single pictures with labels, in the pose format of ultralytics, with the exact truth beside them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cv2

from detectors.synthetic.labels import data_yaml, label_line
from detectors.synthetic.observe import Shot

if TYPE_CHECKING:
    from detectors.synthetic.snapshots import Studio

BATCH: Final = 4
"""Pictures of one hall, seen by one camera, with the same people in new postures."""

VAL_EVERY: Final = 10
"""Every tenth batch is for validation: its people and clothes, drawn for it alone, are in no other."""


@dataclass(frozen=True)
class Order:
    """What to render: ``count`` pictures into ``out``, drawn from ``seed``, with bodies from ``mesh``."""

    mesh: Path
    out: Path
    count: int
    seed: int
    size_px: tuple[int, int] = (640, 384)


def render_dataset(order: Order, workers: int) -> Iterator[int]:
    """Render what is missing of a data set; yields the number of pictures that are there, as it grows.

    A batch that was finished before is left as it is: an interrupted order goes on where it stopped.
    Each batch has its own random numbers, so that the pictures don't depend on ``workers``.

    Raises
    ------
    ValueError
        If the folder holds a data set of another order, or the folder with the bodies lacks a file.
    RuntimeError
        If there is nothing to draw with.
    """
    claim(order)
    batches = range(-(-order.count // BATCH))
    missing = [batch for batch in batches if not _truth_path(order, batch).exists()]
    done = len(batches) - len(missing)
    yield min(order.count, done * BATCH)
    shares = [missing[i :: 4 * workers] for i in range(4 * workers)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(render_batches, order, share) for share in shares if share]
        for future in as_completed(futures):
            done += future.result()
            yield min(order.count, done * BATCH)
    write_manifest(order)


def render_batches(order: Order, batches: Sequence[int]) -> int:
    """Render some batches in this process; returns how many."""
    # One thread each: the processes keep the cores busy, and more threads would only wait for them.
    os.environ.setdefault("LP_NUM_THREADS", "1")
    cv2.setNumThreads(1)
    studio = _studio(order.mesh, order.size_px)
    for batch in batches:
        rows = [
            _write(order, batch, i, shot) for i, shot in enumerate(studio.shots(order.seed, batch, BATCH))
        ]
        path = _truth_path(order, batch)
        temporary = path.with_suffix(".tmp")
        temporary.write_text("".join(json.dumps(row) + "\n" for row in rows))
        temporary.replace(path)
    return len(batches)


@cache
def _studio(mesh: Path, size_px: tuple[int, int]) -> Studio:
    from detectors.synthetic.snapshots import Studio

    return Studio(mesh, size_px)


def write_manifest(order: Order) -> Path:
    """Gather the truth of all batches in one file, one line of JSON per picture, in their order."""
    path = order.out / "manifest.jsonl"
    batches = sorted((order.out / "truth").glob("*.jsonl"))
    lines = [line for batch in batches for line in batch.read_text().splitlines(keepends=True)]
    path.write_text("".join(lines))
    return path


def kind_of(batch: int) -> str:
    """Return whether a batch is for training or for validation."""
    return "val" if batch % VAL_EVERY == VAL_EVERY - 1 else "train"


def claim(order: Order) -> None:
    """Make the folders, or make sure that they belong to the same order.

    Raises
    ------
    ValueError
        If they hold another.
    """
    for part in ("images", "labels"):
        for kind in ("train", "val"):
            (order.out / part / kind).mkdir(parents=True, exist_ok=True)
    (order.out / "truth").mkdir(exist_ok=True)
    (order.out / "data.yaml").write_text(data_yaml())
    path = order.out / "order.json"
    asked = {"seed": order.seed, "size_px": list(order.size_px)}
    if not path.exists():
        path.write_text(json.dumps(asked) + "\n")
    held = json.loads(path.read_text())
    if held != asked:
        raise ValueError(f"{order.out}: holds pictures of the order {held}, expected the order {asked}")


def _truth_path(order: Order, batch: int) -> Path:
    return order.out / "truth" / f"{batch:06d}.jsonl"


def _write(order: Order, batch: int, number: int, shot: Shot) -> dict[str, Any]:
    """Write a picture and its labels; returns its row of the manifest."""
    kind, name = kind_of(batch), f"{batch:06d}_{number}"
    height_px, width_px = shot.image_bgr.shape[:2]
    lines = [label_line(person, width_px, height_px) for person in shot.people]
    image = order.out / "images" / kind / f"{name}.jpg"
    # The camera's own compression was done before; this one only has to keep it.
    cv2.imwrite(str(image), shot.image_bgr, [cv2.IMWRITE_JPEG_QUALITY, 92])
    label = order.out / "labels" / kind / f"{name}.txt"
    label.write_text("".join(line + "\n" for line in lines if line is not None))
    return {
        "image": image.relative_to(order.out).as_posix(),
        "seed": [order.seed, batch],
        **shot.setting,
        "people": [
            {"labelled": line is not None, **truth} for line, truth in zip(lines, shot.truths, strict=True)
        ],
    }
