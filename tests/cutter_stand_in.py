"""Stands in for the process that cuts clips: the id of a lift says what becomes of it."""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from pipelines.clips.line_answers import answer_lines

FOLDER = Path(sys.argv[-1]).parent


def cut(asked):
    # As a library would, from Python and from native code.
    sys.stdout.write("hello\n")
    sys.stdout.flush()
    os.write(1, b"{}\n")
    (FOLDER / "asked.txt").open("a").write(f"{asked['day']} {asked['lift_id']} {asked['look']['overlay']}\n")
    Path(tempfile.mkdtemp(), "clip.mp4").write_bytes(b"heads not covered yet")
    match asked["lift_id"]:
        case "head":
            return {"sentence": "a head shows in picture 3 of 15", "fault": "head_shows", "picture": 3}
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "raise":
            raise RuntimeError("no memory for the model")
        case "hang":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(60)
    return {}


if __name__ == "__main__":
    with (FOLDER / "starts.txt").open("a") as starts:
        starts.write(f"{os.getpid()} {tempfile.gettempdir()}\n")
    answer_lines(cut)
