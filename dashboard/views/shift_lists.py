"""Parts of the page Shift: where in the picture bends happen, and every lift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboard import parts, store_reading
from dashboard.access import may_see_clips
from dashboard.charts.heat import places_chart
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.sidebar import link_to
from dashboard.summaries.shift_lifts import KINDS, ORIGINS, REASONS, TECHNIQUES, in_shown_hours, listed
from dashboard.summaries.shift_places import POSE_COLUMNS, pictures, places
from dashboard.views.export_controls import export_controls, taken_away
from dashboard.views.listing import Heads, listing, measured, moment
from dashboard.views.shift_background import background
from dashboard.views.shift_seen import SeenShift, around
from detectors.tables import FOOTAGE, POSES

PICTURE_COLUMNS: Final = ["camera_id", "start_utc", "width_px", "height_px", "path"]


def where(at: Context, seen: SeenShift) -> None:
    """Draw where in each camera's picture people bent low."""
    say = at.say
    st.subheader(say("Where in the picture backs went low"))
    poses = store_reading.read(at, POSES, *around(at), POSE_COLUMNS)
    footage = store_reading.read(at, FOOTAGE, *around(at), PICTURE_COLUMNS)
    sizes = pictures(footage)
    found = {
        camera: places(rows, poses, sizes.get(str(camera), (0, 0)))
        for camera, rows in seen.lifts.groupby("camera_id")
    }
    found = {camera: one for camera, one in found.items() if one.n}
    if not found:
        parts.empty(
            at,
            say("The store holds no positions of the low bends of this shift."),
            say("They are kept with the poses of recorded nights, as long as `poses_days` of the site file."),
        )
        return
    columns = [column for _ in range(0, len(found), 2) for column in st.columns(2)]
    for column, (camera, one) in zip(columns, found.items(), strict=False):
        with column:
            st.caption(
                say(
                    "{camera}: feet at {n} low bends; {unplaced} more without a position",
                    camera=parts.plain(str(camera)),
                    n=say.number(one.n, 0),
                    unplaced=say.number(one.unplaced, 0),
                )
            )
            behind = background(at, str(camera), footage)
            draw(at, places_chart(one, say, behind))


def lifts_list(at: Context, seen: SeenShift) -> None:
    """Draw every lift with a link to its own page."""
    say = at.say
    st.subheader(say("Every lift"))
    rows = listed(seen.lifts, at.site.tz)
    if not may_see_clips(at.roles):
        rows = in_shown_hours(rows, seen.cells)
        st.caption(say("Lifts of hours that are hidden above are listed for trainers only."))
    if rows.empty:
        parts.empty(
            at,
            say("No lift of this shift may be listed here, or there was none."),
            say("Choose another shift, zone or camera."),
        )
        return
    shown = _in_words(at, rows)
    links = [f"/lift?{urlencode(link_to(at.filters, lift=one))}" for one in rows["lift_id"]]
    heads: Heads = {
        "link": st.column_config.LinkColumn(say("Lift"), display_text=say("open")),
        "peak": moment(at, say("time"), "HH:mm:ss"),
        "camera_id": say("camera"),
        "zone": say("zone"),
        "kind": say("what"),
        "technique": say("technique"),
        "reason": say("why"),
        "origin_band": say("taken from"),
        "trunk_inclination_peak_deg": measured(say("trunk"), "°"),
        "knee_flexion_peak_deg": measured(say("knees"), "°"),
        "spine_flexion_deg": measured(say("back bent by"), "°"),
        "spine_flexion_se_deg": measured(say("± back"), "°"),
        "hold_above_20_s": measured(say("beyond 20°"), " s", 1),
        "hold_above_60_s": measured(say("beyond 60°"), " s", 1),
    }
    if may_see_clips(at.roles):
        heads = {**heads, "taken": moment(at, say("taken away"))}
        shown = shown.assign(taken=taken_away(at, rows["lift_id"]))
    listing(shown.assign(link=links), heads)
    parts.download_row(at, "lifts", say("Every lift"), shown)
    export_controls(at, list(rows["lift_id"]), at.day or at.today, "shift-export")


def _in_words(at: Context, rows: pd.DataFrame) -> pd.DataFrame:
    vocabularies: dict[str, Mapping[Any, str]] = {
        "kind": KINDS,
        "technique": TECHNIQUES,
        "reason": REASONS,
        "origin_band": ORIGINS,
    }
    words = {
        name: rows[name].map({str(key): at.say(word) for key, word in known.items()})
        for name, known in vocabularies.items()
    }
    return rows.assign(**words)
