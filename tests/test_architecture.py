import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {"detectors": 0, "pipelines": 1, "dashboard": 2, "benchmarks": 3}
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
NAMES = [path.relative_to(ROOT).as_posix() for path in MODULES]

VISION = {
    "benchmarks/rivals.py",
    "detectors/back_pose.py",
    "detectors/devices.py",
    "detectors/openvino_making.py",
    "detectors/pose.py",
    "detectors/raw_pose.py",
    "detectors/model_files.py",
    "detectors/vision_ops.py",
    "detectors/yolo_files.py",
    "detectors/offline.py",
    "detectors/training/folder.py",
    "detectors/training/grow.py",
    "detectors/training/loss.py",
    "detectors/training/predict.py",
    "detectors/training/train.py",
    "detectors/training/trainer.py",
}
OPENVINO = {"detectors/openvino_making.py", "detectors/openvino_network.py"}
PARQUET = {"pipelines/storage/store.py"}
NOT_ON_PAGES = {"prefect", "ultralytics", "cv2", "torch"}


def imports(path):
    """Return the full names of all that a module imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def roots(path):
    return {name.split(".")[0] for name in imports(path)}


def reads_video(name):
    edges = {"benchmarks/looped.py", "detectors/decoding.py", "detectors/reading/frames.py"}
    return name in edges or name.startswith("detectors/video")


def test_there_is_something_to_check():
    assert {"detectors/lifts.py", "pipelines/storage/store.py"} <= set(NAMES)


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_imports_point_from_dashboard_to_pipelines_to_detectors(path):
    own = PACKAGES[path.relative_to(ROOT).parts[0]]
    assert not {name for name in roots(path) & set(PACKAGES) if PACKAGES[name] > own}


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_vendors_stay_at_their_edge(path):
    name, used, full = path.relative_to(ROOT).as_posix(), roots(path), imports(path)
    if name not in VISION:
        assert not used & {"ultralytics", "torch", "torchvision"}
    if name not in OPENVINO:
        assert not used & {"openvino", "nncf"}
    if not reads_video(name):
        assert "av" not in used
    if name not in PARQUET:
        assert not {module for module in full if module.startswith(("pyarrow.parquet", "pyarrow.dataset"))}
    if name.startswith("dashboard/"):
        assert not used & NOT_ON_PAGES


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_modules_are_short_documented_and_named_by_their_idea(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 200
    assert path.name != "utils.py"
    assert ast.get_docstring(ast.parse(text)), f"{path} has no docstring"
