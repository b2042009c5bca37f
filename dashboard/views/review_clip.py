"""Part of the page Review: the clip of an item, cut ahead, looping, each view written down first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import streamlit as st

from dashboard import parts
from dashboard.answering import Item
from dashboard.audit import record_view
from dashboard.clip_faults import why_no_clip
from dashboard.clips_ahead import ClipsAhead, Wanted
from dashboard.context import Context
from dashboard.reviewer import session
from pipelines.clips.kept import ask_for_clip, ask_for_stretch, clip_path, kept_file, stretch_id
from pipelines.clips.looks import PLAIN, ClipError
from pipelines.reviewing.stretches import LENGTH_S
from pipelines.reviewing.tables import Purpose
from pipelines.storage.parts import explained

AHEAD: Final = 3
"""So many of the next items' clips are cut before anybody comes to them."""

VIEWED: Final = "item of the review that was viewed"
POLLED_S: Final = 2.0


@dataclass(frozen=True)
class Clip:
    """How to come by the clip of an item: where it is kept, and what cuts it where it is not."""

    path: str
    wanted: Wanted


def clip_of(at: Context, item: Item, purpose: Purpose) -> Clip:
    """Return how to come by the clip that is shown of an item for a purpose."""
    day, name, key = date.fromisoformat(item["date"]), item["item_id"], f"{purpose} {item['item_id']}"
    if purpose is Purpose.REVIEW:
        path = clip_path(at.store, at.site.name, day, name)
        return Clip(path, Wanted(key, partial(ask_for_clip, at.site, day, name)))
    where = (item["footage_id"], *blind_span_s(item["start_s"], item["end_s"]))
    path = clip_path(at.store, at.site.name, day, stretch_id(*where), PLAIN)
    return Clip(path, Wanted(key, partial(ask_for_stretch, at.site, day, item["camera_id"], *where)))


def blind_span_s(start_s: float, end_s: float) -> tuple[float, float]:
    """Return the stretch that is shown of an item in a blind look, the item in its middle.

    Lifts and stretches where nothing was found look alike: as long, and with nothing drawn onto them.
    The length must not tell what the machine found.
    """
    middle_s = 0.5 * (start_s + end_s)
    half_s = 0.5 * max(LENGTH_S, end_s - start_s)
    return max(0.0, middle_s - half_s), middle_s + half_s


def clip(at: Context, item: Item, purpose: Purpose, coming: Sequence[Item]) -> bool:
    """Draw the clip of an item, or why there is none yet; return whether it is shown.

    Parameters
    ----------
    coming
        The items that come next; the clips of the first `AHEAD` of them are cut in the background.
    """
    say = at.say
    now = clip_of(at, item, purpose)
    content = kept_file(at.store, now.path)
    _cut_ahead(at, [*([] if content else [now]), *(clip_of(at, one, purpose) for one in coming[:AHEAD])])
    if content is None:
        _wait(at, now)
        return False
    seen = (purpose, item["item_id"])
    if st.session_state.get(VIEWED) != seen:
        # Once for each time that it comes up, not for each redrawing of the page.
        record_view(at.site, at.store, item["item_id"], at.roles, at.now_utc)
        st.session_state[VIEWED] = seen
    st.video(content, format="video/mp4", loop=True, autoplay=True, muted=True, alt=say("Clip"))
    return True


def _cut_ahead(at: Context, clips: Sequence[Clip]) -> None:
    with explained("can't look for clips"):
        missing = [one.wanted for one in clips if not at.store.fs.exists(one.path)]
    _clips_ahead().want(session(), missing)


@st.cache_resource(show_spinner=False)
def _clips_ahead() -> ClipsAhead:
    return ClipsAhead()


def _wait(at: Context, now: Clip) -> None:
    """Say that a clip is being cut, and draw the page again when it is there; or why there is none."""
    say = at.say
    ahead = _clips_ahead()
    why = ahead.fault(now.wanted.key)
    if why is None:
        st.info(
            say("Cutting the clip and covering every head; this takes a minute …"), icon=":material/movie:"
        )
        _look_again(at, now)
        return
    reason = why_no_clip(why, say) if isinstance(why, ClipError) else str(why)
    parts.empty(
        at,
        say("There is no clip: {why}.", why=parts.plain(reason)),
        say("Go on with the next one, or try again."),
    )
    st.button(say("Try again"), on_click=ahead.forget, args=(now.wanted.key,))


@st.fragment(run_every=POLLED_S)
def _look_again(at: Context, now: Clip) -> None:
    if _clips_ahead().fault(now.wanted.key) is not None or at.store.fs.exists(now.path):
        st.rerun()
