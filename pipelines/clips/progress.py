"""A progress bar for one video at a time; silent when nobody looks at a terminal."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


@contextmanager
def progress_bar(what: str, total_s: float) -> Iterator[Callable[[float], None]]:
    """Show a bar while the block runs, where standard error is a terminal; it vanishes afterwards.

    Parameters
    ----------
    what
        Written before the bar.
    total_s
        Seconds of video to come; NaN if unknown.

    Yields
    ------
    callable
        To be told the seconds of video that are done.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(compact=True),
    )
    # Not redirected: what a pipe reads from standard output must not end on the terminal.
    with Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        task = progress.add_task(what, total=total_s if math.isfinite(total_s) else None)
        yield lambda done_s: progress.update(task, completed=done_s)
