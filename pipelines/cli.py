"""The command line: each command reads its arguments and calls one function."""

from __future__ import annotations

import os
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter
from rich.console import Console

from pipelines.judging.command import policy as policy_app
from pipelines.proof.evaluating import evaluate

app = App(
    name="hingewise",
    version=lambda: version("hingewise"),
    help="Find every lift in a day of footage and measure hinge against spine bend.",
)

app.command(evaluate)
app.command(
    "pipelines.changes.intervening:intervention",
    name="intervention",
    help="Record what was changed in a zone and see whether it helped.",
)
app.command(policy_app)
app.command("pipelines.audits.command:audit", name="audit", help="The audit log: who looked at clips.")
app.command(
    "pipelines.reviewing.calibrate_command:calibrate",
    name="calibrate",
    help="Fit the probability of a spine bend to the site's labels.",
)
app.command("pipelines.dashboarding:dashboard", name="dashboard", help="Open the dashboard.")
app.command("pipelines.demo.days:demo_days", name="demo-days", help="Write made-up days into a demo's store.")
app.command("pipelines.examination.command:doctor", name="doctor", help="Check all, and say what to fix.")
app.command("pipelines.exporting.command:clips", name="clips", help="Take clips away, every head covered.")
app.command("pipelines.privacy.report:privacy_report", name="privacy-report", help="What is kept of people.")
app.command("pipelines.plans.command:plan", name="plan", help="Say how long the night will take.")
app.command("pipelines.reports.command:report", name="report", help="Write a shift's report as PDF and HTML.")
app.command("pipelines.retention.commands:retain", name="retain", help="Delete what is past its period.")
app.command("pipelines.retention.commands:hold", name="hold", help="Keep dates from being deleted.")
app.command("pipelines.sites.template:init", name="init", help="Write a commented example of a site file.")
app.command("pipelines.monitoring.command:status", name="status", help="Say whether last night went well.")

SITE: Final = Path("site.toml")
FAULT: Final = 1
"""Exit status when a command could not do its work."""

READER_LEFT: Final = 141
"""Exit status when nobody reads the output any more: that of a program ended by SIGPIPE."""


@app.command
def analyse(
    videos: Annotated[list[Path], Parameter(negative=())],
    /,
    *,
    out: Path | None = None,
    render: bool = False,
    json: bool = False,
    weights: str | None = None,
    device: str = "cpu",
) -> int:
    """Find the lifts in any video, without a site file.

    Parameters
    ----------
    videos
        The videos.
    out
        Folder for lifts.parquet and the annotated videos.
    render
        Write each video with skeleton, angles and lift bars; into the present folder without --out.
    json
        Print one JSON object per lift instead of a table.
    weights
        Pose weights: a path or a stock name such as yolo26n-pose.pt; else those that come with hingewise.
    device
        Device of PyTorch, such as cpu or cuda:0.
    """
    from pipelines.clips.analyse import Request, run

    return run(videos, Request(out=out, render=render, json=json, weights=weights, device=device))


@app.command
def nightly(
    *,
    site: Path = SITE,
    date: date | None = None,
    from_: Annotated[date | None, Parameter(name="--from")] = None,
    to: date | None = None,
    exhaustive: Annotated[bool, Parameter(negative=())] = False,
    finish_by: str | None = None,
) -> int:
    """Process a day's recordings and print the morning digest.

    Parameters
    ----------
    site
        The site file.
    date
        Site date; yesterday if nothing is said.
    from_
        First of several dates.
    to
        Last of several dates, included.
    exhaustive
        Look at every picture instead of only where a lift can be, at many times the cost.
    finish_by
        Local time as HH:MM at which it must be over: what does not fit is sampled, and said to be.
    """
    from pipelines.commands import run_night

    first, last = (date, date) if date else (from_, to)
    return run_night(site, first, last, exhaustive, finish_by)


@app.command
def assess(
    *,
    site: Path = SITE,
    policy: Path | None = None,
    from_: Annotated[date | None, Parameter(name="--from")] = None,
    to: date | None = None,
    dry_run: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Judge stored lifts again, without video: show what changes, then write it.

    Parameters
    ----------
    site
        The site file.
    policy
        Policy file; the one that the site file names if nothing is said.
    from_
        First date; the first stored one if nothing is said.
    to
        Last date, included.
    dry_run
        Only show what would change.
    """
    from pipelines.commands import run_assess

    return run_assess(site, policy, from_, to, dry_run)


@app.command
def serve(*, site: Path = SITE) -> int:
    """Run every night at the time that the site file names, until stopped.

    Parameters
    ----------
    site
        The site file.
    """
    from pipelines.nights.serving import serve_nightly

    return serve_nightly(site)


def _refuse(sentence: str) -> int:
    Console(stderr=True).print(sentence, style="red", soft_wrap=True, markup=False, highlight=False)
    return FAULT


def main() -> None:
    """Run the command line; faults of the input end in one sentence and status 1."""
    from detectors.model_files import WeightsError
    from pipelines.judging.policy import PolicyError
    from pipelines.sites.site import SiteError
    from pipelines.storage.store import StoreError

    try:
        sys.exit(app())
    except (SiteError, PolicyError, StoreError, WeightsError) as error:
        sys.exit(_refuse(str(error)))
    except BrokenPipeError:
        # Whoever read our output has had enough, as `head` has; what is left must not be flushed to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(READER_LEFT)
    except KeyboardInterrupt:
        sys.exit(_refuse("stopped; what was finished is kept, run the same command again to go on"))
