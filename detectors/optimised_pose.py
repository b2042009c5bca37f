"""Find people in whole pictures by the optimised model of this machine, in the place of `YoloPose`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.keypoints import COCO17
from detectors.openvino_network import Network
from detectors.optimised import MODEL, StaleError, kept_record, optimised_folder, optimised_version
from detectors.pose import People, without_doubles
from detectors.raw_pose import Fitting


class NetworkPose:
    """Whoever a network finds that takes pictures as OpenVINO is given them.

    Parameters
    ----------
    network
        From fitted BGR pictures to its answers.
    fitting
        What lies before and after it.
    version
        What the rows say of it.
    """

    def __init__(self, network: Network, fitting: Fitting, version: str) -> None:
        self.version = version
        self._network, self._fitting = network, fitting

    def people(self, image: NDArray[np.uint8]) -> People:
        """Return the people in a BGR picture, one per person, with the keypoints of COCO."""
        seen = self._fitting.fitted(image)
        found = self._fitting.people(self._network(seen[None]), seen, image)
        return without_doubles(replace(found, keypoints=found.keypoints[:, : len(COCO17)]))


def optimised_pose(weights: Path, image_size: int, engine: str) -> NetworkPose:
    """Return the optimised model of these weights, its files checked before they are opened.

    Parameters
    ----------
    engine
        Its name as the plan of the night has it: the rows will say that it measured them.

    Raises
    ------
    StaleError
        If there is none, it can't be used here, or it is another by now.
    """
    record = kept_record(weights, image_size)
    if record is None or record.name != engine:
        found = record.name if record else "none"
        raise StaleError(f"{weights.name}: the optimised model here is {found}, expected {engine}")
    network = Network(optimised_folder(weights) / MODEL, record.precision)
    return NetworkPose(network, Fitting(image_size, record.end_to_end), optimised_version(weights, record))
