"""What all tests share: folders of their own, and one Prefect server for those that run a flow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from detectors.embedded import embedded_back, embedded_pose
from detectors.model_files import find_weights

ROOT = Path(__file__).resolve().parents[1]

# Tests compare stores byte for byte, so their track ids must be the same each time.
os.environ.setdefault("HINGEWISE_TRACK_KEY", "of the tests")

SHARED = ROOT.parent / "shared"


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep hash caches and settings of a test away from the user's and from other tests'."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run a temporary Prefect server; it takes several seconds, so there is one for all."""
    from prefect.testing.utilities import prefect_test_harness

    os.environ.setdefault("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
    with prefect_test_harness(server_startup_timeout=180):
        yield


@pytest.fixture(scope="session")
def stock_weights() -> Path:
    """Return the stock pose weights of this machine, or skip."""
    found = find_weights("yolo26n-pose.pt", SHARED / "weights")
    if found is None:
        pytest.skip("needs yolo26n-pose.pt: name it in HINGEWISE_WEIGHTS")
    return found


@pytest.fixture(scope="session")
def embedded_weights() -> Path:
    """Return the pose weights that come with the package, or skip."""
    return embedded(embedded_pose(), "hingewise-pose.pt")


@pytest.fixture(scope="session")
def embedded_back_weights() -> Path:
    """Return the weights of the back that come with the package, or skip."""
    return embedded(embedded_back(), "hingewise-back.pt")


def embedded(found: Path | None, name: str) -> Path:
    if found is None:
        pytest.skip(f"needs {name}, which is not in detectors/weights yet")
    return found
