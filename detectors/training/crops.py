"""Cut a data set into crops along the trunk: ``python -m detectors.training.crops``.

One crop per person, cut as `detectors.back_crop` cuts at work, but off by as much as hips and shoulders
of a pose model are.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from cyclopts import App
from numpy.typing import NDArray

from detectors import posture
from detectors.back_crop import crop_frames, cut, to_crop
from detectors.keypoints import BACK22, COCO17, side_pair
from detectors.training.folder import REAL_PREFIX, Folder, FolderError, read_folder, read_labels
from detectors.training.train import CREDITS

Array = NDArray[np.float64]

app = App(name="crops", help="Cut the people of a data set out along their trunks.")

CROP_PX: Final = 224
LEAST_STATURE_PX: Final = 90.0
BOX_SHARE: Final = 0.96
"""The box of the person of a crop is the crop, nearly: what the model learns is whose back is meant."""

TURNED_SD_DEG: Final = 7.0
SCALED_SD: Final = 0.08
SHIFTED_SD_STATURE: Final = 0.02
"""How far off hips, shoulders and stature of a pose model may be."""

EDGE_ON_DEG: Final = 30.0
"""Nearer to the front than this, the back is hidden wholly and nothing tells where it is."""

_MANIFEST_NAMES: Final = (*COCO17, "back_sacrum", "back_L3", "back_T12L1", "back_T8", "back_C7")


@dataclass(frozen=True)
class Person:
    """One person of a picture: points (22, 3) as in labels but px, and the upright height, px."""

    points: Array
    stature_px: float


@app.default
def main(*, data: Path, out: Path, seed: int = 0) -> int:
    """Write crops of all people of a data set, with their labels.

    Parameters
    ----------
    data
        Folder of rendered pictures, or of a mix with real ones.
    out
        Folder of the crops.
    seed
        Where the random numbers start.
    """
    try:
        folder = read_folder(data)
        people = manifest_people(folder)
        counts = [
            sum(
                write_crops(picture, people, out, split, seed + number)
                for number, picture in enumerate(pictures)
            )
            for split, pictures in (("train", folder.train), ("val", folder.val))
        ]
    except FolderError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if (data / CREDITS).is_file():
        shutil.copyfile(data / CREDITS, out / CREDITS)
    described = folder.description.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in described if not line.startswith(("train:", "val:", "path:"))]
    (out / "data.yaml").write_text("train: images/train\nval: images/val\n" + "".join(kept), encoding="utf-8")
    sys.stdout.write(f"{counts[0]} crops for training and {counts[1]} for validation in {out}\n")
    return 0


def write_crops(picture: Path, people: dict[str, list[Person]], out: Path, split: str, seed: int) -> int:
    """Write the crops of one picture; returns how many."""
    for part in ("images", "labels"):
        (out / part / split).mkdir(parents=True, exist_ok=True)
    image = cv2.imread(str(picture))
    if image is None:
        raise FolderError(f"{picture}: can't be read as a picture")
    there = people[picture.name] if picture.name in people else marked_people(picture, image.shape)
    rng = np.random.default_rng(seed)
    written = 0
    for number, person in enumerate(there):
        if person.stature_px < LEAST_STATURE_PX:
            continue
        frame = jittered_frame(person, rng)
        label = label_line(person, frame)
        if label is None:
            continue
        name = f"{picture.stem}_{number}_{seed}"
        crop = cut(np.asarray(image, dtype=np.uint8), frame, CROP_PX)
        cv2.imwrite(str(out / "images" / split / f"{name}.jpg"), crop, [cv2.IMWRITE_JPEG_QUALITY, 95])
        (out / "labels" / split / f"{name}.txt").write_text(label + "\n")
        written += 1
    return written


def jittered_frame(person: Person, rng: np.random.Generator) -> Array:
    """Return the map (2, 3) from a crop to the picture, off by what a pose model may be off by."""
    ends = []
    for joint in ("hip", "shoulder"):
        left, right = person.points[list(side_pair(joint)), :2]
        ends.append(left + rng.uniform() * (right - left))
    hips, shoulders = ends
    turn = np.radians(rng.normal(0.0, TURNED_SD_DEG))
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    middle = (hips + shoulders) / 2 + rng.normal(0.0, SHIFTED_SD_STATURE * person.stature_px, 2)
    half = turned @ (shoulders - hips) / 2
    stature_px = person.stature_px * np.exp(rng.normal(0.0, SCALED_SD))
    frames = crop_frames((middle - half)[None], (middle + half)[None], np.array([stature_px]), CROP_PX)
    return np.asarray(frames[0])


def label_line(person: Person, frame: Array) -> str | None:
    """Return the label of a crop; None if neither hips nor shoulders are in it."""
    places = to_crop(person.points[None, :, :2], frame[None])[0] / CROP_PX
    inside = ((places > 0.0) & (places < 1.0)).all(axis=1)
    flags = np.where(inside, person.points[:, 2], 0.0)
    if not flags[[*side_pair("hip"), *side_pair("shoulder")]].any():
        return None
    numbers = [0.5, 0.5, BOX_SHARE, BOX_SHARE]
    body = np.where(flags[:, None] > 0, np.column_stack([places, flags]), 0.0)
    return " ".join(["0", *(f"{value:.6g}" for value in (*numbers, *body.ravel()))])


def manifest_people(folder: Folder) -> dict[str, list[Person]]:
    """Return the people of the rendered pictures, by the name of the picture."""
    if not folder.manifest.is_file():
        return {}
    rows = (json.loads(line) for line in folder.manifest.read_text(encoding="utf-8").splitlines())
    return {Path(row["image"]).name: list(_rendered(row)) for row in rows}


def _rendered(row: dict[str, Any]) -> Iterator[Person]:
    for truth in row["people"]:
        if not truth["labelled"]:
            continue
        points = [_point(name, truth["points_px"][name], truth["azimuth_deg"]) for name in _MANIFEST_NAMES]
        stature_px = row["camera"]["focal_px"] * truth["stature_m"] / truth["distance_m"]
        yield Person(np.array(points, dtype=float), stature_px)


def _point(name: str, place: Sequence[Any], azimuth_deg: float) -> tuple[float, float, float]:
    """Return a point with its flag; the back behind its own outline is marked too, as the outline tells it.

    From a little before the side, the outline of the back is that of its near half, some centimetres off.
    """
    x, y, seen = place
    if x is None or y is None or seen == "outside":
        return 0.0, 0.0, 0.0
    surface = name.startswith("back_") or BACK22.index(name) <= BACK22.index("right_ear")
    if seen == "self_hidden" and surface:
        before = abs((azimuth_deg + 180.0) % 360.0 - 180.0)
        return x, y, float(name.startswith("back_") and before >= EDGE_ON_DEG)
    return x, y, 2.0 if seen == "seen" else 1.0


def marked_people(picture: Path, shape: tuple[int, ...]) -> list[Person]:
    """Return the people whose keypoints a stock model marked; those without a whole leg are left out."""
    if not picture.name.startswith(REAL_PREFIX):
        raise FolderError(f"{picture}: not in the manifest, expected a line with its truth")
    size = np.array([shape[1], shape[0], 1.0])
    people = []
    for label in read_labels(picture):
        points = label[5:].reshape(len(BACK22), 3) * size
        stature_px = _stature_px(points[: len(COCO17)])
        trunk = [*side_pair("hip"), *side_pair("shoulder")]
        if np.isfinite(stature_px) and (points[trunk, 2] > 0).all():
            people.append(Person(points, stature_px))
    return people


def _stature_px(points: Array) -> float:
    xy = np.where(points[:, 2:] > 0, points[:, :2], np.nan)[None]
    weight = (points[:, 2] > 0).astype(float)[None]
    both = [posture.stature_px(xy, weight)[0], posture.stature_from_legs_px(xy, weight)[0]]
    return float(np.nanmax(both)) if np.isfinite(both).any() else float("nan")


if __name__ == "__main__":
    sys.exit(app())
