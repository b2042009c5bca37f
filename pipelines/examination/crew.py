"""Check that the policy states how many people work in each zone: what is not stated hides figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelines.examination.findings import Finding, ok, remark
from pipelines.judging.figure_policy import Figures
from pipelines.judging.policy import NamedPolicy
from pipelines.sites.site import Site


def crews(site: Site, policy: NamedPolicy) -> Iterator[Finding]:
    """Name the zones whose workers are not stated, and say where to state them."""
    missing = unstated((camera.zone for camera in site.cameras), policy.figures)
    if not missing:
        yield ok("the workers of every zone are stated, or no group counts as small")
        return
    group = policy.figures.least_group_size
    todo = f"add to {site.policy_file or 'a policy file'}: [figures.workers_per_shift] {entry(missing[0])}"
    if site.policy_file is None:
        todo += ", and so on; `hingewise policy show > policy.toml` writes one, [policy] file names it"
    yield remark(
        f"workers of {', '.join(missing)} not stated: the figures there are suppressed unless {group} people "
        "are in view at once",
        todo,
    )


def unstated(zones: Iterable[str], figures: Figures) -> list[str]:
    """Return the zones, sorted, whose workers the policy does not state, though a group may be small."""
    if figures.least_group_size == 1:
        return []
    return sorted({*zones} - {*figures.workers_per_shift})


def entry(zone: str) -> str:
    """Return a line of TOML that states the workers of a zone."""
    plain = zone.isascii() and zone.replace("-", "").replace("_", "").isalnum()
    return f"{zone} = 6" if plain else f'"{zone}" = 6'
