"""Mix rendered pictures with real ones: ``python -m detectors.training.mix``.

Real people teach the model what people look like, not where their backs are: the stock model marks the
keypoints of COCO, and the points of the back get visibility 0.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from cyclopts import App

from detectors.decoding import VideoError
from detectors.keypoints import BACK5, COCO17
from detectors.model_files import WeightsError
from detectors.pose import People, PoseSource, YoloPose
from detectors.training.clips import Clip, ClipsError, credits_text, read_clips
from detectors.training.folder import REAL_PREFIX, Folder, FolderError, read_folder
from detectors.training.grow import base_weights
from detectors.training.recipe import RecipeError, read_recipe
from detectors.training.train import CREDITS
from detectors.video import Reader

app = App(name="mix", help="Mix rendered pictures with frames of real clips.")

FRAMES_PER_S: Final = 1.0
SURE: Final = 0.5
"""Confidence from which on a person, or a keypoint of theirs, is marked."""

DOUBTFUL: Final = 0.25
"""A frame with somebody between this and `SURE` is left out: not marked, they'd be taught as nobody."""


@app.default
def main(*, rendered: Path, clips: Path, recipe: Path, out: Path) -> int:
    """Write a data set with the recipe's share of real pictures.

    Parameters
    ----------
    rendered
        Folder of rendered pictures with their ``data.yaml``; it stays as it is and must stay there.
    clips
        CSV with the columns path, licence and credit.
    recipe
        TOML file with the settings.
    out
        Folder for the real pictures and the ``data.yaml`` of all.
    """
    try:
        settings, folder, allowed = read_recipe(recipe), read_folder(rendered), read_clips(clips)
        weights = base_weights(settings.base, recipe.parent)
        source = YoloPose(weights, settings.image_size_px, settings.device)
        real = [picture for clip in allowed for picture in mark(clip, source, out)]
        chosen = choose(real, len(folder.train), settings.real_share, settings.seed)
        write(out, folder, chosen)
        (out / CREDITS).write_text(credits_text(allowed), encoding="utf-8")
    except (RecipeError, FolderError, ClipsError, WeightsError, VideoError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{len(folder.train)} rendered and {len(chosen)} real pictures in {out}\n")
    return 0


def mark(clip: Clip, source: PoseSource, out: Path) -> Iterator[Path]:
    """Write a frame per second of a clip with what the stock model marks; yields the pictures.

    Raises
    ------
    VideoError
        If the clip can't be read.
    """
    for part in ("images", "labels"):
        (out / part / "train").mkdir(parents=True, exist_ok=True)
    for frame in Reader(clip.path, FRAMES_PER_S):
        people = source.people(frame.image)
        sure = people.confidence >= SURE
        if not sure.any() or np.any(people.confidence[~sure] >= DOUBTFUL):
            continue
        name = f"{REAL_PREFIX}{clip.path.stem}_{round(1000 * frame.time_s):08d}"
        label = out / "labels" / "train" / f"{name}.txt"
        label.write_text("".join(f"{line}\n" for line in label_lines(people, frame.image.shape[:2])))
        picture = out / "images" / "train" / f"{name}.jpg"
        cv2.imwrite(str(picture), frame.image, [cv2.IMWRITE_JPEG_QUALITY, 95])
        yield picture


def label_lines(people: People, size: tuple[int, ...]) -> list[str]:
    """Return one line per person of whom the model is sure: class, box and 22 keypoints as shares.

    Parameters
    ----------
    people
        From the stock model, px.
    size
        Height and width of the picture.
    """
    scale = np.array([size[1], size[0]], dtype=float)
    lines = []
    for i in np.flatnonzero(people.confidence >= SURE):
        low, high = (np.clip(people.box_px[i, part] / scale, 0.0, 1.0) for part in (slice(2), slice(2, 4)))
        points = people.keypoints[i, : len(COCO17), :2] / scale
        seen = (people.keypoints[i, :, 2] >= SURE) & ((points >= 0.0) & (points <= 1.0)).all(axis=1)
        body = np.where(seen[:, None], np.column_stack([points, np.full(len(points), 2.0)]), 0.0)
        numbers = [*(low + high) / 2, *(high - low), *body.ravel(), *np.zeros(3 * len(BACK5))]
        lines.append(" ".join(["0", *(f"{value:.6g}" for value in numbers)]))
    return lines


def choose(real: list[Path], rendered: int, share: float, seed: int) -> list[Path]:
    """Return real pictures for a share of the whole, drawn by the seed; where too few, some come again.

    Raises
    ------
    ClipsError
        If some are asked for and there are none.
    """
    wanted = round(rendered * share / (1.0 - share))
    if wanted and not real:
        raise ClipsError(f"the clips give no picture, expected {wanted} for a share of {share}")
    rng = np.random.default_rng(seed)
    rounds = -(-wanted // len(real)) if real else 0
    order = [int(i) for _ in range(rounds) for i in rng.permutation(len(real))]
    return [real[i] for i in order[:wanted]]


def write(out: Path, rendered: Folder, real: list[Path]) -> None:
    """Write the lists of pictures and the ``data.yaml`` of the mix; paths are from its folder."""
    out.mkdir(parents=True, exist_ok=True)
    for name, pictures in (("train", [*rendered.train, *real]), ("val", rendered.val)):
        # ultralytics puts the list's own folder in place of "./".
        lines = [f"./{Path(os.path.relpath(picture, out)).as_posix()}\n" for picture in pictures]
        (out / f"{name}.txt").write_text("".join(lines), encoding="utf-8")
    kept = [
        line
        for line in rendered.description.read_text(encoding="utf-8").splitlines(keepends=True)
        if not line.startswith(("train:", "val:", "path:"))
    ]
    (out / "data.yaml").write_text("train: train.txt\nval: val.txt\n" + "".join(kept), encoding="utf-8")
    if rendered.manifest.is_file():
        shutil.copyfile(rendered.manifest, out / rendered.manifest.name)


if __name__ == "__main__":
    sys.exit(app())
