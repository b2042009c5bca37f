import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.exposure.peak_hour import peak_hour

MINUTES_S = 60.0 * np.arange(480)
ONE_PERSON = np.full(480, 60.0)


def test_a_burst_is_found_in_the_first_hour_that_holds_it_all():
    burst_s = 8100.0 + np.arange(30) * 60.0  # 02:15 to 02:44
    found = peak_hour(burst_s, MINUTES_S, ONE_PERSON)
    assert (found.start_s, found.end_s) == (6300.0, 9900.0)
    assert (found.lifts, found.observed_person_h, found.lifts_per_person_hour) == (30, 1.0, 30.0)


def test_a_lift_at_the_end_of_the_hour_belongs_to_the_next():
    found = peak_hour([0.0, 3599.9, 3600.0], MINUTES_S[:60], ONE_PERSON[:60])
    assert (found.start_s, found.lifts) == (0.0, 2)


def test_the_rate_is_per_person_in_view_and_not_per_hour_on_the_clock():
    lifts_s = np.r_[np.arange(40) * 60.0, 4 * 3600.0 + np.arange(30) * 60.0]
    watched = np.where(MINUTES_S < 2 * 3600.0, 240.0, 60.0)  # four people for two hours, then one
    found = peak_hour(lifts_s, MINUTES_S, watched)
    assert found.lifts == 30
    assert 3.5 * 3600.0 <= found.start_s <= 4 * 3600.0


def test_hours_hardly_in_view_do_not_count():
    watched = np.where(MINUTES_S < 4 * 3600.0, 60.0, 0.0)
    watched[300:314], watched[314] = 60.0, 54.0  # of the sixth hour: 0.2483 person-hours
    lifts_s = np.r_[np.arange(12) * 300.0, 5 * 3600.0 + np.arange(14) * 60.0]
    assert peak_hour(lifts_s, MINUTES_S, watched).lifts_per_person_hour == pytest.approx(12.0)
    watched[314] = 60.0
    assert peak_hour(lifts_s, MINUTES_S, watched).lifts_per_person_hour == pytest.approx(14 / 0.25)


def test_fifteen_minutes_are_enough_whatever_sums_of_tenths_round_to():
    watched = np.zeros(480)
    watched[:180], watched[300:315] = 0.3, 60.0
    found = peak_hour([18_000.0], MINUTES_S, watched)
    assert found.lifts_per_person_hour == pytest.approx(4.0)


def test_two_cameras_of_a_zone_add_up():
    twice = peak_hour([10.0, 20.0], np.r_[MINUTES_S, MINUTES_S], np.r_[ONE_PERSON, ONE_PERSON])
    assert twice.observed_person_h == 2.0


def test_a_recording_shorter_than_an_hour_has_one_window():
    found = peak_hour([100.0, 900.0], MINUTES_S[3:33], ONE_PERSON[3:33])
    assert (found.start_s, found.lifts, found.observed_person_h) == (0.0, 2, 0.5)


@pytest.mark.parametrize(
    ("lifts_s", "observed_s"),
    [
        pytest.param([5.0], np.full(480, 0.4), id="hardly anyone in view"),
        pytest.param([np.nan], ONE_PERSON, id="unknown lift time"),
        pytest.param([5.0], np.r_[np.nan, ONE_PERSON[1:]], id="unknown minute"),
    ],
)
def test_what_is_not_known_is_nan(lifts_s, observed_s):
    assert np.isnan(peak_hour(lifts_s, MINUTES_S, observed_s).lifts_per_person_hour)


def test_nothing_observed_is_nan():
    assert np.isnan(peak_hour([], [], []).start_s)


@given(st.lists(st.floats(0.0, 8 * 3600.0, exclude_max=True), max_size=60), st.integers(0, 7))
def test_no_window_of_five_minute_steps_has_more(lifts_s, hour):
    found = peak_hour(lifts_s, MINUTES_S, ONE_PERSON)
    inside = sum(hour * 3600.0 <= lift_s < (hour + 1) * 3600.0 for lift_s in lifts_s)
    assert found.lifts_per_person_hour >= inside - 1e-9
    assert found.start_s % 300.0 == 0.0


def test_negative_or_missing_times_in_view_are_refused():
    for observed in ([60.0, -1.0], [60.0]):
        with pytest.raises(ValueError, match="one value of 0 s or more for each minute"):
            peak_hour([1.0], [0.0, 60.0], observed)
