"""The shifts of a day against their own weeks, as a table to take away."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from dashboard.summaries.morning import AgainstOwn
from dashboard.summaries.trends_words import percent_words, rate_words
from dashboard.wording import Words
from detectors.shift_table import Level, Shown
from pipelines.exposure.compare import Verdict


def as_table(found: list[AgainstOwn]) -> pd.DataFrame:
    """Return one row per shift and zone: the day, the four weeks, the last seven days and the verdict.

    Shares are 0 to 1, rates per observed person-hour, changes of the share are differences; null where
    nothing is known or told.
    """
    return pd.DataFrame([_line(one) for one in found])


def figures_of_day(metrics: pd.DataFrame, day: str, zone: str | None, camera: str | None) -> pd.DataFrame:
    """Return the stored figures of each shift of a day for the site, for a zone or for a camera."""
    level = Level.CAMERA if camera else Level.ZONE if zone else Level.SITE
    rows = metrics[(metrics["shift_date"] == day) & (metrics["level"] == level)]
    if zone is not None:
        rows = rows[rows["zone"] == zone]
    if camera is not None:
        rows = rows[rows["camera_id"] == camera]
    return rows.sort_values(["start_utc", "zone"], ignore_index=True)


def shown_table(table: pd.DataFrame, verdicts: Mapping[Verdict, str], say: Words) -> pd.DataFrame:
    """Return the table of `as_table` in words, each figure with its interval and what it stands on."""
    shown: dict[str, object] = {say("Shift"): table["shift"], say("Zone"): table["zone"]}
    for name, of, n in (
        (say("Share of spine bends"), "", "judged"),
        (say("Last 7 days"), "week_", "week_judged"),
        (say("Four weeks before"), "before_", "before_judged"),
    ):
        shown[name] = [
            percent_words(say, *row)
            for row in table[_limits(f"{of}spine_bend_share")].itertuples(index=False)
        ]
        shown[f"{name}: n"] = table[n]
    for name, of in ((say("Lifts per person-hour"), ""), (say("in the four weeks before"), "before_")):
        shown[name] = [
            rate_words(say, *row) for row in table[_limits(f"{of}lifts_per_person_h")].itertuples(index=False)
        ]
    shown[say("Verdict")] = table["verdict"].map({str(one): word for one, word in verdicts.items()})
    shown[say("Judged lifts needed")] = table["judged_needed"]
    return pd.DataFrame(shown)


def _limits(name: str) -> list[str]:
    return [name, f"{name}_low", f"{name}_high"]


def _line(one: AgainstOwn) -> dict[str, object]:
    row, before, week, change = one.row, one.before, one.week, one.comparison
    stored = [
        "lifts", "lifts_per_person_h", "lifts_per_person_h_low", "lifts_per_person_h_high",
        "observed_person_h", "spine_bend_share", "spine_bend_share_low", "spine_bend_share_high",
    ]  # fmt: skip
    return {
        "shift": row["shift"],
        "zone": row["zone"],
        "camera_id": row["camera_id"],
        "status": row["status"],
        **{name: row[name] for name in stored},
        "judged": one.judged if row["status"] == Shown.SHOWN else math.nan,
        "day_against_chart": str(one.standing),
        **{
            f"{name}_{key}": float(value)
            for name, span in (("before", before), ("week", week))
            for key, value in (
                ("spine_bend_share", span.share.value),
                ("spine_bend_share_low", span.share.low),
                ("spine_bend_share_high", span.share.high),
                ("judged", span.judged),
                ("lifts_per_person_h", span.rate.value),
                ("lifts_per_person_h_low", span.rate.low),
                ("lifts_per_person_h_high", span.rate.high),
            )
        },
        "compared": str(one.held),
        "verdict": str(change.verdict) if change else None,
        "change": change.value if change else math.nan,
        "change_low": change.low if change else math.nan,
        "change_high": change.high if change else math.nan,
        "adjusted_p": change.adjusted_p if change else math.nan,
        "judged_needed": one.needed if one.needed is not None else math.nan,
    }
