"""Keep ultralytics quiet and offline: no telemetry, no installs at run time, no unsafe pickles."""

from __future__ import annotations

import os
from pathlib import Path


def quiet_ultralytics() -> None:
    """Set what ultralytics reads when it is first imported; settings of the user's own are kept."""
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "hingewise"
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in {
        "YOLO_OFFLINE": "true",
        "YOLO_AUTOINSTALL": "false",
        "YOLO_VERBOSE": "false",
        "YOLO_CONFIG_DIR": str(folder),
    }.items():
        os.environ.setdefault(name, value)
    # Weights are pickles: this one is not the user's to switch off.
    os.environ["ULTRALYTICS_SAFE_LOAD"] = "1"
