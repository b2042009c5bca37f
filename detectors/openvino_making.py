"""EDGE: make a pose model over for OpenVINO in memory: converted, with fewer digits, saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors.model_files import WeightsError
from detectors.openvino_network import without_telemetry
from detectors.optimised import MODEL
from detectors.yolo_files import opened_pose

Picture = NDArray[np.uint8]

EXAMPLE_PX: Final = (384, 640)
"""Height and width of the picture that a network is followed through; it takes others afterwards."""


@dataclass(frozen=True)
class Converted:
    """A network of OpenVINO that takes (1, 3, height, width), 0 to 1; ``end_to_end``: see `Fitting`."""

    model: Any
    end_to_end: bool


def converted(weights: Path, image_size: int) -> Converted:
    """Return the network of a checkpoint as it is used in torch, with every digit.

    Raises
    ------
    WeightsError
        If the file is no pose model, or can't be converted.
    """
    without_telemetry()
    with opened_pose(weights, "cpu", "pose weights") as yolo:
        import openvino
        import torch

        # The first prediction chooses the head and joins layers, as it does where people are looked for.
        empty = np.zeros((64, 64, 3), dtype=np.uint8)
        yolo.predict(empty, imgsz=image_size, device="cpu", nms=False, verbose=False)
        used = yolo.predictor.model
        network = used.model
        head = network.model[-1]
        head.export, head.dynamic, head.format = True, True, "torchscript"
        example = torch.zeros(1, 3, *EXAMPLE_PX)
        with torch.no_grad():
            network(example)
            traced = torch.jit.trace(network, example, check_trace=False, strict=False)
        model = openvino.convert_model(traced, input=[openvino.PartialShape([1, 3, -1, -1])])
    return Converted(model, bool(used.end2end))


def taking_pictures(model: Any) -> Any:  # noqa: ANN401 - the vendor's model has no types
    """Return a network that takes BGR pictures as they are, (1, height, width, 3)."""
    from openvino import Layout, Type
    from openvino.preprocess import ColorFormat, PrePostProcessor

    steps = PrePostProcessor(model.clone())
    given = steps.input().tensor()
    given.set_element_type(Type.u8).set_layout(Layout("NHWC")).set_shape([1, -1, -1, 3])
    given.set_color_format(ColorFormat.BGR)
    steps.input().model().set_layout(Layout("NCHW"))
    steps.input().preprocess().convert_element_type(Type.f32).convert_color(ColorFormat.RGB).scale(255.0)
    return steps.build()


def quantised(model: Any, pictures: Sequence[Picture]) -> Any:  # noqa: ANN401
    """Return a network whose convolutions count in whole numbers up to 255, scaled to what pictures show.

    Parameters
    ----------
    model
        As `converted` returns it.
    pictures
        BGR, as the network sees them.

    Raises
    ------
    WeightsError
        If NNCF, which does this, is not installed.
    """
    without_telemetry()
    try:
        import nncf
    except ImportError as error:
        raise WeightsError(f"{error.name} is not installed: pip install 'hingewise[int8]'") from error
    nncf.set_log_level("ERROR")
    shown = nncf.Dataset(pictures, _as_seen)
    preset = nncf.QuantizationPreset.MIXED
    return nncf.quantize(model.clone(), shown, preset=preset, subset_size=len(pictures))


def save(model: Any, folder: Path) -> None:  # noqa: ANN401
    """Write a network with all its digits."""
    import openvino

    openvino.save_model(model, folder / MODEL, compress_to_fp16=False)


def _as_seen(picture: Picture) -> NDArray[np.float32]:
    return np.ascontiguousarray(picture[None, :, :, ::-1].transpose(0, 3, 1, 2), dtype=np.float32) / 255.0
