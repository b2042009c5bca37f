"""Each page opens on demo days, shows what the store says, and never a trace."""

from __future__ import annotations

import shutil
from datetime import date

import pytest
from dashboard_pages import demo_site, opened  # noqa: F401

from dashboard.app import PAGES
from detectors.tables import SHIFT_METRICS
from pipelines.demo.days import SIMULATED
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

LAST = date(2026, 9, 18)


def said(app):
    kinds = ("title", "warning", "error", "info", "success", "caption", "markdown")
    return " ".join(element.value for kind in kinds for element in app.get(kind))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_and_says_that_its_data_is_made_up(demo_site, page):  # noqa: F811
    app = opened(demo_site, page)
    assert not app.exception
    assert app.title[0].value.startswith(PAGES[page][0])
    assert "Simulated data" in said(app)
    assert "Europe/Berlin" in said(app)


def test_the_latest_day_is_shown_first_and_the_dead_camera_before_all_else(demo_site):  # noqa: F811
    app = opened(demo_site, "morning")
    assert app.date_input(key="date").value == LAST
    assert "Nothing came from yard" in app.error[0].value
    # Three of four cameras, three shifts of eight hours.
    assert "72.0 of 96.0 camera-hours" in said(app)


def test_the_hours_on_the_page_are_those_of_the_store(demo_site):  # noqa: F811
    site = load_site(demo_site)
    rows = open_store(site.store_url).read(SHIFT_METRICS, site.name, LAST, LAST)
    cameras = rows[rows["level"] == "camera"]
    whole = f"{cameras['analysed_h'].sum():.1f} of {cameras['expected_h'].sum():.1f} camera-hours"
    assert whole in said(opened(demo_site, "morning"))


def test_a_link_chooses_and_what_it_asks_for_in_vain_is_told(demo_site):  # noqa: F811
    app = opened(demo_site, "morning", date="2026-09-01", zone="packing", shift="dawn")
    assert (app.date_input(key="date").value, app.selectbox(key="zone").value) == (
        date(2026, 9, 1),
        "packing",
    )
    assert app.selectbox(key="shift").value is None
    assert "“dawn”" in app.warning[0].value
    assert "The data is complete: 24.0 of 24.0" in said(app)


def test_the_language_of_a_link_is_spoken(demo_site):  # noqa: F811
    assert opened(demo_site, "morning", lang="de").title[0].value == "Morgen"


def test_an_empty_store_says_what_to_do(tmp_path, demo_site):  # noqa: F811
    for name in ("site.toml", "policy.toml"):
        shutil.copy(demo_site.parent / name, tmp_path)
    app = opened(tmp_path / "site.toml", "morning")
    assert not app.exception
    assert "hingewise nightly" in app.info[0].value


def test_a_faulty_site_file_is_a_sentence(tmp_path):
    (tmp_path / "site.toml").write_text("[site]\n")
    app = opened(tmp_path / "site.toml", "morning")
    assert not app.exception
    assert "site.toml" in app.error[0].value
    assert "hingewise doctor" in app.info[0].value


def test_a_damaged_part_is_a_sentence(tmp_path, demo_site):  # noqa: F811
    shutil.copytree(demo_site.parent, tmp_path, dirs_exist_ok=True)
    part = next((tmp_path / "store/shift_metrics/site=demo" / f"date={LAST}").glob("*.parquet"))
    part.write_bytes(b"PAR1 no more")
    app = opened(tmp_path / "site.toml", "morning")
    assert not app.exception
    assert "shift_metrics" in app.error[0].value


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.4", None])
def test_the_page_itself_refuses_other_machines_without_a_login(demo_site, address):  # noqa: F811
    app = opened(demo_site, "morning", address)
    assert "no login" in app.error[0].value
    assert not app.title


def test_every_made_up_date_carries_its_mark(demo_site):  # noqa: F811
    site = load_site(demo_site)
    store = open_store(site.store_url)
    marked = {part.date for part in store.parts(SIMULATED, site.name)}
    made_up = {part.date for part in store.parts(SHIFT_METRICS, site.name)}
    assert len(marked) == 40
    assert made_up <= marked | {max(marked)}
