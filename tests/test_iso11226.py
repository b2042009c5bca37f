import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.exposure import iso11226
from pipelines.exposure.iso11226 import Finding


@pytest.mark.parametrize(
    ("inclination", "supported", "minutes"),
    [
        pytest.param(0, False, np.inf, id="upright"),
        pytest.param(20, False, np.inf, id="20 is still acceptable"),
        pytest.param(20.000001, False, 4.0, id="the line starts at 4 min"),
        pytest.param(30, False, 3.25, id="30"),
        pytest.param(40, False, 2.5, id="40"),
        pytest.param(50, False, 1.75, id="50"),
        pytest.param(60, False, 1.0, id="the line ends at 1 min"),
        pytest.param(60.1, False, 0.0, id="more than 60"),
        pytest.param(60.1, True, 0.0, id="more than 60, supported"),
        pytest.param(40, True, np.inf, id="40, supported"),
        pytest.param(-5, False, 0.0, id="backwards"),
        pytest.param(-5, True, np.inf, id="backwards, supported"),
        pytest.param(np.nan, True, np.nan, id="unknown"),
        pytest.param(40, np.nan, np.nan, id="40, support unknown"),
        pytest.param(15, np.nan, np.inf, id="15, support doesn't matter"),
    ],
)
def test_holding_times_of_the_standard(inclination, supported, minutes):
    found = iso11226.longest_holding_min(inclination, supported)
    np.testing.assert_allclose(found, minutes, atol=1e-6)


@pytest.mark.parametrize(
    ("inclination", "held", "finding"),
    [
        pytest.param(10, 30, Finding.ACCEPTABLE, id="little inclined for long"),
        pytest.param(10, np.nan, Finding.ACCEPTABLE, id="little inclined decides alone"),
        pytest.param(40, 2.5, Finding.ACCEPTABLE, id="exactly as long as acceptable"),
        pytest.param(40, 2.6, Finding.NOT_RECOMMENDED, id="too long"),
        pytest.param(40, np.nan, Finding.UNKNOWN, id="how long is unknown"),
        pytest.param(70, 0.01, Finding.NOT_RECOMMENDED, id="far inclined"),
        pytest.param(70, np.nan, Finding.NOT_RECOMMENDED, id="far inclined decides alone"),
        pytest.param(np.nan, 1, Finding.UNKNOWN, id="inclination is unknown"),
    ],
)
def test_findings(inclination, held, finding):
    assert iso11226.static_posture(inclination, held, False).item() is finding


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(0, 10), st.booleans()), min_size=1, max_size=6))
def test_arrays_equal_the_loop(postures):
    inclination, held, supported = zip(*postures, strict=True)
    together = iso11226.static_posture(inclination, held, supported)
    assert together.tolist() == [iso11226.static_posture(*posture).item() for posture in postures]


@given(st.floats(0, 180), st.floats(0, 90), st.booleans())
def test_more_inclination_is_never_acceptable_for_longer(inclination, more, supported):
    farther = min(inclination + more, 180.0)
    assert iso11226.longest_holding_min(farther, supported) <= iso11226.longest_holding_min(
        inclination, supported
    )


@given(st.floats(-180, 180), st.floats(0, 10))
def test_support_never_shortens_the_time(inclination, held):
    with_support, without = (iso11226.longest_holding_min(inclination, support) for support in (True, False))
    assert with_support >= without


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: iso11226.longest_holding_min(190, False), "is 190, .* between -180 and 180"),
        pytest.param(lambda: iso11226.static_posture(30, -1, False), "held_min is -1"),
    ],
)
def test_impossible_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
