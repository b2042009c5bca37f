"""EDGE: a short piece of a recording as a file of its own, copied without decoding."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from detectors.decoding import VideoError, opened


def cut_piece(path: Path, start_s: float, length_s: float, out: Path) -> float:
    """Copy a piece of a recording to a Matroska file whose clock begins anew; return its length in seconds.

    It begins with the last whole picture before ``start_s``, so that it can be decoded, and goes on to
    ``start_s + length_s`` or the end of the recording.

    Raises
    ------
    VideoError
        If the recording can't be read, or has no pictures there.
    """
    with opened(path) as (source, stream), av.open(str(out), "w", format="matroska") as target:
        copied = target.add_stream_from_template(stream)
        stamps_s, first = [], None
        for packet, shown, decoded in _packets(source, stream, start_s, start_s + length_s):
            first = decoded if first is None else first
            stamps_s.append(float(shown * (stream.time_base or 0)))
            packet.pts, packet.dts = shown - first, decoded - first
            packet.stream = copied
            target.mux(packet)
    if len(stamps_s) < 2:
        raise VideoError(f"{path.name}: no pictures from {start_s:.0f} s on, expected some")
    return max(stamps_s) - min(stamps_s)


def _packets(
    source: InputContainer, stream: VideoStream, start_s: float, end_s: float
) -> Iterator[tuple[Packet[VideoStream], int, int]]:
    """Yield the packets from the whole picture before a time up to another, with both their stamps."""
    if stream.time_base is None:
        return
    origin, begun = stream.start_time or 0, False
    source.seek(int(start_s / stream.time_base) + origin, stream=stream)
    for packet in source.demux(stream):
        if packet.pts is None or packet.dts is None or not packet.size:
            continue
        begun = begun or packet.is_keyframe
        if float((packet.dts - origin) * stream.time_base) >= end_s:
            return
        if begun:
            yield packet, packet.pts, packet.dts
