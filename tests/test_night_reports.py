"""Which reports a night makes, that they are handed over, and that nothing of it stops the night."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from prefect.blocks.abstract import NotificationBlock
from reported_site import site_file

from pipelines.nights.reports import due, make_reports
from pipelines.reports.shift_report import ShiftOfDay, report_paths
from pipelines.sites.site import load_site

MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)
MORNING = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
REPORT = '[report]\nfolder = "reports"\n'


class Mailbox(NotificationBlock):
    """Keeps what it is told in a file."""

    _block_type_slug = "mailbox"
    file: str

    def notify(self, body, subject=None):
        Path(self.file).write_text(f"{subject}\n{body}")


class Broken(NotificationBlock):
    """Can't be reached."""

    _block_type_slug = "broken"

    async def notify(self, body, subject=None):
        raise ConnectionError("nobody answers")


def site(folder, more=REPORT):
    return load_site(site_file(folder, {"dock": "inbound"}, more))


def names(shifts):
    return [(one.day.isoformat(), one.shift) for one in shifts]


def test_a_night_reports_on_the_shifts_that_its_day_completed(tmp_path):
    # The night shift of Monday goes on until Tuesday 06:00, which the next night's recordings hold.
    assert names(due(site(tmp_path), MONDAY, MONDAY, tmp_path, MORNING)) == [
        ("2026-03-01", "night"),
        ("2026-03-02", "early"),
        ("2026-03-02", "late"),
    ]


def test_a_night_that_is_run_again_reports_anew_on_a_shift_that_it_reaches_into(tmp_path):
    at = site(tmp_path)
    later = datetime(2026, 3, 5, tzinfo=UTC)
    unknown = due(at, MONDAY, MONDAY, tmp_path, later)
    report_paths(at, ShiftOfDay(MONDAY, "night"), tmp_path)[0].touch()
    again = due(at, MONDAY, MONDAY, tmp_path, later)
    assert names(again) == [*names(unknown), ("2026-03-02", "night")]
    assert ShiftOfDay(MONDAY, "night") not in due(at, MONDAY, MONDAY, tmp_path, MORNING), "not over yet"


def test_shifts_that_are_still_to_come_have_no_report(tmp_path):
    assert names(due(site(tmp_path), TUESDAY, TUESDAY, tmp_path, MORNING)) == []


def test_every_shift_of_some_days_is_reported_once(tmp_path):
    found = names(
        due(site(tmp_path), MONDAY, MONDAY + timedelta(days=6), tmp_path, datetime(2026, 4, 1, tzinfo=UTC))
    )
    assert len(found) == len(set(found)) == 7 * 3


def test_without_a_folder_there_is_no_report(tmp_path):
    assert make_reports(str(site(tmp_path, "").path), MONDAY, MONDAY) == []
    assert not list(tmp_path.rglob("report_*"))


@pytest.mark.prefect
@pytest.mark.xdist_group("prefect")
class TestWithPrefect:
    def test_the_reports_are_written_and_somebody_is_told(self, tmp_path, prefect_server):
        Mailbox(file=str(tmp_path / "mail")).save("safety", overwrite=True)
        at = site(tmp_path, REPORT + 'notify = "mailbox/safety"\n')
        assert make_reports(str(at.path), MONDAY, MONDAY) == []
        files = sorted(path.name for path in (tmp_path / "reports").iterdir())
        assert len(files) == 6
        mail = (tmp_path / "mail").read_text()
        assert mail.startswith("depot: lifting in the late shift\nMonday 2026-03-02, 14:00 to 22:00")
        assert "no data" in mail
        assert str(tmp_path / "reports" / "report_depot_2026-03-02_late.pdf") in mail

    @pytest.mark.parametrize(
        ("block", "why"), [("mailbox/nobody", "Unable to find"), ("broken/phone", "nobody answers")]
    )
    def test_nobody_to_tell_is_said_and_stops_nothing(self, tmp_path, prefect_server, block, why):
        Broken().save("phone", overwrite=True)
        at = site(tmp_path, REPORT + f'notify = "{block}"\n')
        faults = make_reports(str(at.path), MONDAY, MONDAY)
        assert len(faults) == 3
        assert all("nobody was told" in one and why in one for one in faults)
        assert len(list((tmp_path / "reports").iterdir())) == 6, "the reports are there all the same"

    def test_a_folder_that_can_not_be_written_is_said_and_stops_nothing(self, tmp_path, prefect_server):
        at = site(tmp_path)
        (tmp_path / "reports").write_text("a file stands in the way")
        faults = make_reports(str(at.path), MONDAY, MONDAY)
        assert len(faults) == 3
        assert all("can't be written" in one for one in faults)
