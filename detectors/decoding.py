"""EDGE: open recordings and decode them packet by packet; with video and video_writer all that knows PyAV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

LARGEST_SIDE_PX: Final = 16384
LARGEST_PICTURE_PX: Final = 64_000_000

_FORMATS: Final = "mov,mp4,m4a,matroska,webm,mpegts,mpeg,avi,flv,asf,gif,h264,hevc,m4v,mjpeg,mxf,ogg,dhav"
# FFmpeg would also play text as a terminal, and follow playlists to other files and to the network.
_OPTIONS: Final = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}

_FOR_GOOD: Final = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)
_READ_ATTEMPTS: Final = 100


class VideoError(ValueError):
    """A recording can't be read; ``passing`` says whether a later attempt could succeed."""

    def __init__(self, sentence: str, passing: bool = False) -> None:
        super().__init__(sentence)
        self.passing = passing


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a recording and its first video stream, set to decode on one thread.

    Raises
    ------
    VideoError
        If there is no such stream, its picture is absurdly large, or reading fails, also later.
    """
    try:
        # "file:" because FFmpeg would take the start of "06:00.mp4" for a protocol.
        with av.open(f"file:{path}", container_options=_OPTIONS, metadata_errors="replace") as container:
            yield container, _video_stream(path, container)
    except av.FFmpegError as error:
        raise VideoError(*_explained(path, error)) from error


def _explained(path: Path, error: av.FFmpegError) -> tuple[str, bool]:
    if isinstance(error, OSError):
        passing = not isinstance(error, _FOR_GOOD)
        return f"{path.name}: {error.strerror}, expected a readable file", passing
    if path.stat().st_size == 0:
        return f"{path.name}: the file is empty, expected a video", False
    return f"{path.name}: not a video, or its index is missing, expected a complete video file", False


def _video_stream(path: Path, container: InputContainer) -> VideoStream:
    # A codec that is unknown leaves a stream without a decoder, and a cover picture is no recording.
    streams = [
        stream
        for stream in container.streams.video
        if isinstance(stream, VideoStream)
        and stream.codec_context is not None
        and Disposition.attached_pic not in stream.disposition
    ]
    if not streams:
        raise VideoError(f"{path.name}: no video stream that can be decoded, expected one")
    codec = streams[0].codec_context
    if max(codec.width, codec.height) > LARGEST_SIDE_PX or codec.width * codec.height > LARGEST_PICTURE_PX:
        raise VideoError(
            f"{path.name}: the picture is {codec.width} x {codec.height} px, "
            f"expected at most {LARGEST_SIDE_PX} px a side and {LARGEST_PICTURE_PX // 10**6} megapixels"
        )
    # Damaged files decode the same every time on one thread, and other recordings use the other cores.
    codec.thread_count = 1
    # A damaged header may announce any size in mid-stream.
    codec.options = {"max_pixels": str(LARGEST_PICTURE_PX)}
    return streams[0]


def decoded(
    container: InputContainer, stream: VideoStream, count_failure: Callable[[], None]
) -> Iterator[VideoFrame]:
    """Yield every frame that decodes; a packet that fails is counted and costs itself only.

    Raises
    ------
    av.FFmpegError
        If the file can't be read for a reason that may pass, such as a lost network share.
    """
    packets = container.demux(stream)
    attempts = 0
    while attempts < _READ_ATTEMPTS:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except (av.FFmpegError, IndexError) as error:
            if isinstance(error, OSError) and not isinstance(error, _FOR_GOOD):
                raise
            # PyAV raises an IndexError when a stream appeared in mid-file; nothing is lost by that.
            if isinstance(error, av.FFmpegError):
                count_failure()
            # The file stands behind the damage now: reading goes on from there.
            packets = container.demux(stream)
            attempts += 1
            continue
        attempts = 0
        try:
            frames = packet.decode()
        except av.FFmpegError:
            count_failure()
            continue
        yield from frames


def quarter_turns(frame: VideoFrame) -> int:
    """Return how many quarter turns anticlockwise bring the picture upright."""
    return round(frame.rotation / 90) % 4


def square_size_px(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Return the width and height of the unturned picture once its pixels are square.

    Analogue-style cameras store for example 704 x 576 px for a picture of 4:3; measured
    on oblong pixels, every angle would be wrong.
    """
    aspect = float(stream.sample_aspect_ratio or 1)
    aspect = aspect if 0.25 <= aspect <= 4.0 else 1.0
    return round(frame.width * aspect), frame.height


def upright_bgr(frame: VideoFrame, size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the picture as BGR, scaled to the unturned ``(width, height)`` and turned upright."""
    width_px, height_px = size_px
    image = frame.to_ndarray(format="bgr24", width=width_px, height=height_px)
    return np.ascontiguousarray(np.rot90(image, quarter_turns(frame)), dtype=np.uint8)
