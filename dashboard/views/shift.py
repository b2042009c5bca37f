"""The page Shift: one shift in depth."""

from __future__ import annotations

import streamlit as st

from dashboard import parts, store_reading
from dashboard.charts.bands import bars, hold_bars
from dashboard.charts.heat import CELLS, hours_chart
from dashboard.charts.palette import GREY, ORIGIN, TECHNIQUE
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.parts import Figure
from dashboard.summaries.coverage import COLUMNS as COVERAGE_COLUMNS
from dashboard.summaries.coverage import coverage
from dashboard.summaries.shift import (
    COLUMNS,
    ORIGINS,
    VERDICTS,
    bend_rate,
    corrected_rows,
    counted,
    holds,
    latest_shift,
    row_of,
)
from dashboard.views.shift_lists import lifts_list, where
from dashboard.views.shift_published import measures
from dashboard.views.shift_seen import SeenShift, look_at, told
from detectors.shift_table import Shown


def page(at: Context) -> None:
    """Draw what was seen of the shift, then its figures, when and where it bent, and every lift."""
    say = at.say
    metrics = store_reading.shift_metrics(at, at.day, at.day, [*{*COLUMNS, *COVERAGE_COLUMNS}])
    name = at.filters.shift or latest_shift(metrics)
    parts.page_title(at, say("Shift") if name is None else say("Shift {name}", name=parts.plain(name)))
    of_shift = metrics[metrics["shift"] == name]
    row = row_of(of_shift, at.filters.zone, at.filters.camera)
    if name is None or row is None:
        parts.empty(at, say("No such shift of this day has figures."), say("Choose another shift or day."))
        return
    if at.filters.shift is None:
        st.caption(say("The latest shift of the day with data; choose another beside the page."))
    seen = look_at(at, name, of_shift, row)
    st.markdown(
        say("From {start} to {end}.", start=say.moment(seen.start), end=say.moment(seen.end)),
    )
    parts.coverage_strip(at, coverage(of_shift[of_shift["camera_id"].isin(at.cameras)]))
    if _told(at, row["status"]):
        _headline(at, seen)
        _hours(at, seen)
        _technique_and_origin(at, seen)
        _time_bent(at, seen)
        measures(at, seen)
        where(at, seen)
        lifts_list(at, seen)
    parts.download_row(at, "shift", say("Shift {name}", name=name), of_shift)


def _told(at: Context, status: str) -> bool:
    say = at.say
    if status == Shown.SUPPRESSED:
        what = say("The figures are hidden: too few people are known to work here to tell of them.")
        step = say("Choose all zones and cameras, or state in the policy how many work in a zone.")
    elif status == Shown.NO_DATA:
        what = say("There is no data of this shift here, which says nothing of what was lifted.")
        step = say("Look at the page Runs for what came in.")
    else:
        return True
    parts.empty(at, what, step)
    return False


def _headline(at: Context, seen: SeenShift) -> None:
    say, row = at.say, seen.row
    loaded = int(row["lifts"] + row["lowerings"])
    judged = int(row["spine_bends"] + row["hip_hinges"] + row["squats"])
    hours = say("{hours} person-hours observed", hours=say.number(row["observed_person_h"]))
    low, high = (say.percent(row[f"spine_bend_share_outer_{end}"]) for end in ("low", "high"))
    columns = st.columns(3)
    with columns[0]:
        rate = seen.interval(at, "lifts_per_person_h", say.number)
        parts.figure(at, say("Lifts per person-hour"), Figure(*rate, int(row["lifts"]), hours))
    with columns[1]:
        share = seen.interval(at, "spine_bend_share", say.percent)
        outer = say("{low} to {high} with what cannot be told", low=low, high=high)
        parts.figure(
            at, say("Spine bends, of those with a verdict"), Figure(*share, judged, outer if judged else "")
        )
    with columns[2]:
        unknown = told(row["indeterminate_share"], say.percent)
        parts.figure(at, say("Cannot be told"), Figure(unknown, None, loaded))
    _corrected(at, seen)
    if seen.peak is not None:
        st.caption(
            say(
                "Busiest 60 minutes from {start}: {n} lifts in {hours} person-hours. "
                "The busiest of many is high by chance, too.",
                start=say.moment(seen.peak),
                n=say.number(row["peak_lifts"], 0),
                hours=say.number(row["peak_observed_person_h"]),
            )
        )


def _corrected(at: Context, seen: SeenShift) -> None:
    """Say the shares without the errors of the verdict, where the policy holds what they are known by."""
    say = at.say
    for row in corrected_rows(seen.metrics, seen.row, set(at.choices.cameras.values())).to_dict("records"):
        st.caption(
            say(
                "{zone}: {raw} of those with a verdict are called spine bends; corrected for the errors that "
                "blind looks found, {share} ({low} to {high}).",
                zone=parts.plain(row["zone"]),
                raw=say.percent(row["spine_bend_share"]),
                share=say.percent(row["corrected_spine_bend_share"]),
                low=say.percent(row["corrected_spine_bend_share_low"]),
                high=say.percent(row["corrected_spine_bend_share_high"]),
            )
        )


def _hours(at: Context, seen: SeenShift) -> None:
    say = at.say
    st.subheader(say("When and where backs went low"))
    cells = seen.cells
    if at.filters.zone:
        cells = cells[cells["zone"] == at.filters.zone]
    if cells.empty:
        parts.empty(at, say("No hour of this zone has figures."), say("Choose another zone or day."))
        return
    st.caption(
        say(
            "Low bends (trunk beyond 60°) per observed person-hour, of whole zones, whichever camera is "
            "chosen. Numbers in brackets stand on fewer than 30 movements: read the pattern, not one cell."
        )
    )
    draw(at, hours_chart(cells, say))
    st.caption(" · ".join(f"{sign} {say(words)}" for sign, words in CELLS.values()))
    parts.download_row(at, "hours", say("When and where backs went low"), cells)


def _technique_and_origin(at: Context, seen: SeenShift) -> None:
    say = at.say
    left, right = st.columns(2)
    with left:
        st.subheader(say("Technique"))
        colours = {name: TECHNIQUE[verdict] for name, (verdict, _) in VERDICTS.items()}
        words = {name: say(word) for name, (_, word) in VERDICTS.items()}
        draw(at, bars(counted(seen.row, list(VERDICTS)), words, colours, say))
    with right:
        st.subheader(say("Where loads were taken"))
        colours = {name: GREY if band is None else ORIGIN[band] for name, (band, _) in ORIGINS.items()}
        words = {name: say(word) for name, (_, word) in ORIGINS.items()}
        draw(at, bars(counted(seen.row, list(ORIGINS)), words, colours, say))
    st.caption(say("Lifts and lowerings, share of all of them, 95 % interval. Grey: fewer than 30 in all."))


def _time_bent(at: Context, seen: SeenShift) -> None:
    say, row = at.say, seen.row
    st.subheader(say("How often and how long trunks were bent"))
    columns = st.columns(2)
    labels = {
        20: say("Bends beyond 20° per person-hour"),
        60: say("Bends beyond 60° per person-hour"),
    }
    for column, (angle, label) in zip(columns, labels.items(), strict=True):
        rate = bend_rate(row, angle)
        share = say(
            "{share} of the observed time above it", share=say.percent(row[f"trunk_above_{angle}_share"], 1)
        )
        limits = say("{low} to {high}", low=say.number(rate.low), high=say.number(rate.high))
        known = told(rate.value, say.number)
        with column:
            parts.figure(at, label, Figure(known, limits if known else None, rate.n, share))
            st.caption(say("Longest: {time} s.", time=say.number(row[f"longest_hold_above_{angle}_s"])))
    draw(at, hold_bars(holds(seen.lifts), say))
    st.caption(say("Of cameras whose own figures may be shown."))
