"""The models that cut clips where no site file names any: those of the package, as nights here run them."""

from __future__ import annotations

from pathlib import Path

from detectors.model_files import EMBEDDED, resolve_weights
from detectors.optimised import kept_record
from detectors.optimised_pose import optimised_pose
from detectors.pose import YoloPose
from pipelines.clips.cutting import Lookers
from pipelines.clips.making import SMALLEST_LOOK_PX
from pipelines.clips.models import IMAGE_SIZE


def own_lookers(device: str) -> Lookers:
    """Return what `making.lookers` would: the optimised model of this machine looks where there is one.

    Raises
    ------
    WeightsError
        If the weights are missing from the installation, or the optimised model can't be used.
    """
    own = resolve_weights(EMBEDDED, Path.cwd())
    record = kept_record(own, IMAGE_SIZE) if device == "cpu" else None
    look = optimised_pose(own, IMAGE_SIZE, record.name) if record else YoloPose(own, IMAGE_SIZE, device)
    return Lookers(look, YoloPose(own, SMALLEST_LOOK_PX, device))
