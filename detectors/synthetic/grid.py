"""EDGE: a grid of single lifts as short clips with their exact truth, to prove measures and verdicts on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from detectors.synthetic.cast import acted
from detectors.synthetic.degrade import degrade
from detectors.synthetic.grid_items import Item, draw_item
from detectors.synthetic.mesh import Mesh, read_mesh
from detectors.synthetic.observe import observe
from detectors.synthetic.renderer import Renderer
from detectors.synthetic.stage import Stage
from detectors.video_writer import Writer

RATE_HZ: Final = 8.0


@dataclass(frozen=True)
class GridOrder:
    """What to film: ``count`` lifts into ``out``, drawn from ``seed``, with bodies from ``mesh``.

    ``head`` is 0, or another draw of the pitch of the heads in the otherwise same lifts.
    """

    mesh: Path
    out: Path
    count: int
    seed: int
    head: int = 0


def render_grid(order: GridOrder, workers: int) -> Iterator[int]:
    """Film what is missing of a grid; yields the number of lifts that are there, as it grows.

    ``lift_<number>.mp4`` has its truth in ``lift_<number>.json``, which is written last: an interrupted
    order goes on where it stopped. Each lift depends on ``seed`` and its number alone.

    Raises
    ------
    ValueError
        If the folder holds a grid of another order, or the folder with the bodies lacks a file.
    RuntimeError
        If there is nothing to draw with, or a lift finds no place.
    """
    claim(order)
    missing = [number for number in range(order.count) if not truth_path(order.out, number).exists()]
    done = order.count - len(missing)
    yield done
    shares = [missing[i :: 4 * workers] for i in range(4 * workers)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(film_lifts, order, share) for share in shares if share]
        for future in as_completed(futures):
            done += future.result()
            yield done


def film_lifts(order: GridOrder, numbers: Sequence[int]) -> int:
    """Film some lifts in this process; returns how many."""
    # One thread each: the processes keep the cores busy, and more threads would only wait for them.
    os.environ.setdefault("LP_NUM_THREADS", "1")
    cv2.setNumThreads(1)
    mesh, renderer = _studio(order.mesh)
    for number in numbers:
        item = draw_item(mesh, order.seed, number, order.head)
        path = truth_path(order.out, number)
        height_px = _film(renderer, item, path.with_suffix(".mp4"), [order.seed, number])
        truth = {"seed": order.seed, "number": number, "head": order.head, **item_truth(item)}
        temporary = path.with_suffix(".tmp")
        temporary.write_text(json.dumps(truth | {"person_height_px": height_px}, indent=1) + "\n")
        temporary.replace(path)
    return len(numbers)


def truth_path(folder: Path, number: int) -> Path:
    """Return where the truth of a lift lies; its clip lies beside it."""
    return folder / f"lift_{number:05d}.json"


def item_truth(item: Item) -> dict[str, Any]:
    """Return what is true of a lift, as plain numbers and words; angles of the posture at the grasp."""
    [event] = item.who.timeline.events
    posed = acted(item.who, event.grasp_s).truth
    kept = ("trunk_inclination_deg", "head_pitch_deg", "neck_flexion_deg", "stature_m", "sex", "top", "vest")
    return {
        "azimuth_deg": item.off_side_deg,
        "elevation_deg": item.elevation_deg,
        "start_s": event.start_s,
        "grasp_s": event.grasp_s,
        "end_s": event.end_s,
        "lumbar_change_deg": event.lumbar_change_deg,
        "thoracic_change_deg": event.thoracic_change_deg,
        "technique": str(event.technique),
        "knee_flexion_deg": float(np.mean(posed["knee_flexion_deg"])),
        "hand_height_m": float(item.who.timeline.at(event.grasp_s).posture.hands_m[:, 1].mean()),
        **{name: posed[name] for name in kept},
    }


def claim(order: GridOrder) -> None:
    """Make the folder, or make sure that it belongs to the same order.

    Raises
    ------
    ValueError
        If it holds another.
    """
    order.out.mkdir(parents=True, exist_ok=True)
    path = order.out / "order.json"
    asked = {"seed": order.seed, "head": order.head}
    if not path.exists():
        path.write_text(json.dumps(asked) + "\n")
    held = json.loads(path.read_text())
    if held != asked:
        raise ValueError(f"{order.out}: holds lifts of the order {held}, expected the order {asked}")


@cache
def _studio(mesh: Path) -> tuple[Mesh, Renderer]:
    return read_mesh(mesh), Renderer()


def _film(renderer: Renderer, item: Item, path: Path, seeds: Sequence[int]) -> float:
    """Write the clip; return how high the person stands in its first frame, px."""
    camera, rng = item.camera, np.random.default_rng(seeds)
    stage = Stage(renderer, item.hall, camera, item.light)
    height_px = float("nan")
    with Writer(path, camera.width_px, camera.height_px) as video:
        for frame in range(int(item.duration_s * RATE_HZ)):
            there = acted(item.who, frame / RATE_HZ)
            picture = stage.draw([there.figure], [there.load] if there.load else [])
            if frame == 0:
                whole_px = observe(camera, picture, [there.figure])[0].whole_box_px
                height_px = float(whole_px[3] - whole_px[1])
            video.write(degrade(picture.image_bgr, item.degradation, rng), frame / RATE_HZ)
    stage.release()
    return height_px
