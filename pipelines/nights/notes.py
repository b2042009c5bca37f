"""What a night leaves for those who watch it: events, metrics, and anchors of the audit log."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd

from pipelines.audits.marks import anchor
from pipelines.monitoring.facts import as_run, facts_of
from pipelines.monitoring.prometheus import night_text
from pipelines.nights.events import Event, tell
from pipelines.nights.job import Outcome
from pipelines.nights.night import Night
from pipelines.storage.parts import StoreError, explained
from pipelines.storage.whole_files import replace_file


def begun(night: Night) -> None:
    """Tell that a night has begun, and how much it has to do."""
    tell(
        Event.NIGHT_BEGUN,
        site=night.site.name,
        first=night.first.isoformat(),
        last=night.last.isoformat(),
        recordings=len(night.jobs) + len(night.refused),
        skipped=night.skipped,
    )


def settled(outcome: Outcome) -> Outcome:
    """Tell what became of a recording, and return it."""
    tell(
        Event.RECORDING_SETTLED,
        camera_id=outcome.camera_id,
        path=outcome.shown_path,
        status=outcome.status,
        reason=outcome.reason,
        analysed_s=round(outcome.analysed_s, 3),
    )
    return outcome


def over(night: Night, row: pd.DataFrame, now: datetime) -> list[str]:
    """Tell that a night is over, write its metrics and anchor the audit log.

    Whatever goes wrong here costs the night nothing: it comes back as a sentence.

    Parameters
    ----------
    row
        Its row of the runs table.
    """
    run = as_run(row.iloc[0])
    tell(
        Event.NIGHT_OVER,
        site=night.site.name,
        run_id=run.run_id,
        done=run.done,
        partial=run.partial,
        failed=run.failed,
        skipped=run.skipped,
        elapsed_s=round(run.elapsed_s, 3),
    )
    steps = ((Event.METRICS_NOT_WRITTEN, _write_metrics), (Event.AUDIT_NOT_ANCHORED, _anchor))
    faults = []
    for failure, step in steps:
        try:
            step(night, row, now)
        except StoreError as error:
            tell(failure, site=night.site.name, reason=str(error))
            faults.append(str(error))
    return faults


def _write_metrics(night: Night, row: pd.DataFrame, now: datetime) -> None:
    name = night.site.nightly.prometheus_file
    if name is None:
        return
    run = as_run(row.iloc[0])
    facts = facts_of(night.site, night.store, (run.started_utc, night.last), run, now)
    with explained(f"metrics of the night: can't write {name}"):
        replace_file(Path(name), night_text(night.site.name, facts, run).encode())


def _anchor(night: Night, _row: pd.DataFrame, now: datetime) -> None:
    for mark in anchor(night.site, night.store, now):
        tell(Event.AUDIT_ANCHORED, site=night.site.name, table=mark.table, tips=mark.tips)
