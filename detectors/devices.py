"""EDGE: which devices torch can compute on here, and on how many threads."""

from __future__ import annotations

import os
from typing import Final

THREADS: Final = "HINGEWISE_THREADS"
"""Set in a worker that shares the cores with others: the threads that it computes on."""


def keep_to_share() -> None:
    """Let torch compute on the share of a worker; loading a model, ultralytics takes up to eight threads."""
    if told := os.environ.get(THREADS):
        import torch

        torch.set_num_threads(int(told))


def device_problem(device: str) -> str | None:
    """Return one sentence on why a device can't be used, None if it can.

    Parameters
    ----------
    device
        As torch names it: ``cpu``, ``mps``, ``cuda``, ``cuda:1`` or the number of a GPU.
    """
    import torch

    if device == "cpu":
        return None
    if device == "mps":
        return None if torch.backends.mps.is_available() else "device 'mps' is not there, expected 'cpu'"
    number = device.removeprefix("cuda").removeprefix(":") or "0"
    if not number.isdigit():
        return f"device {device!r} is unknown, expected 'cpu', 'mps' or one such as 'cuda:0'"
    if int(number) < torch.cuda.device_count():
        return None
    return f"device {device!r} is not there: torch sees {torch.cuda.device_count()} GPUs; expected 'cpu'"
