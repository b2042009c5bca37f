"""Write what a camera over an empty place records when now and then a visit is played before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.visits import RATE_HZ
from detectors.video import Reader
from detectors.video_writer import Writer

Image = NDArray[np.uint8]

SIZE_PX: Final = (1920, 1080)
MOST_BITS_S: Final = 4_000_000
"""What recorders spend on a second of 1080p; they write a whole picture every two seconds."""

NOISE_LEVELS: Final = 2.5
GRAINS: Final = 6
LIGHT_STEP: Final = 1.08
"""After two thirds of the time a lamp more is on."""


def record(video: Path, shown: Iterable[Image], lasts_s: float, rng: np.random.Generator) -> None:
    """Write the pictures with the noise of a camera, as a recorder limits and encodes them."""
    grain = [_grain(rng) for _ in range(GRAINS)]
    count = round(lasts_s * RATE_HZ)
    with Writer(video, *SIZE_PX, MOST_BITS_S) as writer:
        for frame, picture in enumerate(islice(shown, count)):
            light = LIGHT_STEP if 3 * frame > 2 * count else 1.0
            writer.write(_noisy(picture, light, grain[int(rng.integers(GRAINS))]), frame / RATE_HZ)


def pictures(films: Sequence[Path], plan: Sequence[tuple[int, float]], *, walk_out: bool) -> Iterator[Image]:
    """Yield the pictures without noise, for ever.

    Parameters
    ----------
    films
        The visits.
    plan
        Which of them begins at which second, in order of time.
    walk_out
        Whether the people of a visit leave the picture at its end: then the place stays as they left it.
        Otherwise a rough wall is shown between visits, for a picture that stands still would keep them there.
    """
    first = _fitted(next(iter(Reader(films[0], RATE_HZ))).image)
    wall = _wall(first)
    still, frame = first if walk_out else wall, 0
    for number, at_s in plan:
        for _ in range(frame, round(at_s * RATE_HZ)):
            yield still
            frame += 1
        begin = frame
        for shown in Reader(films[number], RATE_HZ):
            # A film of fewer pictures a second shows each of them longer.
            while frame < begin + round(shown.time_s * RATE_HZ):
                yield still
                frame += 1
            still = _fitted(shown.image)
        yield still
        frame += 1
        still = still if walk_out else wall
    while True:
        yield still


def _fitted(image: Image) -> Image:
    """Return a picture in the size of the recording, black beside it where its shape is another."""
    scale = min(SIZE_PX[0] / image.shape[1], SIZE_PX[1] / image.shape[0])
    size = round(scale * image.shape[1]), round(scale * image.shape[0])
    canvas = np.zeros((SIZE_PX[1], SIZE_PX[0], 3), dtype=np.uint8)
    left, top = (SIZE_PX[0] - size[0]) // 2, (SIZE_PX[1] - size[1]) // 2
    canvas[top : top + size[1], left : left + size[0]] = cv2.resize(
        image, size, interpolation=cv2.INTER_CUBIC
    )
    return canvas


def _wall(image: Image) -> Image:
    """Return a rough wall of the colour of a picture; on a smooth one an encoder spends all bits on noise."""
    rng, shade = np.random.default_rng(0), np.zeros(image.shape[:2])
    for cells, levels in ((16, 20.0), (120, 12.0), (480, 10.0)):
        rough = rng.normal(0.0, levels, (cells * 9 // 16, cells))
        shade += cv2.resize(rough, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_CUBIC)
    lit: Image = np.clip(image.mean(axis=(0, 1)) + shade[..., None], 0.0, 255.0).astype(np.uint8)
    return lit


def _grain(rng: np.random.Generator) -> tuple[Image, Image]:
    noise = np.rint(rng.normal(0.0, NOISE_LEVELS, (SIZE_PX[1], SIZE_PX[0], 3)))
    return np.maximum(noise, 0).astype(np.uint8), np.maximum(-noise, 0).astype(np.uint8)


def _noisy(picture: Image, light: float, grain: tuple[Image, Image]) -> Image:
    lit = picture if light == 1.0 else cv2.convertScaleAbs(picture, alpha=light)
    return np.asarray(cv2.subtract(cv2.add(lit, grain[0]), grain[1]), dtype=np.uint8)
