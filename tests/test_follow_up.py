from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from pipelines.exposure.compare import Verdict
from pipelines.exposure.follow_up import Change, Stage, follow_ups, windows
from pipelines.exposure.follow_up_text import line, outcome
from pipelines.exposure.series import Measure

DAY = date(2026, 3, 2)
LATE = date(2026, 7, 1)
SHARE, RATE = Measure.SPINE_BEND_SHARE, Measure.LOW_BENDS_PER_PERSON_H


def shifts(first, end, zone="inbound", camera="dock-1", **other):
    """Return sums of the early and late shifts of some days from the change on: 40 judged, 16 bent."""
    rows = [
        {
            "zone": zone, "camera_id": camera, "shift": shift,
            "shift_date": (DAY + timedelta(days=day)).isoformat(), "lifts": 50,
            "low_bends": 20 + day % 3, "spine_bends": 15 + day % 3, "judged": 40, "observed_person_h": 4.0,
            "analysed_h": 8.0, "workers": 4.0, "versions": "pose@a 1", "policy_id": "p1",
        } | other
        for day in range(first, end)
        for shift in ("early", "late")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def followed(*parts, today=LATE, weeks=(1,), zones=("inbound",), least=5):
    table = pd.concat(parts, ignore_index=True)
    return follow_ups([Change(zone, zone, DAY) for zone in zones], table, today, least, weeks)


def test_windows_are_four_weeks_before_and_the_week_that_ends_then_without_the_day_itself():
    before, after = windows(DAY, 1)
    assert before == (date(2026, 2, 2), date(2026, 3, 2))
    assert after == (date(2026, 3, 3), date(2026, 3, 10))
    assert windows(DAY, 4)[1] == (date(2026, 3, 24), date(2026, 3, 31))
    assert windows(DAY, 12)[1] == (date(2026, 5, 19), date(2026, 5, 26))


def test_every_change_has_follow_ups_at_weeks_1_4_and_12_by_itself():
    found = follow_ups([Change("a", "inbound", DAY)], shifts(-28, 0), DAY, 5)
    assert [(one.week, one.measure) for one in found] == [
        (week, measure) for week in (1, 4, 12) for measure in (SHARE, RATE)
    ]
    assert {one.stage for one in found} == {Stage.NOT_YET}
    assert all(one.needed > 0 and one.n_before > 0 == one.n_after for one in found), "told beforehand"


@pytest.mark.parametrize(
    ("today", "analysed_until", "stage"),
    [
        pytest.param(date(2026, 3, 10), 8, Stage.NOT_YET, id="the last night shift still runs"),
        pytest.param(date(2026, 3, 11), 8, Stage.DONE, id="over and analysed"),
        pytest.param(date(2026, 3, 11), 7, Stage.DUE, id="the last day is not analysed"),
    ],
)
def test_a_follow_up_waits_for_its_week_and_for_its_recordings(today, analysed_until, stage):
    assert {one.stage for one in followed(shifts(-28, analysed_until), today=today)} == {stage}


def test_half_the_bends_is_an_improvement_of_share_and_rate():
    share, rate = followed(shifts(-28, 1), shifts(1, 8, spine_bends=8, low_bends=10))
    assert (share.comparison.verdict, rate.comparison.verdict) == (Verdict.IMPROVED, Verdict.IMPROVED)
    assert share.comparison.value == pytest.approx(-0.2, abs=0.005)
    assert rate.comparison.value == pytest.approx(10 / 21, abs=0.005)
    assert (share.n_before, share.n_after) == (28 * 2 * 40, 7 * 2 * 40)
    assert (share.hours_before, share.hours_after) == (28 * 2 * 4.0, 7 * 2 * 4.0)
    assert share.stamp == "pose@a 1; policy p1"
    interval, words = outcome(share)
    assert (interval[:12], words) == ("-20.1 points", "improved")


def test_a_line_tells_outcome_interval_lifts_hours_and_versions():
    told = line(followed(shifts(-28, 1), shifts(1, 8, spine_bends=8, low_bends=10))[0])
    assert told.startswith(
        "week 1 (2026-03-03 to 2026-03-09), share of spine bends: improved; -20.1 points (95 % int"
    )
    assert "judged lifts: 2240 in 224 observed person-hours before, 560 in 56 observed" in told
    assert told.endswith("needed in each; pose@a 1; policy p1")
    assert line(followed(shifts(-28, 1), today=DAY)[0]).startswith("week 1 (2026-03-03 to 2026-03-09), ")


def test_the_day_of_the_change_counts_on_neither_side():
    calm = followed(shifts(-28, 0), shifts(1, 8))
    wild = followed(shifts(-28, 0), shifts(0, 1, spine_bends=40, low_bends=400), shifts(1, 8))
    assert [one.comparison for one in calm] == [one.comparison for one in wild]


def test_no_change_is_no_evidence_with_many_lifts_and_too_few_with_few():
    many = followed(shifts(-28, 8))
    few = followed(shifts(-28, 1), shifts(1, 8, spine_bends=1, judged=2, low_bends=1, observed_person_h=0.2))
    assert {one.comparison.verdict for one in many} == {Verdict.NO_EVIDENCE}
    assert {one.comparison.verdict for one in few} == {Verdict.TOO_FEW_LIFTS}
    assert few[0].n_after < few[0].needed


def test_shifts_that_differ_need_more_lifts_than_shifts_alike():
    alike = shifts(-28, 8)
    differing = alike.assign(spine_bends=np.where(np.arange(len(alike)) % 4 < 2, 2, 30))
    assert followed(differing)[0].needed > 3 * followed(alike)[0].needed


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({"versions": "pose@b 1"}, "the models or the code that measure camera dock-1 changed"),
        ({"camera": "dock-2"}, "camera dock-1 has data only before the change"),
        ({"policy_id": "p2"}, "judged under different policies"),
    ],
    ids=["model", "camera", "policy"],
)
def test_another_setup_after_the_change_gives_a_reason_and_no_verdict(after, words):
    for one in followed(shifts(-28, 1), shifts(1, 8, spine_bends=2, **after)):
        assert (one.stage, one.comparison) == (Stage.BROKEN, None)
        assert words in one.why
        assert outcome(one)[1].startswith("can't be compared: ")


def test_a_camera_that_was_out_for_some_days_breaks_nothing():
    parts = shifts(-28, -20, camera="dock-2"), shifts(-12, 8, camera="dock-2")
    assert {one.stage for one in followed(shifts(-28, 8), *parts)} == {Stage.DONE}


def test_a_zone_that_has_gone_dark_is_not_called_improved():
    found = followed(shifts(-28, 1), shifts(-28, 8, zone="yard", camera="yard"))
    assert {(one.stage, one.why) for one in found} == {
        (Stage.BROKEN, "camera dock-1 has data only before the change")
    }


def test_only_shifts_that_both_windows_saw_are_compared():
    nights = shifts(-28, 1).assign(shift="night", spine_bends=40)
    found = followed(shifts(-28, 8), nights[nights["shift_date"].ne("")].drop_duplicates("shift_date"))
    assert abs(found[0].comparison.value) < 0.01


def test_small_groups_are_withheld_counts_too():
    one = followed(shifts(-28, 8, workers=2.0))[0]
    assert (one.stage, one.comparison, one.n_before, one.needed) == (Stage.WITHHELD, None, 0, None)
    assert followed(shifts(-28, 8, workers=3.0))[0].stage is Stage.DONE, "early and late are different people"


def test_other_changes_of_the_zone_within_the_windows_are_named():
    changes = [
        Change("a", "inbound", DAY),
        Change("b", "inbound", DAY + timedelta(days=3)),
        Change("c", "yard", DAY + timedelta(days=3)),
        Change("d", "inbound", DAY + timedelta(days=60)),
    ]
    first = follow_ups(changes, shifts(-28, 70), LATE, 5, (1,))[0]
    assert first.also == (DAY + timedelta(days=3),)
    assert "the zone was changed on 2026-03-05 too" in outcome(first)[1]


def test_among_many_zones_a_weak_finding_falls():
    weak = [shifts(-28, 1), shifts(1, 8, spine_bends=14)]
    alone = followed(*weak)[0]
    others = [f"z{number}" for number in range(40)]
    among = followed(*weak, *(shifts(-28, 8, zone=z, camera=z) for z in others), zones=("inbound", *others))[
        0
    ]
    assert alone.comparison.verdict is Verdict.IMPROVED
    assert among.comparison.adjusted_p > alone.comparison.p_value == among.comparison.p_value
    assert among.comparison.verdict is Verdict.NO_EVIDENCE


def test_weeks_begin_at_one():
    with pytest.raises(ValueError, match="follow-up in week 0, expected a week of at least 1"):
        followed(shifts(-28, 8), weeks=(0, 4))
