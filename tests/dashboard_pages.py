"""Pages of the dashboard over a store of demo days, opened without a browser."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard.app import SITE_FILE
from pipelines.commands import site_policy
from pipelines.demo.days import MadeUp, write_demo_days
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data" / "sample"
MADE_UP = MadeUp(date(2026, 8, 10), 40)


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory):
    """Return the site file of the demo, whose store holds 40 simulated days; the camera yard is dead."""
    folder = tmp_path_factory.mktemp("demo")
    for name in ("site.toml", "policy.toml"):
        shutil.copy(SAMPLE / name, folder)
    site = load_site(folder / "site.toml")
    store = open_store(site.store_url)
    write_demo_days(site, store, site_policy(site, None), datetime(2026, 11, 9, 7, tzinfo=UTC), MADE_UP)
    return folder / "site.toml"


def opened(site_file, page, address="127.0.0.1", **query):
    """Return a page after its first run, as served at an address."""
    os.environ[SITE_FILE] = str(site_file)
    config.set_option("server.address", address)
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    app.query_params.update(query)
    app.run()
    if page != "morning":
        app._page_hash = calc_hash(page)
        app.run()
    return app
