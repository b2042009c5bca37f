"""EDGE: a film played over and over as one long recording, copied without decoding."""

from __future__ import annotations

import math
from pathlib import Path

import av

from detectors.decoding import VideoError, opened


def looped(film: Path, out: Path, lasts_s: float) -> int:
    """Write a film again and again until it lasts so long; return how often.

    Raises
    ------
    VideoError
        If the film can't be read or does not say how long it is.
    """
    with opened(film) as (source, stream), av.open(str(out), "w") as target:
        if stream.time_base is None or not stream.duration:
            raise VideoError(f"{film.name}: does not say how long it is, expected a film of known length")
        copied, origin = target.add_stream_from_template(stream), stream.start_time or 0
        times = math.ceil(lasts_s / float(stream.duration * stream.time_base))
        for turn in range(times):
            source.seek(origin, stream=stream)
            for packet in source.demux(stream):
                if packet.pts is None or packet.dts is None or not packet.size:
                    continue
                later = turn * stream.duration - origin
                packet.pts, packet.dts = packet.pts + later, packet.dts + later
                packet.stream = copied
                target.mux(packet)
    return times
