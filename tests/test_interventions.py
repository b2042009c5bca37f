"""Interventions: recorded once by any number of callers, refused in one sentence, listed with follow-ups."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from simulated_site import POLICY_ID, Plan, Zone, simulate, stored

from detectors.tables import EXPOSURE, FOOTAGE, JUDGEMENTS, LIFTS
from pipelines.changes.following_up import follow_ups_of
from pipelines.changes.intervening import intervention
from pipelines.changes.interventions import Intervention, Kind, record, recorded
from pipelines.judging.policy import NamedPolicy, load_policy
from pipelines.sites.site import SiteError, load_site
from pipelines.storage.store import open_store

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SITE = """
[site]
name = "north"
time_zone = "Europe/Berlin"
[store]
url = "store"
[[cameras]]
id = "pack-1"
footage = "pack-1/*.mp4"
zone = "packing"
start_time = "container"
[[shifts]]
name = "early"
start = "06:00"
end = "14:00"
[[shifts]]
name = "late"
start = "14:00"
end = "22:00"
[[shifts]]
name = "night"
start = "22:00"
end = "06:00"
"""


@pytest.fixture
def site(tmp_path):
    path = tmp_path / "site.toml"
    path.write_text(SITE)
    return load_site(path)


@pytest.fixture
def store(site):
    return open_store(site.store_url)


@pytest.fixture
def command(site, capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            intervention([*arguments, "--site", str(site.path)])
        return ended.value.code or 0, capsys.readouterr().out

    return run


def stands(zone="packing", day=DAY, what="pallets on stands of 40 cm", **other):
    return Intervention(zone, day, Kind.HEIGHT, what, **other)


def test_what_is_recorded_is_read_again(site, store):
    assert record(site, store, stands(by="safety committee"), NOW)
    row = recorded(site, store).iloc[0]
    assert (row["zone"], row["date"], row["kind"]) == ("packing", "2026-03-02", "height")
    assert (row["what"], row["by"]) == ("pallets on stands of 40 cm", "safety committee")
    assert row["recorded_utc"] == NOW


def test_the_same_change_again_is_one_and_stays_as_it_was(site, store):
    assert record(site, store, stands(), NOW)
    assert not record(site, store, stands(by="another team"), NOW + timedelta(days=9))
    assert recorded(site, store)["recorded_utc"].tolist() == [NOW]


def test_forty_changes_at_the_same_time_are_all_kept(site, store):
    changes = [stands(what=f"stand {number}") for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda change: record(site, store, change, NOW), changes))
    assert sorted(recorded(site, store)["what"]) == sorted(change.what for change in changes)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (stands(zone="paking"), "no camera watches a zone 'paking'; did you mean 'packing'?"),
        (stands(zone="x"), "no camera watches a zone 'x', expected one of 'packing'"),
        (
            stands(day=DAY + timedelta(days=1)),
            "--date 2026-03-03 is in the future, expected the day on which",
        ),
        (stands(what=" "), "--what is ' ', expected one line of 1 to 200 characters"),
        (stands(what="a\nb"), r"--what is 'a\\nb', expected one line"),
        (stands(what="a" * 201), "expected one line of 1 to 200 characters"),
        (stands(by=""), "--by is '', expected one line"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_and_nothing_is_kept(site, store, change, sentence):
    with pytest.raises(SiteError, match=sentence) as caught:
        record(site, store, change, NOW)
    assert "\n" not in str(caught.value)
    assert recorded(site, store).empty


def test_the_day_is_that_of_the_site_not_of_utc(site, store):
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert record(site, store, stands(day=DAY + timedelta(days=1)), late), "already the next day in Berlin"


def test_add_and_list_on_the_command_line(command):
    assert command("list")[1].startswith("no interventions recorded in")
    status, out = command(
        "add", "--zone", "packing", "--date", "2026-03-02", "--what", "stands", "--kind", "aid"
    )
    assert (status, "recorded: packing, 2026-03-02, aid" in out) == (0, True)
    status, out = command("list")
    assert (status, "2026-03-02 packing (aid): stands" in out) == (0, True)
    assert out.count("share of spine bends: not yet") + out.count("share of spine bends: due") == 3


def test_the_help_asks_for_no_names(command):
    assert "Name nobody" in command("add", "--help")[1]


def test_a_true_improvement_is_found_from_the_stored_tables(site, store):
    plan = Plan(
        (Zone("packing", ("pack-1",), 20.0, 0.5, spine_bend_share_after=0.2),),
        days=36, change_day=28, people=2.0, minute_step=8, first=DAY - timedelta(days=28),
    )  # fmt: skip
    made = simulate(plan, 4)
    tables = {LIFTS: made.lifts, JUDGEMENTS: made.judgements, EXPOSURE: made.exposure, FOOTAGE: made.footage}
    for spec, rows in tables.items():
        plain = rows.drop(columns=["path"], errors="ignore")
        store.write(spec, stored(plain, spec), "north", DAY, "all")
    record(site, store, stands(), NOW)
    policy = NamedPolicy(load_policy(None).policy, POLICY_ID)
    first = follow_ups_of(site, store, policy, recorded(site, store), date(2026, 3, 20))[0]
    assert first.comparison.verdict == "improved"
    assert first.comparison.low < -0.3 < first.comparison.high
