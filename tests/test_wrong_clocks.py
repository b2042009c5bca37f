"""Recordings of a wrong clock count for nothing, in lifts and in exposure alike, and coverage says so."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from test_shift_figures import POLICY, SITE, figures, record

from detectors.shift_table import SHIFT_METRICS
from pipelines.footage.wrong_clocks import CLOCK_FAULTS, PART, ClockFault
from pipelines.judging.policy import PolicyError, load_policy
from pipelines.judging.shift_figures import rebuild
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

DAY = date(2026, 3, 4)


@pytest.fixture
def site(tmp_path):
    """Return a site with two hours of a camera, three lifts in the first, five in the second."""
    (tmp_path / "site.toml").write_text(SITE)
    (tmp_path / "policy.toml").write_text(POLICY)
    found = load_site(tmp_path / "site.toml")
    store = open_store(found.store_url)
    record(store, DAY, "2026-03-04T08:00Z", 1.0, range(3))
    record(store, DAY, "2026-03-04T09:00Z", 1.0, range(5))
    return found


def fault(site, kind):
    row = {
        "footage_id": "0304T0900dock",
        "camera_id": "dock",
        "zone": "inbound",
        "fault": kind,
        "by_s": 240.0,
    }
    types = {column.name: column.dtype for column in CLOCK_FAULTS.columns}
    frame = pd.DataFrame([row])[CLOCK_FAULTS.names].astype(types)
    open_store(site.store_url).write(CLOCK_FAULTS, frame, "depot", DAY, PART)


def told(site, line="", **row):
    (site.folder / "policy.toml").write_text(POLICY.replace("[figures]\n", f"[figures]\n{line}\n"))
    store, policy = open_store(site.store_url), load_policy(site.policy_file)
    rebuild(store, site, policy, DAY, DAY)
    found = figures(store, site, policy_id=policy.policy_id, **row).loc[("2026-03-04", "day")]
    return found[["lifts", "analysed_h", "observed_person_h", "received_h", "excluded_h"]].tolist()


@pytest.mark.parametrize("kind", ["future", "overlap"])
def test_by_default_lifts_and_time_of_a_wrong_clock_are_left_out_alike(site, kind):
    assert told(site) == [8.0, 2.0, 2.0, 2.0, 0.0]
    fault(site, kind)
    assert told(site) == [3.0, 1.0, 1.0, 2.0, 1.0]
    assert told(site, level="site", camera_id="all") == [3.0, 1.0, 1.0, 2.0, 1.0]


def test_a_slip_is_left_out_only_where_the_policy_says_so(site):
    fault(site, "drift")
    assert told(site) == [8.0, 2.0, 2.0, 2.0, 0.0]
    assert told(site, 'leave_out_clocks = ["drift"]') == [3.0, 1.0, 1.0, 2.0, 1.0]


def test_the_policy_may_count_all_of_them(site):
    fault(site, "overlap")
    assert told(site, "leave_out_clocks = []") == [8.0, 2.0, 2.0, 2.0, 0.0]


def test_another_choice_is_another_policy_and_the_default_keeps_its_name(tmp_path):
    names = {}
    for key, text in {
        "unsaid": "[figures]\n",
        "default": '[figures]\nleave_out_clocks = ["overlap", "future"]\n',
        "none": "[figures]\nleave_out_clocks = []\n",
    }.items():
        (tmp_path / "policy.toml").write_text(text)
        names[key] = load_policy(tmp_path / "policy.toml").policy_id
    assert names["unsaid"] == names["default"] != names["none"]


def test_a_clock_fault_that_there_is_not_is_refused_by_its_names(tmp_path):
    (tmp_path / "policy.toml").write_text('[figures]\nleave_out_clocks = ["slow"]\n')
    with pytest.raises(
        PolicyError, match=r"leave_out_clocks.*expected a list of 'future', 'overlap', 'drift'"
    ):
        load_policy(tmp_path / "policy.toml")
    assert {str(one) for one in ClockFault} == {"future", "overlap", "drift"}


def test_coverage_has_the_hours_that_were_left_out():
    (column,) = (one for one in SHIFT_METRICS.columns if one.name == "excluded_h")
    assert column.nullable, "older figures have none"
