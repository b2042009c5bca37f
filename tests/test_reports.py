"""The report of a shift: what it says against what the store holds, two pages, and nothing given away."""

from __future__ import annotations

import html
import math
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from reported_site import DAY, NOW, reported_site, site_file
from test_wording import said

from detectors.tables import EXPOSURE, JUDGEMENTS, LIFTS
from pipelines.cli import app
from pipelines.exposure.few_people import suppressed
from pipelines.judging.policy import load_policy
from pipelines.reports.build import report_content
from pipelines.reports.content import Bar, Bars, Points, ReportContent, Section, Table
from pipelines.reports.html import as_html
from pipelines.reports.pdf import as_pdf
from pipelines.reports.shift_report import ShiftOfDay, facts_of, report_paths, whole_weeks, write_report
from pipelines.reports.words import band, counted
from pipelines.sites.shifts import assign
from pipelines.sites.site import SiteError, load_site
from pipelines.storage.store import open_store

EARLY = ShiftOfDay(DAY, "early")
NAN = math.nan


@pytest.fixture(scope="module")
def depot(tmp_path_factory):
    return reported_site(tmp_path_factory.mktemp("depot"))


@pytest.fixture(scope="module")
def content(depot):
    return report_content(facts_of(depot.site, depot.store, depot.policy, EARLY, NOW))


@pytest.fixture(scope="module")
def text(content):
    """The words of the HTML page, its style left out."""
    body = as_html(content).decode().partition("</style>")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def pages(pdf):
    return len(re.findall(rb"/Type /Page\b", pdf))


def part(content, title, kind):
    (section,) = (one for page in content.pages for one in page if one.title == title)
    return next(one for one in section.parts if isinstance(one, kind))


def lifts_of(depot, hours=(6, 14)):
    lifts = depot.store.read(LIFTS, "depot")
    local = lifts["start_utc"].dt.tz_convert("Europe/Berlin")
    inside = (local.dt.date == DAY) & (local.dt.hour >= hours[0]) & (local.dt.hour < hours[1])
    return lifts[inside].merge(depot.store.read(JUDGEMENTS)[["lift_id", "technique"]], on="lift_id")


def test_counts_are_those_of_the_store(depot, text):
    lifts = lifts_of(depot)
    bent = (lifts["technique"] == "spine_bend").sum()
    determinate = (lifts["technique"] != "indeterminate").sum()
    assert len(lifts) > 50
    assert f"{len(lifts)} lifts, 0 lowerings and 0 bends without a load in" in text
    assert f"Spine bends: {bent} of {determinate} determinate lifts and lowerings" in text


def test_every_part_is_there_and_every_figure_has_its_stamp(depot, content, text):
    titles = [[section.title for section in page] for page in content.pages]
    assert titles == [["What happened", "How sure"], ["What to do", "Method and limits"]]
    for stamp in (depot.policy.policy_id, "pose@old", "0.1.0+5d0c7a91"):
        assert text.count(stamp) == 2, "at the foot of both pages"
    assert "(95 % interval" in text


def test_a_dead_camera_has_no_data_and_is_to_be_looked_at(content, text):
    cameras = {row[0]: row for row in part(content, "How sure", Table).rows}
    assert cameras["yard"][2:6] == ("8.0 h", "0.0 h", "0.0 h", "no data")
    zones = {row[0]: row for row in part(content, "What happened", Table).rows}
    assert zones["outbound"][1:3] == ("0 %".replace(" ", "\u00a0"), "no data")
    assert "Look at camera yard (outbound): no data, nothing came in." in text
    assert "1 of 5 cameras has no data" in text


def test_one_who_works_alone_is_suppressed_and_so_is_a_zone_that_would_tell(depot, content, text):
    zones = {row[0]: row for row in part(content, "What happened", Table).rows}
    hidden = [zone for zone, row in zones.items() if row[2] == "suppressed"]
    assert "storage" in hidden
    assert len(hidden) > 1, "the total less the others would be storage's"
    assert all(cell == "" for zone in hidden for cell in zones[zone][3:])
    assert "Suppressed: fewer than 5 workers or 0.5 person-hours in view" in text
    by_zone = lifts_of(depot).groupby("zone").size()
    assert zones["inbound"][3] == str(by_zone["inbound"]), "both cameras of it"
    assert not re.search(rf"\b{by_zone['storage']}\b lifts", text)
    (bar,) = (one for one in part(content, "How sure", Bars).bars if one.label == "storage")
    assert (bar.words, bar.shown) == ("suppressed", False)


def test_evidence_is_of_low_bends_from_the_floor_of_whole_weeks(depot):
    facts = facts_of(depot.site, depot.store, depot.policy, EARLY, NOW)
    assert 1 <= len(facts.actions) <= 3
    assert facts.looked_at == (date(2026, 2, 2), date(2026, 3, 1))
    lifts = depot.store.read(LIFTS, "depot").set_index("lift_id")
    for action in facts.actions:
        rows = lifts.loc[list(action.evidence)]
        assert set(rows["zone"]) == {action.zone}
        assert set(rows["origin_band"]) == {"floor"}
        assert (rows["trunk_inclination_peak_deg"] > 60.0).all()
        assert rows["date"].max() <= "2026-03-01"
    assert "storage" not in {action.zone for action in facts.actions}, "a small group"


@pytest.mark.parametrize(("day", "last"), [("2026-03-02", "2026-03-01"), ("2026-03-08", "2026-03-01")])
def test_the_weeks_of_a_redesign_end_on_a_sunday_that_is_over(day, last):
    first, end = whole_weeks(date.fromisoformat(day))
    assert end == date.fromisoformat(last)
    assert (end - first).days == 27


def test_a_change_is_followed_up_by_itself(content):
    rows = part(content, "What to do", Table).rows
    assert {row[1] for row in rows} == {"1", "4", "12"}
    assert [row[0] for row in rows] == ["2026-02-20 packing: tables raised by 20 cm"] + [""] * 5
    ended = [row for row in rows if row[1] == "1"]
    said_of_it = {"improved", "worse", "no evidence of a change", "too few lifts"}
    assert {row[4] for row in ended} <= said_of_it
    assert all(row[6] == row[7] == "" for row in rows if row[4].startswith("not yet"))


def test_a_policy_that_judged_nothing_yet_is_no_lack_of_lifts(depot, tmp_path):
    (tmp_path / "new.toml").write_text("spine_bend_from = 0.7\n")
    facts = facts_of(depot.site, depot.store, load_policy(tmp_path / "new.toml"), EARLY, NOW)
    rows = part(report_content(facts), "What to do", Table).rows
    ended = next(row for row in rows if row[1] == "1" and row[3] == "share of spine bends")
    assert "run `hingewise assess`" in ended[4]


def test_both_files_have_two_pages_and_are_the_same_each_time(depot, content, tmp_path):
    first, paths = write_report(depot.site, depot.store, depot.policy, EARLY, tmp_path, NOW)
    before = [path.read_bytes() for path in paths]
    assert [path.name for path in paths] == [
        "report_depot_2026-03-02_early.pdf",
        "report_depot_2026-03-02_early.html",
    ]
    assert pages(before[0]) == before[1].decode().count("<main>") == 2
    write_report(depot.site, depot.store, depot.policy, EARLY, tmp_path, NOW)
    assert [path.read_bytes() for path in paths] == before
    assert before[1] == as_html(content) == as_html(first)
    assert "Monday 2026-03-02, 06:00 to 14:00" in content.digest


def test_the_page_needs_nothing_from_elsewhere_and_says_nothing_it_may_not(content, text):
    page = as_html(content).decode()
    assert not re.search(r"https?:|<script|<link|<img|@import|url\(", page)
    assert 'name="viewport"' in page
    assert "@media print" in page
    assert not said(text)
    assert "Posture is not injury" in text


def test_names_are_escaped():
    odd = "<script>alert('a')</script>"
    bars = Bars((Bar(odd, odd, 0.5, 0.4, 0.6, 0.3, 0.7),), "note")
    sections = (Section(odd, (Points((odd,)), Table((odd,), ((odd,),)), bars)),)
    page = as_html(ReportContent(odd, odd, (sections, sections), odd)).decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_long_report_still_has_two_pages(tmp_path):
    cameras = {f"camera-with-a-long-name-{n}": f"zone with a long name too {n} <&> äß" for n in range(40)}
    site = load_site(site_file(tmp_path, cameras))
    facts = facts_of(site, open_store(str(tmp_path / "store")), load_policy(None), EARLY, NOW)
    content = report_content(facts)
    assert pages(as_pdf(content)) == 2
    table = part(content, "What happened", Table)
    assert len(table.rows) == 8
    assert "32 more zones stand in shift_metrics." in table.note


def test_a_bar_lies_where_its_share_is():
    bars = Bars((Bar("a", "", 0.5, 0.4, 0.6, 0.25, 0.75), Bar("b", "no data", *[NAN] * 5)), "")
    sections = (Section("s", (bars,)),)
    page = as_html(ReportContent("t", "s", (sections, sections), "")).decode()
    drawn = [
        tuple(map(float, found)) for found in re.findall(r'<rect x="([\d.]+)" y="\d+" width="([\d.]+)"', page)
    ]
    assert drawn[:4] == [(0, 1000), (250, 500), (400, 200), (498, 4)]
    assert drawn[4] == (0, 1000), "of the other only the scale"
    assert "nan" not in page


def test_a_shift_of_which_nothing_is_known_is_no_data(tmp_path):
    site = load_site(site_file(tmp_path, {"dock": "inbound"}))
    facts = facts_of(site, open_store(str(tmp_path / "store")), load_policy(None), EARLY, NOW)
    content = report_content(facts)
    coverage, line = part(content, "What happened", Points).lines
    assert coverage.startswith("Coverage: 0.0 h of 8.0 h expected camera-hours were analysed")
    assert line == "The site as a whole: no data: nothing of it was recorded and analysed."
    page = " ".join(as_html(content).decode().split())
    assert "0.0 h of 8.0 h expected camera-hours were analysed (0 %)" in page


@pytest.mark.parametrize(
    ("one", "now", "sentence"),
    [
        (ShiftOfDay(DAY, "erly"), NOW, "no shift 'erly'; did you mean 'early'"),
        (ShiftOfDay(DAY, "zzz"), NOW, "expected one of 'early', 'late', 'night'"),
        (EARLY, datetime(2026, 3, 2, 12, 59, tzinfo=UTC), "ends 2026-03-02 14:00, expected one that is over"),
    ],
)
def test_what_can_not_be_reported_is_one_sentence(tmp_path, one, now, sentence):
    site = load_site(site_file(tmp_path, {"dock": "inbound"}))
    with pytest.raises(SiteError, match=re.escape(sentence)) as caught:
        facts_of(site, open_store(str(tmp_path / "store")), load_policy(None), one, now)
    assert len(str(caught.value).splitlines()) == 1


def test_the_command_writes_into_the_folder_of_the_site_file(tmp_path, capsys):
    path = site_file(tmp_path, {"dock": "inbound"}, '[report]\nfolder = "reports"\n')
    words = f"report --date 2026-03-02 --shift early --site {path}".split()
    app(words, exit_on_error=False, result_action="return_value")
    written = report_paths(load_site(path), EARLY, tmp_path / "reports")
    assert all(one.stat().st_size > 1000 for one in written)
    assert str(written[0]) in capsys.readouterr().out.replace("\n", "")


def test_a_name_with_a_slash_is_one_file(tmp_path):
    site = load_site(site_file(tmp_path, {"dock": "inbound"}))
    (pdf, _) = report_paths(site, ShiftOfDay(DAY, "early/A"), tmp_path)
    assert pdf.parent == tmp_path


def test_zones_with_most_lifts_come_first_and_those_without_figures_last(depot, content):
    zones = [row[::2][:2] for row in part(content, "What happened", Table).rows]
    assert zones[0][0] == "inbound"
    assert {words for _, words in zones[1:]} == {"no data", "suppressed"}


def test_a_zone_whose_workers_are_not_stated_says_where_to_state_them(depot, content):
    lines = part(content, "What happened", Points).lines
    (told,) = (line for line in lines if "[figures.workers_per_shift]" in line)
    assert told.startswith("How many people work in storage is not stated"), "packing's are"
    assert "If it is 5 or more" in told
    assert "`storage = 6`" in told
    open_to_all = load_policy(depot.site.policy_file).figures.model_copy(update={"least_group_size": 1})
    facts = facts_of(depot.site, depot.store, replace(depot.policy, figures=open_to_all), EARLY, NOW)
    assert not [
        line for line in part(report_content(facts), "What happened", Points).lines if "state" in line
    ]


def test_the_digest_hides_the_zones_that_the_figures_hide(depot):
    frames = {spec: depot.store.read(spec, "depot") for spec in (LIFTS, EXPOSURE)}
    lifts = frames[LIFTS].join(assign(frames[LIFTS]["start_utc"], depot.site))
    exposure = frames[EXPOSURE].join(assign(frames[EXPOSURE]["minute_utc"], depot.site))
    found = suppressed(lifts, exposure, depot.policy.figures)
    metrics = facts_of(depot.site, depot.store, depot.policy, EARLY, NOW).metrics
    zones = metrics[(metrics["level"] == "zone") & (metrics["status"] != "no_data")].set_index("zone")
    of_shift = found.zones.xs((str(DAY), "early"))
    assert of_shift.to_dict() == (zones["status"] == "suppressed").to_dict()
    assert found.zones.any()
    assert not found.zones.all()


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("few", "few", " Band of the policy: 'few'."),
        ("few", "very_many", " Band of the policy: 'few' to 'very many'."),
    ],
)
def test_a_band_is_named_by_its_limits(low, high, words):
    assert band({"b": "some", "b_low": low, "b_high": high}, "b") == words
    assert band({"b": None, "b_low": None, "b_high": None}, "b") == ""


def test_one_is_no_plural():
    assert [counted(n, "lift", "lifts") for n in (0.0, 1.0, 2.0)] == ["0 lifts", "1 lift", "2 lifts"]
