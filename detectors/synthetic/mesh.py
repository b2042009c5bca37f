"""Read the MakeHuman folder (CC0): base mesh, joints, skin weights and macro targets.

The text files take seconds to parse, so the arrays are kept as ``.npz`` in the user's cache
folder, named by the hash of the files' content.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.synthetic.figure import Array, Faces

Indices = NDArray[np.int64]

GROUPS: Final = ("body", "helper-tights", "helper-l-eye", "helper-r-eye")
"""Face groups that are drawn; the others only place joints."""

BASE: Final = "base.obj"
RIG: Final = "default.mhskel"
WEIGHTS: Final = "default_weights.mhw"
METRES_PER_UNIT: Final = 0.1


@dataclass(frozen=True)
class Mesh:
    """The base mesh with all that shapes and moves it.

    Attributes
    ----------
    vertices_m
        Shape (n_vertices, 3): the base mesh before any target.
    groups
        Face group -> quadrilaterals, shape (n_faces, 4).
    joints
        Joint name -> vertices whose mean is the joint.
    weights
        MakeHuman bone -> (vertices, weights).
    targets
        Target name -> (vertices, displacements (n, 3), m).
    """

    vertices_m: Array
    groups: dict[str, Faces]
    joints: dict[str, Indices]
    weights: dict[str, tuple[Indices, Array]]
    targets: dict[str, tuple[Indices, Array]]


def read_mesh(folder: Path) -> Mesh:
    """Return the mesh of a MakeHuman folder, from the cache if these files were read before.

    Raises
    ------
    FileNotFoundError
        If a file of the folder is missing; the message names it.
    """
    sources = _sources(folder)
    digest = hashlib.blake2b(digest_size=10)
    for path in sources:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    cached = cache_folder() / f"makehuman-{digest.hexdigest()}.npz"
    if cached.exists():
        with np.load(cached) as arrays:
            return _unpacked(dict(arrays))
    mesh = _parsed(folder, [path for path in sources if path.suffix == ".target"])
    cached.parent.mkdir(parents=True, exist_ok=True)
    # Several workers may read at once: each writes its own file, the last rename wins.
    part = cached.with_suffix(f".{os.getpid()}.npz")
    np.savez_compressed(part, allow_pickle=False, **_packed(mesh))
    part.replace(cached)
    return mesh


def cache_folder() -> Path:
    """Return the folder of this program in the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "hingewise"


def _sources(folder: Path) -> list[Path]:
    needed = [folder / name for name in (BASE, RIG, WEIGHTS)]
    missing = [path.name for path in needed if not path.is_file()]
    targets = sorted((folder / "targets").glob("*.target"))
    if not targets:
        missing.append("targets/*.target")
    if missing:
        raise FileNotFoundError(
            f"{folder}: no {', '.join(missing)}; expected MakeHuman's base mesh, rig and macro targets"
        )
    return needed + targets


def _parsed(folder: Path, targets: list[Path]) -> Mesh:
    vertices, groups = _wavefront((folder / BASE).read_text())
    rig = json.loads((folder / RIG).read_text())
    weights = json.loads((folder / WEIGHTS).read_text())["weights"]
    return Mesh(
        vertices_m=vertices * METRES_PER_UNIT,
        groups={name: groups[name] for name in GROUPS},
        joints={name: np.asarray(rows, dtype=np.int64) for name, rows in rig["joints"].items()},
        weights={bone: _weights(rows) for bone, rows in weights.items()},
        targets={path.stem: _target(path.read_text()) for path in targets},
    )


def _wavefront(text: str) -> tuple[Array, dict[str, Faces]]:
    vertices: list[list[float]] = []
    groups: dict[str, list[list[int]]] = {}
    faces: list[list[int]] = []
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "v":
            vertices.append([float(number) for number in rest.split()[:3]])
        elif kind == "g":
            faces = groups.setdefault(rest.strip(), [])
        elif kind == "f":
            faces.append([int(corner.split("/")[0]) - 1 for corner in rest.split()])
    return np.array(vertices), {name: np.array(rows, dtype=np.int32) for name, rows in groups.items() if rows}


def _target(text: str) -> tuple[Indices, Array]:
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    table = np.array(rows, dtype=float).reshape(-1, 4)  # the average shapes are files without rows
    return table[:, 0].astype(np.int64), table[:, 1:] * METRES_PER_UNIT


def _weights(rows: list[list[float]]) -> tuple[Indices, Array]:
    table = np.array(rows, dtype=float).reshape(-1, 2)
    return table[:, 0].astype(np.int64), table[:, 1]


def _packed(mesh: Mesh) -> dict[str, NDArray[np.generic]]:
    """Return flat arrays named ``kind:name``, so that the file needs no pickles."""
    arrays: dict[str, NDArray[np.generic]] = {"vertices": mesh.vertices_m}
    arrays |= {f"group:{name}": faces for name, faces in mesh.groups.items()}
    arrays |= {f"joint:{name}": rows for name, rows in mesh.joints.items()}
    for kind, table in (("weight", mesh.weights), ("target", mesh.targets)):
        for name, (rows, values) in table.items():
            arrays |= {f"{kind}:{name}": rows, f"{kind}-values:{name}": values}
    return arrays


def _unpacked(arrays: dict[str, NDArray[np.generic]]) -> Mesh:
    def named(kind: str) -> dict[str, NDArray[np.generic]]:
        head = f"{kind}:"
        return {name.removeprefix(head): rows for name, rows in arrays.items() if name.startswith(head)}

    def pairs(kind: str) -> dict[str, tuple[Indices, Array]]:
        return {
            name: (rows.astype(np.int64), arrays[f"{kind}-values:{name}"].astype(float))
            for name, rows in named(kind).items()
        }

    return Mesh(
        vertices_m=arrays["vertices"].astype(float),
        groups={name: faces.astype(np.int32) for name, faces in named("group").items()},
        joints={name: rows.astype(np.int64) for name, rows in named("joint").items()},
        weights=pairs("weight"),
        targets=pairs("target"),
    )
