"""Commands: render single pictures with labels, footage, or a grid of single lifts with their truth."""

from __future__ import annotations

import sys
from pathlib import Path

from cyclopts import App
from rich.console import Console

app = App(name="render", help="Render people at work with exactly known angles.")


@app.command
def frames(*, mesh: Path, out: Path, count: int, seed: int, workers: int = 2) -> int:
    """Render single pictures with labels for a pose model; goes on where it stopped.

    Parameters
    ----------
    mesh
        Folder with MakeHuman's base mesh.
    out
        Folder of the data set.
    count
        Number of pictures.
    seed
        Where the random numbers start.
    workers
        Number of processes.
    """
    from detectors.synthetic.dataset import Order, render_dataset

    console = Console(stderr=True)
    try:
        for done in render_dataset(Order(mesh, out, count, seed), workers):
            console.print(f"{done} of {count} pictures in {out}", soft_wrap=True)
    except (OSError, RuntimeError, ValueError) as error:
        return _refuse(error)
    return 0


@app.command
def footage(*, mesh: Path, out: Path, seed: int, people: int = 2, cameras: int = 2) -> int:
    """Render people at work as videos of several cameras.

    Parameters
    ----------
    mesh
        Folder with MakeHuman's base mesh.
    out
        Folder of the videos.
    seed
        Where the random numbers start.
    people
        Number of people.
    cameras
        Number of cameras.
    """
    from detectors.synthetic.footage import Take, render_footage

    try:
        for path in render_footage(Take(mesh, out, seed, people, cameras)):
            Console().print(f"wrote {path}", soft_wrap=True)
    except (OSError, RuntimeError, ValueError) as error:
        return _refuse(error)
    return 0


@app.command
def grid(*, mesh: Path, out: Path, count: int, seed: int, workers: int = 2, head: int = 0) -> int:
    """Render single lifts as short clips, evenly over the angles of view; goes on where it stopped.

    Parameters
    ----------
    mesh
        Folder with MakeHuman's base mesh.
    out
        Folder of the clips.
    count
        Number of lifts.
    seed
        Where the random numbers start.
    workers
        Number of processes.
    head
        Other than 0: the same lifts with the heads pitched otherwise at the grasp, drawn from this number.
    """
    from detectors.synthetic.grid import GridOrder, render_grid

    console = Console(stderr=True)
    try:
        for done in render_grid(GridOrder(mesh, out, count, seed, head), workers):
            console.print(f"{done} of {count} lifts in {out}", soft_wrap=True)
    except (OSError, RuntimeError, ValueError) as error:
        return _refuse(error)
    return 0


def _refuse(error: Exception) -> int:
    Console(stderr=True).print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
    return 1


if __name__ == "__main__":
    sys.exit(app())
