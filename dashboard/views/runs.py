"""The page Runs: what ran in the nights, what was lost and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import parts, store_reading
from dashboard.charts.runs import nights_chart
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.summaries.runs import (
    FOOTAGE_COLUMNS,
    End,
    by_camera,
    failures,
    nights,
    not_whole,
    unfinished,
    versions,
)
from dashboard.views.listing import Heads, listing, measured, moment
from dashboard.wording import mark
from detectors.tables import FOOTAGE, RUNS
from detectors.vocabulary import Status
from pipelines.nights.job import UNDATED

DAYS: Final = 14
ENDS: Final = {
    End.WELL: ("\u25cf", mark("went well")),
    End.LOSSES: ("\u25d0", mark("with losses")),
    End.ALL_LOST: ("\u25cb", mark("all lost")),
    End.NOTHING: ("\u00b7", mark("nothing found")),
}
STATUSES: Final = {
    Status.FAILED: mark("failed, tried again next night"),
    Status.QUARANTINED: mark("set aside"),
    Status.PARTIAL: mark("read in part"),
}


def page(at: Context) -> None:
    """Draw how the last run ended, the nights before it, what is not whole, and what came from whom."""
    say = at.say
    parts.page_title(at, say("Runs"))
    first, last = _days(at)
    runs = store_reading.read(at, RUNS, first, last)
    footage = store_reading.read(at, FOOTAGE, first, last, FOOTAGE_COLUMNS)
    undated = store_reading.read(at, FOOTAGE, UNDATED, UNDATED, FOOTAGE_COLUMNS)
    _under_way(at, unfinished(footage["date"], runs))
    if runs.empty:
        what = say("No run of these {n} days is written down.", n=(last - first).days + 1)
        parts.empty(at, what, say("Run `hingewise nightly`, or `hingewise serve` for every night."))
    else:
        _nights(at, nights(runs))
        _failures(at, failures(runs))
    here = footage[footage["camera_id"].isin(at.cameras)]
    _not_whole(at, not_whole(pd.concat([here, undated[undated["camera_id"].isin(at.cameras)]])))
    if at.day is not None:
        _cameras(at, by_camera(here[here["date"] == str(at.day)], at.cameras))
    if not runs.empty:
        st.subheader(say("Versions"))
        ran = versions(runs)
        listing(ran, _version_heads(at))
        parts.download_row(at, "versions", say("Versions"), ran)


def _days(at: Context) -> tuple[date, date]:
    """Return the dates that are told of: up to today where the latest day is looked at."""
    last = at.today if at.day is None or at.day == at.choices.last else at.day
    return (at.day or last) - timedelta(days=DAYS - 1), max(last, at.day or last)


def _under_way(at: Context, days: list[date]) -> None:
    say = at.say
    if days:
        what = say(
            "Recordings of {days} are in the store, but no finished run of them: one is under way, or was "
            "stopped.",
            days=", ".join(say.day(day) for day in days),
        )
        step = say("Reload this page later. If it stays, run `hingewise nightly` for that day again.")
        st.info(f"{what} {step}", icon=":material/progress_activity:")


def _nights(at: Context, told: pd.DataFrame) -> None:
    say, last = at.say, told.iloc[0]
    sign, word = ENDS[End(last["end"])]
    sentence = say(
        "{sign} Latest run: {end}. {done} of {found} recordings, {hours} hours of video in {minutes} min, "
        "started {start}.",
        sign=sign,
        end=say(word),
        done=say.number(last["recordings_done"] + last["recordings_partial"] + last["recordings_skipped"], 0),
        found=say.number(last["recordings_found"], 0),
        hours=say.number(last["video_h"]),
        minutes=say.number(last["elapsed_min"]),
        start=say.moment(last["started_utc"].tz_convert(at.site.tz).to_pydatetime()),
    )
    (st.success if last["end"] == End.WELL else st.warning)(sentence)
    draw(at, nights_chart(told, say))
    shown = told.assign(end=[" ".join((ENDS[End(end)][0], say(ENDS[End(end)][1]))) for end in told["end"]])
    heads: Heads = {
        "end": say("ended"),
        "started_utc": moment(at, say("started")),
        "first_date": say("first day"),
        "last_date": say("last day"),
        "recordings_found": say("found"),
        "recordings_skipped": say("done before"),
        "recordings_done": say("done"),
        "recordings_partial": say("read in part"),
        "recordings_failed": say("lost"),
        "video_h": measured(say("video"), " h", 1),
        "elapsed_min": measured(say("took"), " min", 0),
        "speed": measured(say("times as fast as it was filmed"), "", 1),
    }
    listing(shown, heads)
    parts.download_row(at, "runs", say("Runs"), told)


def _failures(at: Context, lost: pd.DataFrame) -> None:
    if lost.empty:
        return
    say = at.say
    st.subheader(say("What the runs could not read"))
    heads: Heads = {
        "started_utc": moment(at, say("run")),
        "recording": say("recording"),
        "reason": say("why"),
    }
    listing(lost, heads)


def _not_whole(at: Context, rows: pd.DataFrame) -> None:
    say = at.say
    st.subheader(say("Recordings that are not whole"))
    if rows.empty:
        st.markdown(say("Every recording of these days was read to its end."))
        return
    st.markdown(
        say("Mend the recorder or replace the file; a changed file is read again by the next run."),
    )
    shown = rows.assign(status=[say(STATUSES[Status(status)]) for status in rows["status"]])
    heads: Heads = {
        "camera_id": say("camera"),
        "path": say("recording"),
        "status": say("what became of it"),
        "reason": say("why"),
        "start_utc": moment(at, say("starts")),
        "missing_s": measured(say("missing"), " s", 0),
    }
    listing(shown, heads)
    parts.download_row(at, "not-whole", say("Recordings that are not whole"), shown)


def _cameras(at: Context, rows: pd.DataFrame) -> None:
    say = at.say
    st.subheader(say("What came from each camera that day"))
    heads: Heads = {
        "camera_id": say("camera"),
        "recordings": say("recordings"),
        "not_whole": say("not whole"),
        "declared_h": measured(say("came in"), " h", 1),
        "analysed_h": measured(say("analysed"), " h", 1),
        "missing_h": measured(say("missing"), " h", 1),
        "frames_damaged": say("frames damaged"),
    }
    listing(rows, heads)
    silent = rows.loc[rows["recordings"] == 0, "camera_id"]
    if len(silent):
        st.error(
            say("Nothing came from {cameras}. Look at these first.", cameras=parts.plain(", ".join(silent))),
            icon=":material/videocam_off:",
        )
    parts.download_row(at, "day-cameras", say("What came from each camera that day"), rows)


def _version_heads(at: Context) -> Heads:
    say = at.say
    return {
        "model_version": say("models"),
        "code_version": say("code"),
        "policy_id": say("policy"),
        "first": say("first day"),
        "last": say("last day"),
        "runs": say("runs"),
    }
