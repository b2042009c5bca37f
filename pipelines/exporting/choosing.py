"""Which lifts a package is to hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pandas as pd

from detectors.tables import JUDGEMENTS, LIFTS
from detectors.vocabulary import LiftKind, Technique
from pipelines.demo.rows import VERSION
from pipelines.sites.near_names import did_you_mean
from pipelines.sites.shifts import assign
from pipelines.sites.site import Site, SiteError
from pipelines.storage.store import Store, judged

DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """Which lifts are wanted; None and () do not limit.

    Attributes
    ----------
    first, last
        Site dates on which their shift began, or they did where no shift covers them; both included.
    shift, zone, camera
        Names as in the site file.
    technique
        The verdict. Without one, and without ``lifts``, it is the flagged ones: spine bends.
    lifts
        Ids of single lifts.
    limit
        At most so many, those that are surest to be spine bends first.
    """

    first: date
    last: date
    shift: str | None = None
    zone: str | None = None
    camera: str | None = None
    technique: Technique | None = None
    lifts: tuple[str, ...] = ()
    limit: int | None = None


def wanted_lifts(site: Site, store: Store, policy_id: str, wanted: Wanted) -> pd.DataFrame:
    """Return the wanted lifts by their start, with ``date``, judgement, ``shift`` and ``shift_date``.

    Raises
    ------
    SiteError
        If a name is none of the site's, or a lift is not among those of the dates.
    """
    check_names(site, wanted)
    rows = chosen(lifts_of(site, store, policy_id, (wanted.first, wanted.last)), wanted)
    if missing := sorted(set(wanted.lifts) - set(rows["lift_id"])):
        raise SiteError(f"no lift {missing[0]!r} from {wanted.first} to {wanted.last} fits what is asked for")
    return rows


def lifts_of(site: Site, store: Store, policy_id: str, dates: tuple[date, date]) -> pd.DataFrame:
    """Return all recorded lifts of some dates, as `wanted_lifts` does; those that were made up are left out.

    Lifts without a verdict under the policy are null in the columns of the judgement.
    """
    first, last = dates
    # A shift may lie in recordings that are filed under the date before or after.
    rows = store.read(LIFTS, site.name, first - DAY, last + DAY).drop(columns="site")
    rows = rows[rows["code_version"] != VERSION].reset_index(drop=True)
    verdicts = store.read(JUDGEMENTS, site.name, first - DAY, last + DAY)
    verdicts = verdicts[verdicts["lift_id"].isin(rows["lift_id"])]
    rows = judged(rows, verdicts, policy_id).drop(columns="policy_id")
    rows[["shift", "shift_date"]] = assign(rows["start_utc"], site)
    local = rows["start_utc"].dt.tz_convert(site.tz).dt.strftime("%Y-%m-%d").astype("str")
    began = rows["shift_date"].fillna(local)
    inside = (began >= first.isoformat()) & (began <= last.isoformat())
    return rows[inside].sort_values(["start_utc", "lift_id"], ignore_index=True)


def chosen(rows: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """Return the rows that fit, in their order; the dates are not looked at."""
    technique = wanted.technique or (None if wanted.lifts else Technique.SPINE_BEND)
    fits = pd.Series(True, index=rows.index)
    asked = {
        "shift": wanted.shift,
        "zone": wanted.zone,
        "camera_id": wanted.camera,
        "technique": technique,
    }
    for name, value in asked.items():
        if value is not None:
            fits &= rows[name] == value
    if wanted.lifts:
        fits &= rows["lift_id"].isin(wanted.lifts)
    else:
        # A bend without a load may look like a spine bend, but is no lift to talk about.
        fits &= rows["kind"] != LiftKind.BEND
    rows = rows[fits]
    if wanted.limit is None:
        return rows.reset_index(drop=True)
    surest = rows.sort_values("p_spine_bend", ascending=False, kind="stable").index[: wanted.limit]
    return rows[rows.index.isin(surest)].reset_index(drop=True)


def latest_date(site: Site, store: Store) -> date:
    """Return the latest date with lifts.

    Raises
    ------
    SiteError
        If the store has none.
    """
    parts = store.parts(LIFTS, site.name)
    if not parts:
        raise SiteError(f"{site.path}: the store has no lifts yet; run `hingewise nightly`")
    return max(part.date for part in parts)


def dates_of(site: Site, store: Store, lifts: tuple[str, ...]) -> tuple[date, date]:
    """Return the first and the last date under which some lifts are filed.

    Raises
    ------
    SiteError
        If the store has no such lift.
    """
    filed = store.read(LIFTS, site.name, columns=["lift_id"])
    days = filed.loc[filed["lift_id"].isin(lifts), "date"]
    if missing := sorted(set(lifts) - set(filed["lift_id"])):
        raise SiteError(f"{site.path}: the store has no lift {missing[0]!r}")
    return date.fromisoformat(days.min()) - DAY, date.fromisoformat(days.max()) + DAY


def check_names(site: Site, wanted: Wanted) -> None:
    """Refuse a shift, zone or camera that the site does not have.

    Raises
    ------
    SiteError
        One line per name.
    """
    known: dict[str, tuple[str | None, Iterable[str]]] = {
        "shift": (wanted.shift, [one.name for one in site.shifts]),
        "zone": (wanted.zone, [one.zone for one in site.cameras]),
        "camera": (wanted.camera, [one.id for one in site.cameras]),
    }
    faults = []
    for what, (name, names) in known.items():
        if name is not None and name not in names:
            expected = ", ".join(map(repr, dict.fromkeys(names)))
            hint = did_you_mean(name, names) or f", expected one of {expected}"
            faults.append(f"{site.path}: no {what} {name!r}{hint}")
    if faults:
        raise SiteError("\n".join(faults))
