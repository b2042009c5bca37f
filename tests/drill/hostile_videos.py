"""Recordings that nobody should be able to hurt a night with: damaged, disguised or absurd."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
from PIL import Image

from detectors.video_writer import Writer

WIDTH_PX, HEIGHT_PX, RATE_HZ, FRAMES = 96, 64, 25, 12
BOXES = (b"tkhd", b"mvhd", b"mdhd", b"avc1", b"avcC", b"stts", b"stsz", b"stsc", b"stco", b"elst", b"hdlr")
ABSURD = (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF0000, 0x0000FFFF)
CONTAINERS = ("matroska", "avi", "mpegts", "flv", "mov")
TEXTS = (
    b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    b"<?xml version='1.0'?><MPD><BaseURL>http://10.0.0.1/</BaseURL></MPD>",
    b"v=0\no=- 0 0 IN IP4 10.0.0.1\nm=video 5004 RTP/AVP 96\n",
    b"<html><script>alert(1)</script></html>",
    b"%PDF-1.7\n" + b"\0" * 200,
    b"\x7fELF" + bytes(range(256)),
    b"\x1f\x8b\x08" + b"\xff" * 300,
    b"MZ" + b"\0" * 500,
    b"\x1b[2J\x1b]0;owned\x07" * 40,
)

Mutator = Callable[[bytes, random.Random], bytes]


def sources(folder: Path) -> list[bytes]:
    """Return small whole recordings, one per container."""
    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(7)
    pictures = [
        noise.integers(0, 255, (HEIGHT_PX, WIDTH_PX, 3), dtype=np.uint8) // 4 + 60 for _ in range(FRAMES)
    ]
    with Writer(folder / "whole.mp4", WIDTH_PX, HEIGHT_PX) as writer:
        for number, picture in enumerate(pictures):
            writer.write(picture, number / RATE_HZ)
    found = [(folder / "whole.mp4").read_bytes()]
    for name in CONTAINERS:
        buffer = io.BytesIO()
        with av.open(buffer, "w", format=name) as container:
            stream = container.add_stream("flv" if name == "flv" else "mpeg4", rate=RATE_HZ)
            stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
            for picture in pictures:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            container.mux(stream.encode(None))
        found.append(buffer.getvalue())
    return [*found, gif(16, 16, 10)]


def truncated(whole: bytes, dice: random.Random) -> bytes:
    return whole[: dice.randrange(len(whole))]


def bits_flipped(whole: bytes, dice: random.Random) -> bytes:
    out = bytearray(whole)
    for _ in range(dice.choice((1, 2, 8, 64, 512))):
        out[dice.randrange(len(out))] ^= 1 << dice.randrange(8)
    return bytes(out)


def header_broken(whole: bytes, dice: random.Random) -> bytes:
    """Break the first kilobyte, where containers say what they hold."""
    out = bytearray(whole)
    for _ in range(dice.choice((1, 4, 16))):
        out[dice.randrange(min(1024, len(out)))] = dice.randrange(256)
    return bytes(out)


def absurd_field(whole: bytes, dice: random.Random) -> bytes:
    """Write an absurd size, rate, count or offset into a box, or anywhere where there are none."""
    out = bytearray(whole)
    places = [at for box in BOXES if (at := whole.find(box)) >= 0] or [dice.randrange(len(whole) - 64)]
    for _ in range(dice.choice((1, 1, 3))):
        at = dice.choice(places) + dice.randrange(4, 48, 2)
        out[at : at + 4] = struct.pack(">I", dice.choice(ABSURD))
    return bytes(out)


def shuffled(whole: bytes, dice: random.Random) -> bytes:
    """Repeat, drop or swap blocks, as a broken disk does."""
    size = max(16, len(whole) // 12)
    blocks = [whole[at : at + size] for at in range(0, len(whole), size)]
    for _ in range(3):
        i, j = dice.randrange(len(blocks)), dice.randrange(len(blocks))
        blocks[i], blocks[j] = blocks[j], dice.choice((blocks[i], b"", b"\0" * size))
    return b"".join(blocks)


def disguised(whole: bytes, dice: random.Random) -> bytes:
    """Return something else under the name of a video, or with one behind or before it."""
    other = dice.choice((*TEXTS, zipped(whole), dice.randbytes(dice.randrange(1, 4000)), b""))
    return dice.choice((other, other, other + whole, whole + other))


def huge_gif(_whole: bytes, dice: random.Random) -> bytes:
    """Return few bytes that announce a huge picture."""
    return gif(*dice.choice(((65535, 65535), (40000, 100), (16385, 1), (16000, 16000))), 2)


def many_frames(_whole: bytes, dice: random.Random) -> bytes:
    """Return a recording of very many pictures of hardly any bytes."""
    return gif(2, 2, dice.choice((500, 3000)))


MUTATORS: dict[str, tuple[Mutator, int]] = {
    "truncated": (truncated, 20),
    "bits flipped": (bits_flipped, 30),
    "header broken": (header_broken, 20),
    "absurd field": (absurd_field, 30),
    "blocks shuffled": (shuffled, 15),
    "other content": (disguised, 20),
    "huge picture": (huge_gif, 3),
    "very many pictures": (many_frames, 1),
}
"""Each with its weight: how often it is drawn."""


def mutants(wholes: list[bytes], dice: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield mutants without end: what was done, and the file."""
    names, weights = list(MUTATORS), [weight for _, weight in MUTATORS.values()]
    # Each kind at least once, however short the run.
    yield from ((name, MUTATORS[name][0](dice.choice(wholes), dice)) for name in names)
    while True:
        name = dice.choices(names, weights)[0]
        yield name, MUTATORS[name][0](dice.choice(wholes), dice)


def gif(width_px: int, height_px: int, frames: int) -> bytes:
    """Return a GIF that declares a size, each of its pictures a single grey pixel."""
    head = b"GIF89a" + struct.pack("<HHBBB", width_px, height_px, 0x80, 0, 0) + b"\x40\x40\x40\xc0\xc0\xc0"
    delay = b"\x21\xf9\x04\x00\x04\x00\x00\x00"
    picture = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return head + (delay + picture) * frames + b"\x3b"


def packed_gif(side_px: int) -> bytes:
    """Return a whole picture of one colour: gigabytes a second when decoded, few bytes on the disk."""
    buffer = io.BytesIO()
    Image.new("P", (side_px, side_px)).save(buffer, "GIF")
    return buffer.getvalue()


def zipped(whole: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/evil.mp4", whole)
    return buffer.getvalue()
