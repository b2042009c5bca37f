"""EDGE: which devices torch can compute on here."""

from __future__ import annotations


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
