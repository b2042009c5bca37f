"""Each shift against its own weeks, what changed, and the page that tells it."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from dashboard_pages import demo_site, opened  # noqa: F401
from shift_rows import FIRST, day, shift_rows

from dashboard.charts.baseline import baseline_chart
from dashboard.summaries.morning import Held, Standing, against_own, windows
from dashboard.summaries.morning_changes import Kind, changes
from dashboard.summaries.morning_table import as_table, figures_of_day, shown_table
from dashboard.summaries.morning_words import change_words, day_notes, verdict_lines
from dashboard.wording import words
from detectors.tables import FOOTAGE, LIFTS, SHIFT_METRICS
from pipelines.exposure.compare import Verdict
from pipelines.plans.sampling import LEFT_OUT
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

LAST = FIRST + timedelta(days=34)
BEFORE, WEEK = range(28), range(28, 35)
VERDICTS = {verdict: str(verdict) for verdict in Verdict}


def weeks(*parts):
    return pd.concat(parts, ignore_index=True)


def as_ever(**other):
    """Return five weeks of which each shift is a little off the one before, as work is."""
    off = [n % 3 - 1.0 for n in range(35)]
    return weeks(
        *(shift_rows([n], spine_bends=12.0 + off[n], hip_hinges=24.0 - off[n], **other) for n in range(35))
    )


def only(metrics, camera=None):
    (found,) = against_own(metrics, LAST, camera)
    return found


def test_the_windows_are_whole_weeks_that_touch():
    before, week = windows(date(2026, 3, 29))
    assert before == ("2026-02-23", "2026-03-22")
    assert week == ("2026-03-23", "2026-03-29")


def test_a_week_with_twice_the_bends_got_worse():
    bent = shift_rows(WEEK, spine_bends=24.0, hip_hinges=12.0)
    found = only(weeks(as_ever().query("shift_date < @day(28)"), bent))
    assert found.comparison.verdict is Verdict.WORSE
    assert found.comparison.low > 0.2
    assert (found.before.judged, found.week.judged) == (28 * 40, 7 * 40)


def test_a_week_with_half_the_bends_got_better_and_is_said_so():
    better = shift_rows(WEEK, spine_bends=4.0, hip_hinges=32.0)
    found = only(weeks(as_ever().query("shift_date < @day(28)"), better))
    ((verdict, line),) = verdict_lines([found], words("en"), str)
    assert verdict is Verdict.IMPROVED
    assert "10% of 280 in the last 7 days" in line
    assert "of 1,120 in the four weeks before" in line


def test_a_week_as_ever_is_not_called_either():
    found = only(as_ever())
    assert found.comparison.verdict in (Verdict.NO_EVIDENCE, Verdict.TOO_FEW_LIFTS)
    assert found.comparison.low < 0.0 < found.comparison.high
    assert found.standing is Standing.USUAL


def test_a_day_beyond_its_limits_stands_out_though_the_week_may_not():
    odd = shift_rows([34], spine_bends=38.0, hip_hinges=2.0, squats=0.0, spine_bend_share=0.95)
    found = only(weeks(as_ever().query("shift_date < @day(34)"), odd))
    assert found.standing is Standing.ABOVE
    assert any("95%" in note and "above" in note for note in day_notes([found], words("en"), str))


def test_few_lifts_are_no_verdict_and_it_is_told_how_many_it_takes():
    few = {"hip_hinges": 2.0, "squats": 0.0, "lifts": 3.0, "lowerings": 1.0}
    found = only(weeks(*(shift_rows([n], spine_bends=1.0 + n % 2, **few) for n in range(35))))
    assert found.comparison.verdict is Verdict.TOO_FEW_LIFTS
    assert found.needed > found.week.judged
    assert f"of {found.needed:,} needed" in next(verdict_lines([found], words("en"), str))[1]


def test_a_new_model_is_not_compared_with_the_old():
    newer = shift_rows(WEEK, spine_bends=30.0, hip_hinges=6.0, model_version="pose@b")
    found = only(weeks(shift_rows(BEFORE), newer))
    assert (found.held, found.comparison) == (Held.SETUP_CHANGED, None)
    assert list(verdict_lines([found], words("en"), str)) == []


def test_a_day_with_a_dead_camera_is_left_out_of_the_comparison():
    two = {"cameras": ("dock-1", "yard")}
    whole = weeks(*(shift_rows([n], spine_bends=12.0 + n % 3, **two) for n in range(33)))
    odd = shift_rows([33, 34], dead=("yard",), spine_bends=40.0, hip_hinges=0.0, squats=0.0, **two)
    found = only(weeks(whole, odd))
    assert found.week.shifts == 5
    assert found.comparison.verdict is not Verdict.WORSE
    assert found.standing is Standing.UNKNOWN
    assert "A camera was out" in " ".join(day_notes([found], words("en"), str))


def test_nothing_before_is_no_verdict():
    assert only(shift_rows(WEEK)).held is Held.NOTHING_BEFORE


def test_hidden_shifts_count_for_nothing():
    hidden = shift_rows(WEEK, spine_bends=None, hip_hinges=None, squats=None, status="suppressed")
    found = only(weeks(shift_rows(BEFORE), hidden))
    assert (found.held, found.judged) == (Held.NOTHING_NOW, 0)
    assert as_table([found])["judged"].isna().all()


def test_of_many_zones_that_stayed_alike_hardly_any_is_called_worse():
    # One slightly bad week alone would be a claim; among twenty it is what chance brings.
    alone = weeks(*(shift_rows([n], spine_bends=12.0 + n % 3 - 1 + 2 * (n > 27)) for n in range(35)))
    others = [as_ever(zone=f"zone-{n}") for n in range(19)]
    p_alone = only(alone).comparison.adjusted_p
    among = {one.row["zone"]: one.comparison for one in against_own(weeks(alone, *others), LAST)}
    assert among["inbound"].adjusted_p > p_alone


def test_one_camera_is_held_against_itself():
    two = weeks(as_ever(cameras=("dock-1", "yard")))
    found = only(two, camera="yard")
    assert found.row["camera_id"] == "yard"
    assert found.before.judged == 28 * 40


def test_the_figures_of_the_day_are_of_the_site_unless_a_zone_or_a_camera_is_asked_for():
    metrics = shift_rows([0], cameras=("dock-1", "yard"))
    asked = [(None, None), ("inbound", None), (None, "yard")]
    levels = [figures_of_day(metrics, day(0), *of)["level"].tolist() for of in asked]
    assert levels == [["site"], ["zone"], ["camera"]]


def test_the_chart_has_a_mark_and_a_shape_for_the_day_and_the_week():
    table = as_table([only(as_ever())])
    spec = baseline_chart(table, 30, VERDICTS, words("en")).to_dict()
    (rows,) = spec["datasets"].values()
    assert {row["at"] for row in rows} == {"day", "week"}
    assert {row["share"] for row in rows if row["at"] == "day"} == {0.3}
    shown = shown_table(table, VERDICTS, words("de"))
    assert shown.shape[0] == 1


def runs(*policies):
    starts = pd.to_datetime([f"2026-03-{n + 3:02}T03:00Z" for n in range(len(policies))])
    return pd.DataFrame({"started_utc": starts, "day": starts.date, "policy_id": policies})


def interventions(*rows):
    return pd.DataFrame(rows, columns=["date", "zone", "what"])


def happened(metrics, runs_=None, made=None):
    none = interventions()
    span = (FIRST, LAST)
    found = changes(metrics, runs() if runs_ is None else runs_, none if made is None else made, span)
    return [(one.day.isoformat(), one.kind, one.where) for one in found]


def test_weeks_without_a_change_tell_of_none():
    assert happened(shift_rows(range(5)), runs("p1", "p1")) == []


def test_a_camera_that_comes_and_one_that_stops_are_told_with_their_day():
    one = shift_rows(range(6), cameras=("dock-1",))
    other = shift_rows(range(2, 6), cameras=("yard",))
    assert happened(weeks(one, other)) == [(day(2), Kind.CAMERA_NEW, "yard")]
    stopped = weeks(shift_rows(range(4)), shift_rows([4, 5], dead=("dock-1",)))
    assert happened(stopped) == [(day(4), Kind.CAMERA_OUT, "dock-1")]


def test_a_new_model_is_told_once_for_all_cameras():
    two = {"cameras": ("dock-1", "yard")}
    metrics = weeks(shift_rows(range(3), **two), shift_rows([3, 4], model_version="pose@b", **two))
    assert happened(metrics) == [(day(3), Kind.VERSION, "dock-1, yard")]


def test_a_new_policy_and_a_change_at_the_site_are_told_the_latest_first():
    made = interventions((day(9), "inbound", "pallets on stands"), ("2020-01-01", "inbound", "long ago"))
    found = happened(shift_rows(range(5)), runs("p1", "p2"), made)
    assert found == [(day(9), Kind.INTERVENTION, "inbound"), ("2026-03-04", Kind.POLICY, "")]


def test_a_change_reads_as_a_sentence():
    made = interventions((day(9), "inbound", "pallets on stands"))
    (one,) = changes(shift_rows(range(5)), runs(), made, (FIRST, LAST))
    assert change_words(one, words("en"), str) == "Wed, 11 Mar 2026: changed in inbound: pallets on stands"


@pytest.fixture(scope="module")
def page(demo_site):  # noqa: F811
    return opened(demo_site, "morning")


def test_the_page_comes_in_its_order(page):
    assert not page.exception
    assert [one.value for one in page.subheader] == [
        "The shifts of the day",
        "Against their own four weeks",
        "What to do",
        "What changed",
    ]


def test_the_figures_on_the_page_are_those_of_the_store(demo_site, page):  # noqa: F811
    site = load_site(demo_site)
    rows = open_store(site.store_url).read(SHIFT_METRICS, site.name, date(2026, 9, 18), date(2026, 9, 18))
    of_site = rows[rows["level"] == "site"].sort_values("start_utc")
    shares = [one.value for one in page.metric if one.label == "Share of spine bends"]
    rates = [one.value for one in page.metric if one.label == "Lifts per person-hour"]
    assert shares == [f"{share:.0%}" for share in of_site["spine_bend_share"]]
    assert rates == [f"{rate:.1f}" for rate in of_site["lifts_per_person_h"]]


def test_the_page_says_which_origin_to_raise_and_links_its_lifts(demo_site, page):  # noqa: F811
    assert any("Raise the origin in" in one.value for one in page.markdown)
    site = load_site(demo_site)
    links = [parse_qs(urlsplit(one.proto.url).query) for one in page.get("link_button")]
    assert links
    for link in links:
        day = date.fromisoformat(link["date"][0])
        filed = open_store(site.store_url).read(LIFTS, site.name, day, day, ["lift_id"])
        assert link["lift"][0] in set(filed["lift_id"])


def test_a_filter_leaves_its_zone_and_shift_alone(demo_site):  # noqa: F811
    few = opened(demo_site, "morning", zone="storage", shift="late")
    assert len([one for one in few.metric if one.label == "Share of spine bends"]) == 1
    verdicts = [one.value for one in few.markdown if "badge" in one.value]
    assert len(verdicts) == 1
    assert "late \u00b7 storage" in verdicts[0]


def test_a_declared_sample_is_said_beside_the_coverage(demo_site, page, tmp_path):  # noqa: F811
    assert not [one for one in page.info if "Declared sampling" in one.value]
    folder = shutil.copytree(demo_site.parent, tmp_path / "demo")
    site = load_site(folder / "site.toml")
    store = open_store(site.store_url)
    part = store.parts(FOOTAGE, site.name, date(2026, 9, 18), date(2026, 9, 18))[0]
    rows = store.read_parts(FOOTAGE, [part])[FOOTAGE.names]
    rows = rows.assign(status="failed", reason=LEFT_OUT, analysed_s=0.0).astype({"reason": "str"})
    store.write(FOOTAGE, rows, site.name, part.date, part.name)
    sampled = opened(folder / "site.toml", "morning")
    told = [one.value for one in sampled.info if "Declared sampling" in one.value]
    assert len(told) == 1
    assert f"{len(rows)} of " in told[0]
