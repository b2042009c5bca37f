"""EDGE: what `YOLO.predict` does before and after the network, for networks that do not run in torch."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors.offline import quiet_ultralytics
from detectors.pose import LEAST_CONFIDENCE, People
from detectors.vision_ops import ensure_torchvision

Picture = NDArray[np.uint8]

STRIDE: Final = 32
"""Sides of what the network sees are multiples of this; each aspect of a camera gives another shape."""

SAME_BOX_IOU: Final = 0.7
MOST_PEOPLE: Final = 300
"""As `YOLO.predict` has them by default."""


class Fitting:
    """Fit pictures to a network, and its answers to the pictures, as ``YOLO.predict`` does.

    Parameters
    ----------
    image_size
        Longer side of what the network sees, px.
    end_to_end
        Whether its answers are people, (1, n, 6 + 3 k); else they are of all cells, (1, 5 + 3 k, n).
    """

    def __init__(self, image_size: int, end_to_end: bool) -> None:
        quiet_ultralytics()
        ensure_torchvision()
        from ultralytics.data.augment import LetterBox

        self._box: Any = LetterBox((image_size, image_size), auto=True, stride=STRIDE)
        self._end_to_end = end_to_end

    def fitted(self, image: Picture) -> Picture:
        """Return a BGR picture as the network sees it: smaller, with grey at two sides."""
        return np.asarray(self._box(image=image), dtype=np.uint8)

    def people(self, answers: NDArray[np.float32], seen: Picture, image: Picture) -> People:
        """Return the people with all keypoints of the network, some of them perhaps twice.

        Parameters
        ----------
        answers
            Of the network.
        seen
            What it saw.
        image
            What that was made from.
        """
        import torch
        from ultralytics.utils.nms import non_max_suppression
        from ultralytics.utils.ops import scale_boxes, scale_coords

        raw = torch.from_numpy(np.array(answers))
        (rows,) = non_max_suppression(
            raw, LEAST_CONFIDENCE, SAME_BOX_IOU, max_det=MOST_PEOPLE, nc=1, end2end=self._end_to_end
        )
        found = rows.numpy().astype(float)
        boxes = scale_boxes(seen.shape[:2], found[:, :4], image.shape[:2])
        points = found[:, 6:].reshape(len(found), (found.shape[1] - 6) // 3, 3)
        return People(boxes, found[:, 4], scale_coords(seen.shape[:2], points, image.shape[:2]))
