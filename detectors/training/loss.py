"""EDGE: the pose losses of ultralytics, which learn nothing of points that nobody marked.

To be imported after `detectors.offline.quiet_ultralytics`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import torch
from torch.nn import functional
from ultralytics.nn.modules.head import Pose26
from ultralytics.utils.loss import E2ELoss, PoseLoss26, v8PoseLoss

from detectors.keypoints import COCO17
from detectors.training.folder import REAL_PREFIX

BACK: Final = slice(len(COCO17), None)


class _MarkedPoints:
    """Leaves the points of the back out of the loss where a picture is real.

    Stock losses take visibility 0 for "not to be seen here" and teach the model to say so. That is right for
    a rendered back that is turned away, and wrong for a real one that only was not marked.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - handed through to the vendor
        super().__init__(*args, **kwargs)
        self.bce_pose = self._confidence_loss

    def _batch_keypoints(self, batch: dict[str, Any], *rest: Any) -> torch.Tensor:  # noqa: ANN401
        real = [Path(name).name.startswith(REAL_PREFIX) for name in batch["im_file"]]
        self._real = torch.tensor(real, device=self.device)  # type: ignore[attr-defined]
        return super()._batch_keypoints(batch, *rest)  # type: ignore[misc]

    def calculate_keypoints_loss(self, masks: torch.Tensor, *rest: torch.Tensor) -> Any:  # noqa: ANN401
        """Return what the stock loss returns; ``masks``, (n_pictures, n_cells): which cells see someone."""
        self._in_real = self._real[masks.nonzero(as_tuple=True)[0]]
        return super().calculate_keypoints_loss(masks, *rest)  # type: ignore[misc]

    def _confidence_loss(self, logits: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        marked = torch.ones_like(seen)
        marked[self._in_real, BACK] = 0.0
        loss = functional.binary_cross_entropy_with_logits(logits, seen, weight=marked, reduction="sum")
        return loss / marked.sum()


class _Loss(_MarkedPoints, v8PoseLoss):  # type: ignore[misc]
    """The loss of YOLOv8 and YOLO11."""


class _Loss26(_MarkedPoints, PoseLoss26):  # type: ignore[misc]
    """The loss of YOLO26."""


def criterion(model: Any) -> Any:  # noqa: ANN401 - the vendor's models have no types
    """Return the loss of a pose model, for both of its heads where it has two."""
    head = model.model[-1]
    kind = _Loss26 if isinstance(head, Pose26) else _Loss
    return E2ELoss(model, kind) if getattr(head, "one2one_cv2", None) is not None else kind(model)
