"""EDGE: the dashboard that Streamlit runs: who looks, at what, and which page."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import streamlit as st

from dashboard import parts, sidebar, store_reading
from dashboard.access import local_only, pages_of, roles_of
from dashboard.context import Context
from dashboard.filters import Choices
from dashboard.views import accuracy, cameras, lift, method, morning, review, runs, shift, trends
from dashboard.wording import LANGUAGES, Words, mark
from detectors.contract import ContractError
from pipelines.audits.refused_logins import record_refusal
from pipelines.judging.policy import NamedPolicy, PolicyError, load_policy
from pipelines.sites.access import EVERY_ROLE, Role
from pipelines.sites.site import Site, SiteError, load_site
from pipelines.storage.store import StoreError, open_store

# Names the site file; `hingewise dashboard` sets it.
SITE_FILE: Final = "HINGEWISE_SITE"

PAGES: Final[dict[str, tuple[str, str, Callable[[Context], None]]]] = {
    "morning": (mark("Morning"), ":material/wb_twilight:", morning.page),
    "shift": (mark("Shift"), ":material/schedule:", shift.page),
    "lift": (mark("Lift"), ":material/accessibility_new:", lift.page),
    "review": (mark("Review"), ":material/fact_check:", review.page),
    "trends": (mark("Trends"), ":material/show_chart:", trends.page),
    "cameras": (mark("Cameras"), ":material/videocam:", cameras.page),
    "accuracy": (mark("Accuracy"), ":material/target:", accuracy.page),
    "runs": (mark("Runs"), ":material/dark_mode:", runs.page),
    "method": (mark("Method"), ":material/menu_book:", method.page),
}
NOTED: Final = "refusal_noted"
# Pages that tell something before there are any figures.
WITHOUT_FIGURES: Final = ("runs", "method")


def main() -> None:
    """Show the page that the address asks for; what goes wrong ends in a sentence and what to do next."""
    st.set_page_config(page_title="hingewise", page_icon="🌅", layout="wide")
    say = sidebar.language()
    try:
        _show()
    except (SiteError, PolicyError) as error:
        st.error(str(error), icon=":material/error:")
        st.info(
            say("Correct the file, then reload this page; `hingewise doctor` checks it."),
            icon=":material/arrow_forward:",
        )
    except (StoreError, ContractError) as error:
        st.error(str(error), icon=":material/error:")
        st.info(
            say("Reload this page. If it stays, run `hingewise doctor`: it checks the store."),
            icon=":material/arrow_forward:",
        )


def _show() -> None:
    site, policy = _site()
    roles = _roles(site, sidebar.language())
    store = open_store(site.store_url)
    first, last = store_reading.days_with_figures(site, store, policy)
    choices = Choices(
        first,
        last,
        tuple(one.name for one in site.shifts),
        {camera.id: camera.zone for camera in site.cameras},
        tuple(LANGUAGES),
    )
    refused = sidebar.take_address(choices)
    say = sidebar.language()
    pages = pages_of(roles)
    chosen = st.navigation(
        [
            st.Page(
                _titled(name), title=say(PAGES[name][0]), icon=PAGES[name][1], url_path=name, default=at == 0
            )
            for at, name in enumerate(pages)
        ]
    )
    name = chosen.url_path or pages[0]
    filters = sidebar.ask(choices, say)
    sidebar.write_address(filters if name == sidebar.LIFT else replace(filters, lift=None))
    for one in refused:
        st.warning(sidebar.sentence(one, say), icon=":material/link_off:")
    made_up = store_reading.simulated_days(site, store)
    at = Context(site, policy, store, filters, choices, roles, say, datetime.now(UTC), made_up)
    _draw(name, at)


def _draw(name: str, at: Context) -> None:
    title, _, page = PAGES[name]
    if at.day is None and name not in WITHOUT_FIGURES:
        parts.page_title(at, at.say(title))
        what = at.say("There are no figures under the policy in force yet.")
        next_step = at.say("Run `hingewise nightly`, or `hingewise assess` where lifts are stored already.")
        parts.empty(at, what, next_step)
        return
    with st.spinner(at.say("Reading the store …")):
        page(at)


def _titled(name: str) -> Callable[[], None]:
    # Streamlit wants a callable for each page; it is drawn later, when the filters are known.
    def nothing() -> None: ...

    nothing.__name__ = name
    return nothing


def _site() -> tuple[Site, NamedPolicy]:
    path = os.environ.get(SITE_FILE)
    if path is None:
        raise SiteError(
            "no site file is named; start the dashboard by `hingewise dashboard --site site.toml`"
        )
    site = load_site(Path(path))
    return site, load_policy(site.policy_file)


def _roles(site: Site, say: Words) -> frozenset[Role]:
    """Return the roles of whoever looks; nobody gets past this without one."""
    if site.access is None:
        if local_only(st.get_option("server.address")):
            return EVERY_ROLE
        st.error(
            say("This dashboard is open to other machines, but its site file has no login."),
            icon=":material/error:",
        )
        st.info(
            say("Add a table [access] to the site file, or start it by `hingewise dashboard`."),
            icon=":material/arrow_forward:",
        )
        st.stop()
    if not st.user.is_logged_in:
        st.title("hingewise")
        st.button(say("Log in"), on_click=st.login, type="primary")
        st.stop()
    roles = roles_of(site.access, st.user.to_dict())
    if not roles:
        st.error(say("You are logged in, but have no role at this site."), icon=":material/error:")
        _note_refusal(site)
        st.info(
            say("Ask whoever keeps the site file to name you in its table [access]."),
            icon=":material/arrow_forward:",
        )
    with st.sidebar:
        st.button(say("Log out"), on_click=st.logout)
    if not roles:
        st.stop()
    return roles


def _note_refusal(site: Site) -> None:
    """Record once in each session that somebody without a role logged in."""
    if NOTED not in st.session_state:
        record_refusal(site, open_store(site.store_url), datetime.now(UTC))
        st.session_state[NOTED] = True


if __name__ == "__main__":
    main()
