"""Which engine runs the pose model of a site on this machine, and why not the optimised one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from detectors.optimised import StaleError, kept_record
from pipelines.sites.models import EngineName, PoseEngine
from pipelines.sites.site import Site


@dataclass(frozen=True)
class Engine:
    """What runs the pose model, empty for PyTorch, and one sentence on why an optimised one does not."""

    name: str = ""
    note: str | None = None


def engine_of(site: Site, weights: Path) -> Engine:
    """Return what runs the pose model: the optimised model where there is one that may be used, else PyTorch.

    PyTorch too where the site file says so, on a graphics card, and on a cluster, whose workers may be other
    machines than the one that the model was made for.
    """
    pose = site.pose
    if pose.engine is PoseEngine.TORCH or pose.device != "cpu":
        return Engine()
    try:
        record = kept_record(weights, pose.image_size)
    except StaleError as error:
        return Engine(note=f"{error}; PyTorch runs the pose model")
    if record is not None and site.nightly.engine is not EngineName.PROCESSES:
        where = f"on {site.nightly.engine}, whose workers may be other machines"
        return Engine(note=f"{where}, PyTorch runs the pose model")
    return Engine(record.name if record else "")
