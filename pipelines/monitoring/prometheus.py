"""The last night as a text file that the textfile collector of Prometheus' node exporter reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.monitoring.status import Facts, Run


@dataclass(frozen=True)
class Metric:
    """One gauge: its name ends in its unit, its samples are pairs of labels and value."""

    name: str
    meaning: str
    samples: tuple[tuple[dict[str, str], float], ...]


def night_text(site: str, facts: Facts, run: Run) -> str:
    """Return the metrics of a run in Prometheus' text format, each with the name of the site.

    What was measured of people is not among them: a monitor looks after machines.
    """
    return "".join(_lines(metric, site) for metric in _metrics(facts, run))


def _metrics(facts: Facts, run: Run) -> Iterator[Metric]:
    by_status = (("done", run.done), ("partial", run.partial), ("lost", run.failed), ("skipped", run.skipped))
    plain: Sequence[tuple[str, str, float | None]] = (
        ("night_start_timestamp_seconds", "Start of the last night.", run.started_utc.timestamp()),
        ("night_end_timestamp_seconds", "End of the last night.", run.finished_utc.timestamp()),
        ("night_duration_seconds", "How long the last night took.", run.elapsed_s),
        ("night_video_analysed_seconds", "Video that the last night analysed.", run.analysed_s),
        ("night_cameras_silent", "Cameras in service without a recording of that date.", len(facts.silent)),
        ("store_free_bytes", "Free space below the store.", facts.free_bytes),
    )
    for name, meaning, value in plain:
        if value is not None:
            yield Metric(f"hingewise_{name}", meaning, (({}, float(value)),))
    counts = tuple(({"status": status}, float(count)) for status, count in by_status)
    yield Metric(
        "hingewise_night_recordings", "Recordings that the last night found, by what became.", counts
    )


def _lines(metric: Metric, site: str) -> str:
    head = f"# HELP {metric.name} {metric.meaning}\n# TYPE {metric.name} gauge\n"
    samples = (
        f"{metric.name}{{{_labels({'site': site, **own})}}} {value!r}" for own, value in metric.samples
    )
    return head + "".join(f"{sample}\n" for sample in samples)


def _labels(labels: dict[str, str]) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
