"""EDGE: the pose losses of ultralytics, which learn nothing of points that nobody marked.

To be imported after `detectors.offline.quiet_ultralytics`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import torch
from torch import nn
from torch.nn import functional
from ultralytics.nn.modules.head import Pose26
from ultralytics.utils.loss import E2ELoss, PoseLoss26, v8PoseLoss

from detectors.keypoints import COCO17
from detectors.training.folder import REAL_PREFIX

BACK: Final = slice(len(COCO17), None)

CLOSE_PX: Final = 22.0
"""How far from a point the cells learn it: as far off as the first guess may be."""


class BackLoss(nn.Module):  # type: ignore[misc]
    """How far keypoints are off: OKS for all, and for the back its distances and its curve as well.

    OKS forgives what is far off, where its gradient vanishes, and looks at each point by itself: points that
    all lie a little inside the body cost it little, and make a straight back of a bent one.

    Parameters
    ----------
    oks
        The vendor's loss.
    curve_weight
        Weight of the back's own part; the errors are shares of the person's size.
    """

    def __init__(self, oks: nn.Module, curve_weight: float) -> None:
        super().__init__()
        self.sigmas = oks.sigmas
        self._oks, self._weight = oks, curve_weight

    def forward(
        self, found: torch.Tensor, true: torch.Tensor, marked: torch.Tensor, area: torch.Tensor
    ) -> torch.Tensor:
        """Return the loss of people (n, 22, 3) in the units of ``area``, (n, 1)."""
        loss: torch.Tensor = self._oks(found, true, marked, area)
        complete = marked[:, BACK].all(dim=1)
        if not self._weight or not complete.any():
            return loss
        size = area[complete].sqrt().clamp(min=1e-3)
        mine, theirs = (points[complete, BACK, :2] / size[:, :, None] for points in (found, true))
        distance = torch.linalg.vector_norm(mine - theirs + 1e-6, dim=2).mean()
        curve = (_off_chord(mine) - _off_chord(theirs)).abs().mean()
        return loss + self._weight * complete.float().mean() * (distance + 2.0 * curve)


def _off_chord(back: torch.Tensor) -> torch.Tensor:
    """Return how far the inner points of backs (n, 5, 2) lie off the line between the outer ones, (n, 3)."""
    chord = back[:, -1:] - back[:, :1]
    inner = back[:, 1:-1] - back[:, :1]
    cross = inner[..., 0] * chord[..., 1] - inner[..., 1] * chord[..., 0]
    return cross / torch.linalg.vector_norm(chord, dim=2).clamp(min=1e-3)


class CloseLoss:
    """How far the cells close to a point of the back are off it: for pictures of one person each.

    A cell in the middle of the person guesses points a trunk's length away, from what backs usually look
    like. A cell at the outline sees it. So the cells round each point learn that point, and at work the
    guess is read anew from the cells where it lies (`detectors.back_cells`).

    Parameters
    ----------
    weight
        Of this part beside the others; the errors are shares of the picture.
    """

    def __init__(self, weight: float) -> None:
        self._weight = weight

    def __call__(
        self, found_px: torch.Tensor, cells_px: torch.Tensor, true: torch.Tensor, side_px: float
    ) -> torch.Tensor:
        """Return the loss.

        Parameters
        ----------
        found_px, cells_px
            Back of each finest cell, (n, cells, 5, 2), and the cells' middles, (cells, 2).
        true
            Back of each picture's person, (n, 5, 3): px, px, marked where above 0.
        side_px
            Of the pictures.
        """
        away = torch.linalg.vector_norm(cells_px[None, :, None] - true[:, None, :, :2], dim=3)
        near = ((away < CLOSE_PX) & (true[:, None, :, 2] > 0)).float()
        if not self._weight or not near.any():
            return found_px.sum() * 0.0
        off = torch.linalg.vector_norm(found_px - true[:, None, :, :2] + 1e-6, dim=3) / side_px
        distance = (off * near).sum() / near.sum()
        agreed = (found_px * near[..., None]).sum(dim=1) / near.sum(dim=1).clamp(min=1.0)[..., None]
        complete = near.any(dim=1).all(dim=1)
        if not complete.any():
            return self._weight * distance
        curve = (_off_chord(agreed[complete]) - _off_chord(true[complete, :, :2])).abs().mean() / side_px
        return self._weight * (distance + 2.0 * curve)


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

    def kpts_decode(self, anchor_points: torch.Tensor, pred_kpts: torch.Tensor) -> torch.Tensor:
        """Return what the stock function returns, and note where the cells are."""
        self._cells = anchor_points
        return super().kpts_decode(anchor_points, pred_kpts)  # type: ignore[misc]

    def calculate_keypoints_loss(self, masks: torch.Tensor, *rest: torch.Tensor) -> Any:  # noqa: ANN401
        """Return what the stock loss returns; ``masks``, (n_pictures, n_cells): which cells see someone."""
        self._in_real = self._real[masks.nonzero(as_tuple=True)[0]]
        points, *others = super().calculate_keypoints_loss(masks, *rest)  # type: ignore[misc]
        return (points + self._close_loss(*rest), *others)

    def _close_loss(
        self,
        _: torch.Tensor,
        keypoints: torch.Tensor,
        stride_tensor: torch.Tensor,
        __: torch.Tensor,
        pred_kpts: torch.Tensor,
    ) -> torch.Tensor:
        close: CloseLoss | None = getattr(self, "close", None)
        if close is None:
            return pred_kpts.sum() * 0.0
        stride = stride_tensor.min()
        finest = (stride_tensor == stride).flatten()
        found_px = pred_kpts[:, finest][:, :, BACK, :2] * stride
        cells_px = self._cells[finest] * stride
        return close(found_px, cells_px, keypoints[:, 0, BACK], float(cells_px.max() + stride / 2))

    def _confidence_loss(self, logits: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        marked = torch.ones_like(seen)
        marked[self._in_real, BACK] = 0.0
        loss = functional.binary_cross_entropy_with_logits(logits, seen, weight=marked, reduction="sum")
        return loss / marked.sum()


class _Loss(_MarkedPoints, v8PoseLoss):  # type: ignore[misc]
    """The loss of YOLOv8 and YOLO11."""


class _Loss26(_MarkedPoints, PoseLoss26):  # type: ignore[misc]
    """The loss of YOLO26."""


def criterion(model: Any, curve_weight: float, close_weight: float = 0.0) -> Any:  # noqa: ANN401
    """Return the loss of a pose model of the vendor's, for both of its heads where it has two."""
    head = model.model[-1]
    kind = _Loss26 if isinstance(head, Pose26) else _Loss
    if getattr(head, "one2one_cv2", None) is None:
        return _with_back(kind(model), curve_weight, close_weight)
    both = E2ELoss(model, kind)
    for loss in (both.one2many, both.one2one):
        _with_back(loss, curve_weight, close_weight)
    return both


def _with_back(loss: Any, curve_weight: float, close_weight: float) -> Any:  # noqa: ANN401
    loss.keypoint_loss = BackLoss(loss.keypoint_loss, curve_weight)
    loss.close = CloseLoss(close_weight) if close_weight else None
    return loss
