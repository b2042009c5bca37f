"""EDGE: grow a stock YOLO pose model from the 17 keypoints of COCO to 22, five of them on the back."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any, Final

from detectors.keypoints import BACK22, COCO17, side_pair
from detectors.model_files import WEIGHTS_VARIABLE, WeightsError, find_weights
from detectors.offline import quiet_ultralytics

ALONG_TRUNK: Final = (0.03, 0.20, 0.38, 0.62, 1.0)
"""Where the points of the back begin: shares of the way from mid-hip to mid-shoulder."""

_LAST_LAYER: Final = re.compile(r"(one2one_)?cv4(\.\d+\.2|_kpts\.\d+|_sigma\.\d+)\.(weight|bias)$")
"""The layers whose rows are the keypoints' own numbers; those of the NMS-free head bear a prefix."""

Model = Any
Tensor = Any


def grown(weights: Path) -> Model:
    """Return a model of 22 keypoints that gives what the stock model gives for its 17, and the same boxes.

    Parameters
    ----------
    weights
        Stock YOLO26, YOLO11 or YOLOv8 pose checkpoint, or the result of an earlier training, which has its
        22 keypoints already and is taken as it is.

    Notes
    -----
    The hidden width of the keypoint branches follows the number of keypoints, so each of their layers has
    another shape: the stock weights go into the first block, the stock channels get nothing from the new
    ones, and a new keypoint starts on the line from hips to shoulders, with the confidence between theirs.
    Stock YOLO26 has two heads, one with and one without need of NMS; both grow.

    Raises
    ------
    WeightsError
        If the file is no pose model with these keypoints.
    """
    import torch

    stock, _ = _read(weights)
    if _keypoints(stock) == [len(BACK22), 3]:
        return stock.float().eval()
    from ultralytics.nn.tasks import PoseModel

    described = copy.deepcopy(stock.yaml)
    described["kpt_shape"] = [len(BACK22), 3]
    model = PoseModel(described, ch=described.get("channels", 3), nc=len(stock.names), verbose=False)
    old = stock.state_dict()
    with torch.no_grad():
        for name, values in model.state_dict().items():
            values.copy_(_filled(name, values, old[name]))
    model.names, model.args, model.task = stock.names, {"task": "pose"}, "pose"
    return model.eval()


def base_weights(name: str, folder: Path) -> Path:
    """Return where the stock weights of a recipe lie: see `detectors.model_files.find_weights`.

    Raises
    ------
    WeightsError
        If they are not on this machine; training fetches nothing.
    """
    found = find_weights(name, folder)
    if found is None:
        raise WeightsError(
            f"{name} is not on this machine; put it into {folder} or name it in {WEIGHTS_VARIABLE}"
        )
    return found


def stamp_of(weights: Path) -> dict[str, Any]:
    """Return under ``earlier`` what an earlier training stamped into its result; empty for stock weights.

    Raises
    ------
    WeightsError
        If the file is no pose model with these keypoints.
    """
    _, held = _read(weights)
    return {"earlier": held["hingewise"]} if "hingewise" in held else {}


def averaged(trained: Model, start: Model, start_share: float) -> Model:
    """Return the trained model with each weight moved towards where it started, in place.

    Notes
    -----
    Training on rendered people takes something away from what a model knows of real ones. Half-way between
    both, most of the new is there and most of the old is kept [1]_.

    References
    ----------
    .. [1] Wortsman et al. (2022), Robust fine-tuning of zero-shot models, CVPR.
    """
    import torch

    before = start.state_dict()
    with torch.no_grad():
        for name, values in trained.state_dict().items():
            if values.dtype.is_floating_point:
                values.lerp_(before[name].to(values.dtype), start_share)
    return trained


def save(model: Model, path: Path) -> None:
    """Write a model as a checkpoint that loads with ``ULTRALYTICS_SAFE_LOAD``."""
    import torch

    torch.save({"model": model, "train_args": {"task": "pose"}}, path)


def _read(weights: Path) -> tuple[Model, dict[str, Any]]:
    """Return a pose model of 17 or 22 keypoints and what else its file holds."""
    quiet_ultralytics()
    from ultralytics.nn.tasks import load_checkpoint

    try:
        model, held = load_checkpoint(weights)
    except (OSError, RuntimeError, TypeError, KeyError, AttributeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise WeightsError(f"{weights.name} can't be grown ({reason}); expected a YOLO pose model") from error
    shape = _keypoints(model)
    if shape not in ([len(COCO17), 3], [len(BACK22), 3]):
        raise WeightsError(
            f"{weights.name} has keypoints {shape}, expected the [17, 3] of COCO, or [22, 3] with the back"
        )
    return model, held


def _keypoints(model: Model) -> list[int]:
    return list(getattr(model.model[-1], "kpt_shape", []))


def _filled(name: str, new: Tensor, old: Tensor) -> Tensor:
    """Return the values of a tensor of the grown model."""
    if new.shape == old.shape:
        return old
    values, rows = new.clone(), old.shape[0]
    block = tuple(slice(size) for size in old.shape)
    if _LAST_LAYER.search(name):
        values[rows:] = 0.0
        values[(slice(rows, None), *block[1:])] = _between_hips_and_shoulders(old)
    values[:rows] = 0.0  # what the stock channels see of the new ones
    values[block] = old
    return values


def _between_hips_and_shoulders(old: Tensor) -> Tensor:
    """Return rows for the points of the back, mixed of those of hips and shoulders."""
    import torch

    points = old.reshape(len(COCO17), -1, *old.shape[1:])
    hips, shoulders = (points[list(side_pair(joint))].mean(dim=0) for joint in ("hip", "shoulder"))
    mixed = torch.stack([(1.0 - share) * hips + share * shoulders for share in ALONG_TRUNK])
    return mixed.reshape(-1, *old.shape[1:])
