"""A report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipelines.reports.content import ReportContent


def as_html(report: ReportContent) -> bytes:
    """Return the report as HTML in UTF-8; names are escaped, whatever they hold."""
    templates = Environment(
        loader=PackageLoader("pipelines"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template("report.html").render(report=report).encode()
