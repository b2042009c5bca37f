"""The metrics of a night are what Prometheus' own parser reads, and nothing of a person."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from pipelines.monitoring.prometheus import night_text
from pipelines.monitoring.status import Facts, Run

START = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
RUN = Run("r", START, datetime(2026, 3, 3, 5, 2, 11, tzinfo=UTC), 97, 2, 93, 1, 1, 345600.0, 5531.0)
FACTS = Facts(START, START, date(2026, 3, 2), RUN, None, ("gate", "yard"), 0, 1, 123456789012)


def samples(text):
    return {
        (one.name, *sorted(one.labels.items())): one.value
        for family in parsed(text)
        for one in family.samples
    }


def test_the_figures_of_a_night_are_read_as_they_were():
    read = samples(night_text("riga", FACTS, RUN))
    site = ("site", "riga")
    assert read[("hingewise_night_end_timestamp_seconds", site)] == 1772514131.0
    assert read[("hingewise_night_duration_seconds", site)] == 5531.0
    assert read[("hingewise_night_video_analysed_seconds", site)] == 345600.0
    assert read[("hingewise_night_cameras_silent", site)] == 2
    assert read[("hingewise_store_free_bytes", site)] == 123456789012
    kinds = {key[2][1]: value for key, value in read.items() if key[0] == "hingewise_night_recordings"}
    assert kinds == {"done": 93, "partial": 1, "lost": 1, "skipped": 2}


def test_each_metric_has_a_meaning_and_a_name_with_its_unit():
    for family in parsed(night_text("riga", FACTS, RUN)):
        assert family.documentation.endswith(".")
        assert family.type == "gauge"
        assert re.fullmatch(r"hingewise_\w+(_seconds|_bytes|_recordings|_silent)", family.name)


def test_free_space_that_is_not_known_is_not_told():
    names = {key[0] for key in samples(night_text("riga", replace(FACTS, free_bytes=None), RUN))}
    assert "hingewise_store_free_bytes" not in names


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "Köln"])
def test_any_name_survives(name):
    assert {dict(key[1:])["site"] for key in samples(night_text(name, FACTS, RUN))} == {name}
