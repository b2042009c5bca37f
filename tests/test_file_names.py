"""Times in file names, by patterns that cover the whole name."""

from datetime import datetime

import pytest

from pipelines.footage.file_names import time_in_name


@pytest.mark.parametrize(
    ("stem", "pattern", "start"),
    [
        ("dock-2_20260302T061500", "dock-2_%Y%m%dT%H%M%S", datetime(2026, 3, 2, 6, 15)),
        ("a_b_20260302_061500", "*_%Y%m%d_%H%M%S", datetime(2026, 3, 2, 6, 15)),
        ("20260302T0615_dock", "%Y%m%dT%H%M_*", datetime(2026, 3, 2, 6, 15)),
        ("cam.1 100% 260302-0615", "cam.1 100%% %y%m%d-%H%M", datetime(2026, 3, 2, 6, 15)),
        ("2026-061T06h15", "%Y-%jT%Hh%M", datetime(2026, 3, 2, 6, 15)),
        ("20260302T061500+0100", "%Y%m%dT%H%M%S%z", datetime.fromisoformat("2026-03-02T06:15:00+01:00")),
        # The pattern describes the whole name, and its text is no regular expression.
        ("x20260302T061500", "%Y%m%dT%H%M%S", None),
        ("20260302T061500x", "%Y%m%dT%H%M%S", None),
        ("camx1_20260302T061500", "cam.1_%Y%m%dT%H%M%S", None),
        ("20261302T061500", "%Y%m%dT%H%M%S", None),
        ("20260302T246000", "%Y%m%dT%H%M%S", None),
        ("\u0662\u0660260302T061500", "%Y%m%dT%H%M%S", None),
    ],
)
def test_time_in_name(stem, pattern, start):
    assert time_in_name(stem, pattern) == start
