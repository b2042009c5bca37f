"""The content of a report from what is known of a shift."""

from __future__ import annotations

from typing import Final

from pipelines.reports.content import ReportContent
from pipelines.reports.facts import ShiftFacts
from pipelines.reports.how_sure import how_sure
from pipelines.reports.method import method_and_limits
from pipelines.reports.what_happened import what_happened
from pipelines.reports.what_to_do import what_to_do

UNKNOWN: Final = "none"


def report_content(facts: ShiftFacts) -> ReportContent:
    """Return the two pages of a shift; the same facts give the same pages."""
    whole = facts.whole
    model, code = (
        value if isinstance(value := whole[name], str) else UNKNOWN
        for name in ("model_version", "code_version")
    )
    return ReportContent(
        title=f"{facts.site}: lifting in the {facts.shift} shift",
        subtitle=f"{facts.day:%A} {facts.day}, {facts.start:%H:%M} to {facts.end:%H:%M} "
        f"({facts.start.tzinfo})",
        pages=(
            (what_happened(facts), how_sure(facts)),
            (what_to_do(facts), method_and_limits(facts)),
        ),
        stamp=f"policy {facts.policy.policy_id} \u00b7 model {model} \u00b7 code {code}",
    )
