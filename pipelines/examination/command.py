"""The command doctor: examine everything, or make the pose model over for this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

SITE: Final = Path("site.toml")


def doctor(*, site: Path = SITE, optimise: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Check machine, weights, cameras, footage and store, and say what to fix.

    Parameters
    ----------
    site
        The site file.
    optimise
        Make the pose model over for this machine instead, and keep the fastest way to run it for the nights.
    """
    if optimise:
        from pipelines.optimising.command import optimise as make_over

        return make_over(site)
    from pipelines.examination.doctor import examine

    return examine(site)
