"""A night of many recordings that take a moment to read: short films, with a content and a lift each."""

from __future__ import annotations

import struct
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.keypoints import COCO17
from detectors.pose import People
from detectors.video_writer import Writer

DAY: Final = date(2026, 10, 5)
SOURCE: Final = "benchmarks.made_night:BrightnessPose"
WIDTH_PX, HEIGHT_PX = 320, 240
RATE_HZ: Final = 12.5
FRAMES: Final = 75
STEP: Final = 3
"""Brightness between two frames: a picture tells its number by it."""

SITE: Final = """
[site]
name = "benchmark"
time_zone = "UTC"
[store]
url = "store"
[pose]
weights = "none.pt"
back = false
[nightly]
"""
CAMERA: Final = """
[[cameras]]
id = "{id}"
zone = "hall"
footage = "footage/{id}/*.mp4"
start_time = "file_name"
file_name_pattern = "%Y%m%dT%H%M%S"
"""
Array = NDArray[np.float64]


class BrightnessPose:
    """Finds the one person whose posture the brightness of the picture stands for: a lift from the floor."""

    version = "brightness@000000000000"

    def __init__(self, weights: Path, image_size: int, device: str) -> None:
        del weights, image_size, device

    def people(self, image: NDArray[np.uint8]) -> People:
        """Return the person in a picture."""
        time_s = round(float(image.mean()) / STEP) / RATE_HZ
        keypoints = person(float(np.interp(time_s, [1.5, 2.7, 3.1, 4.3], [0.0, 1.0, 1.0, 0.0])), time_s > 2.9)
        low, high = keypoints[:, :2].min(axis=0), keypoints[:, :2].max(axis=0)
        return People(np.array([[*(low - 10.0), *(high + 10.0)]]), np.array([0.9]), keypoints[None])


def person(bent: float, loaded: bool) -> Array:
    """Return the keypoints of a person seen from the side, shape (17, 3), px and confidence.

    Parameters
    ----------
    bent
        From 0, upright, to 1, hands near the floor.
    loaded
        Whether the hands hold something in front.
    """
    trunk, ankle = np.deg2rad(75.0 * bent), np.array([150.0, 215.0])
    knee = ankle + np.array([4.0 * bent, -46.0])
    hip = knee + np.array([-24.0 * bent, -44.0 + 4.0 * bent])
    shoulder = hip + 52.0 * np.array([np.sin(trunk), -np.cos(trunk)])
    ear = shoulder + 20.0 * np.array([np.sin(trunk), -np.cos(trunk)])
    carried = 1.0 - bent if loaded else 0.0
    wrist = shoulder + np.array([34.0 * carried, 62.0 - 24.0 * carried])
    at = {"ankle": ankle, "knee": knee, "hip": hip, "shoulder": shoulder, "wrist": wrist}
    at |= {"elbow": (shoulder + wrist) / 2.0, "ear": ear}
    at |= {"eye": ear + np.array([6.0, -2.0]), "nose": ear + np.array([9.0, 1.0])}
    sides = [name.removeprefix("left_").removeprefix("right_") for name in COCO17]
    shift = [2.0 if name.startswith("left_") else 0.0 for name in COCO17]
    return np.array([[at[part][0] + dx, at[part][1], 0.9] for part, dx in zip(sides, shift, strict=True)])


def make_night(folder: Path, cameras: int, hours: int, nightly: str) -> Path:
    """Write a site with a recording of each camera and hour, and return the site file.

    Parameters
    ----------
    nightly
        The keys of the table [nightly].
    """
    folder.mkdir(parents=True)
    film = folder / "film.mp4"
    with Writer(film, WIDTH_PX, HEIGHT_PX) as writer:
        for number in range(FRAMES):
            picture = np.full((HEIGHT_PX, WIDTH_PX, 3), number * STEP, dtype=np.uint8)
            writer.write(picture, number / RATE_HZ)
    content = film.read_bytes()
    names = [f"camera-{number:04d}" for number in range(cameras)]
    for camera, name in enumerate(names):
        (folder / "footage" / name).mkdir(parents=True)
        for hour in range(hours):
            start = datetime.combine(DAY, time()) + timedelta(hours=hour)
            # A box that players pass over gives each film a content, and so an identity, of its own.
            box = struct.pack(">I4sQ", 16, b"free", camera * hours + hour)
            (folder / "footage" / name / f"{start:%Y%m%dT%H%M%S}.mp4").write_bytes(content + box)
    (folder / "none.pt").write_bytes(b"no weights")
    site = folder / "site.toml"
    site.write_text(SITE + nightly + "".join(CAMERA.format(id=name) for name in names))
    return site
