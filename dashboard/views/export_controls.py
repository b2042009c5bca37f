"""Take the clips of some lifts away as one zip: for trainers, recorded, and every head covered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import parts, store_reading
from dashboard.access import may_export
from dashboard.context import Context
from dashboard.package_making import PackageMaking
from dashboard.reviewer import reviewer
from detectors.vocabulary import Technique
from pipelines.clips.looks import ClipLook
from pipelines.demo.rows import VERSION
from pipelines.exporting.choosing import lifts_of
from pipelines.exporting.making import Made, Source, make_package
from pipelines.exporting.manifest import By
from pipelines.exporting.tables import EXPORTS
from pipelines.sites.access import Role

DAY: Final = timedelta(days=1)
LONGEST_WHY: Final = 200
MAKING: Final = "package that is made"
POLLED_S: Final = 1.0
COLUMNS: Final = ("code_version",)


def export_controls(at: Context, lift_ids: Sequence[str], day: date, key: str) -> None:
    """Draw the control that makes a package of some lifts; nothing for those who may not.

    Parameters
    ----------
    lift_ids
        The lifts; those that were made up are left out.
    day
        They are filed under this site date, or under the one before or after.
    key
        Of the control, one for each page.
    """
    if not may_export(at.roles) or not st.toggle(at.say("Take clips away"), key=f"{key}-open"):
        return
    say, days = at.say, (day - DAY, day + DAY)
    lifts = _recorded(at, lift_ids, days)
    flagged = lifts["technique"] == Technique.SPINE_BEND
    mixed = len(lifts) > 1 and not flagged.all()
    if mixed and st.toggle(say("Only spine bends"), value=True, key=f"{key}-flagged"):
        lifts = lifts[flagged]
    if lifts.empty:
        st.info(say("No lift here has a video to cut."), icon=":material/videocam_off:")
        return
    before = _exports_of(at, lifts["lift_id"])
    st.caption(
        say(
            "{before} of {n} were taken away before. Every export is written down: time, role and lifts.",
            before=say.number(before["lift_id"].nunique(), 0),
            n=say.number(len(lifts), 0),
        )
    )
    making: PackageMaking | None = st.session_state.get(MAKING)
    if making is not None and making.is_under_way:
        _under_way(at, making)
        return
    ids = frozenset(lifts["lift_id"])
    _ask(at, ids, days, key)
    if making is not None and making.lift_ids <= ids:
        _ended(at, making, key)


def taken_away(at: Context, lift_ids: pd.Series) -> pd.Series:
    """Return when each of some lifts was last taken away, local time; NaT where it never was."""
    last = _exports_of(at, lift_ids).groupby("lift_id")["exported_utc"].max()
    local: pd.Series = last.reindex(lift_ids).dt.tz_convert(at.site.tz).set_axis(lift_ids.index)
    return local


def _exports_of(at: Context, lift_ids: pd.Series) -> pd.DataFrame:
    rows = store_reading.read(at, EXPORTS, None, None, ["lift_id", "exported_utc"])
    return rows[rows["lift_id"].isin(lift_ids)]


def _recorded(at: Context, lift_ids: Sequence[str], dates: tuple[date, date]) -> pd.DataFrame:
    rows = store_reading.lifts(at, *dates, COLUMNS)
    return rows[rows["lift_id"].isin(lift_ids) & (rows["code_version"] != VERSION)]


def _ask(at: Context, lift_ids: frozenset[str], dates: tuple[date, date], key: str) -> None:
    """Draw the form that says what for; once it does, the package is begun."""
    say = at.say
    with st.form(f"{key}-form"):
        why = st.text_input(say("What for"), max_chars=LONGEST_WHY).strip()
        nobody = st.toggle(say("Show nobody, only what was measured"))
        words = say.several("Export {n} clip", "Export {n} clips", len(lift_ids))
        asked = st.form_submit_button(words, icon=":material/movie:")
    if asked and why:
        _begin(at, lift_ids, dates, why, ClipLook(skeleton_only=nobody))
        st.rerun()
    elif asked:
        st.warning(say("Say what the clips are for."), icon=":material/edit:")


def _begin(at: Context, lift_ids: frozenset[str], dates: tuple[date, date], why: str, look: ClipLook) -> None:
    """Begin to make the package; it is kept for this session only."""
    lifts = lifts_of(at.site, at.store, at.policy.policy_id, dates)
    lifts = lifts[lifts["lift_id"].isin(lift_ids)].reset_index(drop=True)
    roles = ", ".join(role for role in Role if role in at.roles)
    by = By(reviewer(at), roles, why, datetime.now(UTC), at.say.language)
    make = partial(make_package, Source(at.site, at.store, at.policy.policy_id, look), lifts, by)
    making = PackageMaking(f"{at.site.name}_{at.day}_clips.zip", lift_ids, make)
    making.start()
    # The one before goes with its file.
    st.session_state[MAKING] = making


@st.fragment(run_every=POLLED_S)
def _under_way(at: Context, making: PackageMaking) -> None:
    """Draw how far the package is; the page can be gone on with, and is drawn anew when it is made."""
    if not making.is_under_way:
        st.rerun()
    say, n = at.say, len(making.lift_ids)
    done = say("{done} of {n}", done=say.number(making.done, 0), n=say.number(n, 0))
    text = say("Cutting clips and covering every head …")
    st.progress(making.done / n, f"{text} {done}")


def _ended(at: Context, making: PackageMaking, key: str) -> None:
    """Offer the package, or say why there is none."""
    if making.made is None:
        why = making.why_not or at.say("the log of the server says why")
        parts.empty(
            at,
            at.say("There is no package: {why}", why=parts.plain(why)),
            at.say("Look at the page Lift why a clip can't be cut, or choose others."),
        )
        return
    _told(at, making.made)
    st.download_button(
        at.say("Download {name}", name=making.name),
        data=making.path.read_bytes,
        file_name=making.name,
        mime="application/zip",
        key=f"{key}-zip",
        on_click="ignore",
        type="primary",
    )


def _told(at: Context, made: Made) -> None:
    say = at.say
    st.success(
        say(
            "{clips} of {n} clips, recorded as {name}.",
            clips=say.number(made.clips, 0),
            n=say.number(len(made.rows), 0),
            name=made.export_id,
        ),
        icon=":material/check:",
    )
    for lift_id, why in made.refused.items():
        st.warning(
            say("No clip of {lift}: {why}", lift=lift_id, why=parts.plain(why)), icon=":material/block:"
        )
