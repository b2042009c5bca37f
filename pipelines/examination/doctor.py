"""The doctor: examine machine, weights, cameras, clock and store, and say what to mend."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from pipelines.examination import cameras as camera_checks
from pipelines.examination import clocks as clock_checks
from pipelines.examination import crew as crew_checks
from pipelines.examination import cues as cue_checks
from pipelines.examination import machine as machine_checks
from pipelines.examination import models as model_checks
from pipelines.examination import store as store_checks
from pipelines.examination.findings import Finding, Grade, fault, ok
from pipelines.judging.policy import PolicyError, load_policy
from pipelines.nights.workers import Workers
from pipelines.sites.site import Site, SiteError, load_site

MARKS: Final = {Grade.OK: "✓", Grade.REMARK: "!", Grade.FAULT: "✗"}
STYLES: Final = {Grade.OK: "green", Grade.REMARK: "yellow", Grade.FAULT: "red"}


def examine(site_file: Path) -> int:
    """Print what was found, the faults once more at the end; return 1 if something must be mended, else 0."""
    console = Console()
    faults: list[Finding] = []
    for title, findings in _sections(site_file):
        console.print(Text(title, style="bold"))
        for finding in findings:
            console.print(shown(finding), soft_wrap=True)
            faults += [finding] if finding.grade is Grade.FAULT else []
    if not faults:
        console.print(Text("All well: a night can run.", style="green"))
        return 0
    console.print(Text("\nTo mend:", style="bold"))
    for number, finding in enumerate(faults, 1):
        console.print(Text(f"{number}. {finding.what}\n   -> {finding.todo}"), soft_wrap=True)
    return 1


def shown(finding: Finding) -> Text:
    """Return a finding as a line of the terminal; the mark and the word say what the colour says."""
    word = "" if finding.grade is Grade.OK else f"{finding.grade}: "
    todo = f" -> {finding.todo}" if finding.todo else ""
    line = Text(f"  {MARKS[finding.grade]} ", style=STYLES[finding.grade])
    return line.append(f"{word}{finding.what}{todo}", style="default")


def _sections(site_file: Path) -> Iterator[tuple[str, Iterator[Finding]]]:
    yield "Packages", machine_checks.packages()
    try:
        site = load_site(site_file)
    except SiteError as error:
        yield "Site", (fault(line, "mend the site file") for line in str(error).splitlines())
        return
    now_utc = datetime.now(UTC)
    today = now_utc.astimezone(site.tz).date()
    found = [
        camera_checks.camera_files(site, camera) for camera in site.cameras if camera.in_service(today, today)
    ]
    yield "Site", _site(site)
    yield "Clock", clock_checks.clock(site, now_utc)
    yield "Store", store_checks.store(site, sum(one.size_bytes for one in found))
    yield "Prefect", store_checks.prefect()
    with Workers(max(1, min(site.nightly.workers, len(found)))) as workers:
        yield "Cameras", camera_checks.cameras(site, found, workers, now_utc)
    yield "Machine", _machine(site)


def _site(site: Site) -> Iterator[Finding]:
    try:
        policy = load_policy(site.policy_file)
    except PolicyError as error:
        yield from (fault(line, "mend the policy file") for line in str(error).splitlines())
    else:
        yield ok(
            f"{site.name}: {len(site.cameras)} cameras, {len(site.shifts)} shifts, policy {policy.policy_id}"
        )
        yield from crew_checks.crews(site, policy)
    yield from cue_checks.cue_words(site)


def _machine(site: Site) -> Iterator[Finding]:
    yield from machine_checks.cores_and_memory(site)
    yield from machine_checks.device(site)
    yield from model_checks.pose_model(site)
    yield from model_checks.back_model(site)
