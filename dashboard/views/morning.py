"""The page Morning: is the data complete, which shift and zone got worse, what to do, what changed."""

from __future__ import annotations

from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import parts, store_reading
from dashboard.charts.baseline import baseline_chart
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.summaries import morning_changes
from dashboard.summaries.morning import COLUMNS, LOOKED_BACK, AgainstOwn, against_own
from dashboard.summaries.morning_changes import Happened, changes
from dashboard.summaries.morning_table import as_table, figures_of_day, shown_table
from dashboard.summaries.morning_words import NOT_JUDGED, WHY_NOT, change_words, day_notes, verdict_lines
from dashboard.views.morning_actions import draw_actions
from detectors.shift_table import Shown
from detectors.tables import FOOTAGE, RUNS, SHIFT_METRICS
from pipelines.changes.interventions import INTERVENTIONS
from pipelines.plans.sampling import left_out
from pipelines.storage.versions import version

READ: Final = sorted({*COLUMNS, *morning_changes.COLUMNS})
READ_OF_DAY: Final = sorted({*COLUMNS, "spine_bend_share_low", "spine_bend_share_high"})


def page(at: Context) -> None:
    """Draw the page."""
    day = at.day or at.today
    parts.page_title(at, at.say("Morning"))
    parts.coverage_of_day(at)
    _sampling(at, day)
    found, happened = _summary(at, day)
    _figures(at, day)
    _own_weeks(at, found)
    st.subheader(at.say("What to do"))
    place = st.container()
    st.subheader(at.say("What changed"))
    lines = [f"- {change_words(one, at.say, parts.plain)}" for one in happened]
    st.markdown("\n".join(lines) or at.say("Nothing in the five weeks that this page looks back on."))
    # The list of origins reads four weeks of lifts: everything else is on the page by then.
    with place:
        draw_actions(at, day)


def _sampling(at: Context, day: date) -> None:
    footage = store_reading.read(at, FOOTAGE, day, day, ["camera_id", "status", "reason"])
    apart = left_out(footage[footage["camera_id"].isin(at.cameras)])
    if apart.any():
        st.info(
            at.say(
                "Declared sampling: the night was too short, so {n} of {total} recordings were left out, "
                "drawn evenly by camera and hour. Rates per person-hour stay unbiased; counts are of what "
                "was read.",
                n=at.say.number(int(apart.sum()), 0),
                total=at.say.number(len(apart), 0),
            ),
            icon=":material/percent:",
        )


def _figures(at: Context, day: date) -> None:
    metrics = store_reading.shift_metrics(at, day, day, READ_OF_DAY)
    rows = figures_of_day(metrics, day.isoformat(), at.filters.zone, at.filters.camera)
    if at.filters.shift is not None:
        rows = rows[rows["shift"] == at.filters.shift]
    if rows.empty:
        return
    st.subheader(at.say("The shifts of the day"))
    for column, (_, row) in zip(st.columns(len(rows)), rows.iterrows(), strict=True):
        with column, st.container(border=True):
            st.markdown(at.say("**Shift {shift}**", shift=parts.plain(row["shift"])))
            _share(at, row)
            _rate(at, row)


def _share(at: Context, row: pd.Series) -> None:
    n = row[["spine_bends", "hip_hinges", "squats"]].sum()
    low, high = row["spine_bend_share_low"], row["spine_bend_share_high"]
    known = row["status"] == Shown.SHOWN and n > 0
    interval = at.say("{low} to {high}", low=at.say.percent(low), high=at.say.percent(high))
    why = at.say(WHY_NOT.get(row["status"], NOT_JUDGED))
    shown = parts.Figure(
        at.say.percent(row["spine_bend_share"]) if known else None,
        interval if known else None,
        int(n) if known else 0,
        at.say("spine bends of the lifts and lowerings with a verdict") if known else "",
        why,
    )
    parts.figure(at, at.say("Share of spine bends"), shown)


def _rate(at: Context, row: pd.Series) -> None:
    rate, low, high = (row[f"lifts_per_person_h{end}"] for end in ("", "_low", "_high"))
    known = bool(pd.notna(rate))
    interval = at.say("{low} to {high}", low=at.say.number(low), high=at.say.number(high))
    hours = at.say("{hours} person-hours in view", hours=at.say.number(row["observed_person_h"]))
    shown = parts.Figure(
        at.say.number(rate) if known else None,
        interval if known else None,
        int(row["lifts"]) if known else 0,
        hours if known else "",
        at.say(WHY_NOT.get(row["status"], WHY_NOT[Shown.NOBODY_SEEN])),
    )
    parts.figure(at, at.say("Lifts per person-hour"), shown)


def _own_weeks(at: Context, of_day: list[AgainstOwn]) -> None:
    say = at.say
    st.subheader(say("Against their own four weeks"))
    found = [one for one in of_day if _asked(at, one)]
    if not found:
        parts.empty(at, say("No shift of this day fits the filters."), say("Take a filter away."))
        return
    for verdict, detail in verdict_lines(found, say, parts.plain):
        parts.verdict(at, verdict, detail)
    for note in day_notes(found, say, parts.plain):
        st.markdown(note)
    words = {one: say(word) for one, (_, word, _) in parts.VERDICTS.items()}
    table = as_table(found)
    draw(at, baseline_chart(table, parts.FEWEST_LIFTS, words, say))
    st.caption(
        say(
            "The last 7 days against the four weeks before them, without shifts in which a camera was out. "
            "An interval holds the true figure in 95 of 100 cases; of all that is called worse or improved "
            "at most 5 in 100 are expected to be so by chance."
        )
    )
    with st.expander(say("As a table")):
        st.dataframe(shown_table(table, words, say), hide_index=True)
    parts.download_row(at, "morning", say("Shifts against their own four weeks"), table)


def _asked(at: Context, one: AgainstOwn) -> bool:
    return at.filters.shift in (None, one.row["shift"]) and at.filters.zone in (None, one.row["zone"])


def _summary(at: Context, day: date) -> tuple[list[AgainstOwn], list[Happened]]:
    first = day - LOOKED_BACK
    kept = [version(at.store, of, at.site.name, first, day) for of in (SHIFT_METRICS, RUNS)]
    kept.append(version(at.store, INTERVENTIONS, at.site.name, None, None))
    return _kept_summary(at.site.store_url, at.policy.policy_id, day, at.filters.camera, "".join(kept), at)


@st.cache_data(max_entries=32, show_spinner=False)
def _kept_summary(
    url: str,  # noqa: ARG001  what the summary is of, part of the key of what is kept
    policy_id: str,  # noqa: ARG001
    day: date,
    camera: str | None,
    kept: str,  # noqa: ARG001
    _at: Context,
) -> tuple[list[AgainstOwn], list[Happened]]:
    first = day - LOOKED_BACK
    metrics = store_reading.shift_metrics(_at, first, day, READ)
    runs = store_reading.read(_at, RUNS, first, day, ["started_utc", "policy_id"])
    runs = runs.assign(day=runs["started_utc"].dt.tz_convert(_at.site.tz).dt.date)
    made = store_reading.interventions(_at)
    return against_own(metrics, day, camera), changes(metrics, runs, made, (first, day))
