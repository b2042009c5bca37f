"""EDGE: run a network by OpenVINO on the processor; nothing is sent and nothing is fetched."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

TELEMETRY: Final = "openvino_telemetry"
"""Package that tells Intel who converts which model; OpenVINO and NNCF do without it where it is missing."""

SHAPES_KEPT: Final = 4
"""A network made ready for one shape of picture is a tenth faster than one for all; sites have few shapes."""

Answers = NDArray[np.float32]


class Precision(StrEnum):
    """How numbers are held: in full, in half the digits at the same range, or as whole numbers up to 255."""

    F32 = "f32"
    BF16 = "bf16"
    INT8 = "int8"


def without_telemetry() -> None:
    """Keep OpenVINO and NNCF, which are imported afterwards, from finding their telemetry."""
    # None in sys.modules makes an import fail as if the package were not installed.
    sys.modules[TELEMETRY] = None  # type: ignore[assignment]


def engine_version() -> str | None:
    """Return the version of OpenVINO; None where it is not installed."""
    try:
        return version("openvino")
    except PackageNotFoundError:
        return None


def runs_well(precision: Precision) -> bool:
    """Return whether this processor computes in a precision, rather than imitating it."""
    without_telemetry()
    import openvino

    able = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return {Precision.F32: "FP32", Precision.BF16: "BF16", Precision.INT8: "INT8"}[precision] in able


class Network:
    """A network that takes BGR pictures of one shape at a time, (n, height, width, 3), as they are.

    It computes on as many threads as OMP_NUM_THREADS says, as torch does; on one where it says nothing.

    Parameters
    ----------
    model
        The ``.xml`` of OpenVINO, or a model of OpenVINO in memory.
    precision
        An int8 model has its precision in it: what is not int8 there is computed as f32.
    """

    def __init__(self, model: Any, precision: Precision) -> None:  # noqa: ANN401 - the vendor's model has no types
        without_telemetry()
        import openvino

        self._core = openvino.Core()
        self._model = self._core.read_model(model) if isinstance(model, Path) else model
        hint = Precision.BF16 if precision is Precision.BF16 else Precision.F32
        self._options = {
            "INFERENCE_NUM_THREADS": max(1, int(os.environ.get("OMP_NUM_THREADS") or 1)),
            "INFERENCE_PRECISION_HINT": str(hint),
            "PERFORMANCE_HINT": "LATENCY",
            # Workers that are each pinned to the first core would wait for each other.
            "ENABLE_CPU_PINNING": False,
        }
        self._ready: Callable[[tuple[int, ...]], Any] = lru_cache(SHAPES_KEPT)(self._made_ready)

    def __call__(self, pictures: NDArray[np.uint8]) -> Answers:
        """Return the answers of the network, valid until it is called again."""
        return np.asarray(self._ready(pictures.shape).infer([pictures], share_outputs=True)[0])

    def _made_ready(self, shape: tuple[int, ...]) -> Any:  # noqa: ANN401
        model = self._model.clone()
        model.reshape(list(shape))
        return self._core.compile_model(model, "CPU", self._options).create_infer_request()
