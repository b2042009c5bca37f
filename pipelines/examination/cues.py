"""Check the trainers' file of cues: that it can be used, and which words it leaves to the built-in ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.cues import left_out
from pipelines.examination.findings import Finding, fault, ok, remark
from pipelines.sites.site import Site, SiteError


def cue_words(site: Site) -> Iterator[Finding]:
    """Say in one sentence what is wrong with the file of cues, or what it lacks; nothing without a file."""
    if site.review.cues is None:
        return
    path = Path(site.review.cues)
    try:
        missing = left_out(path)
    except SiteError as error:
        faults = [line.removeprefix(f"{path}: ") for line in str(error).splitlines()]
        yield fault(f"cues: {path}: {'; '.join(faults)}", "mend the file, or take it out of [review] cues")
        return
    if missing:
        yield remark(f"cues: {path} has no words for {', '.join(missing)}: the built-in ones are said there")
    else:
        yield ok(f"cues: {path} has words for every cue in every language")
