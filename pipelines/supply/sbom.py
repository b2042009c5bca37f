"""The bill of materials in CycloneDX: ``python -m pipelines.supply.sbom > sbom.json``.

It lists the packages of the lock file and the weights that come with hingewise, each with its hashes, and is
the same for the same files.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from importlib.metadata import version
from pathlib import Path

from detectors.embedded import WEIGHTS_FOLDER
from pipelines.supply.lock_file import LOCK, LockError, Pin, read_lock


def bill(pins: list[Pin], weights: list[Path], release: str) -> dict[str, object]:
    """Return a CycloneDX 1.5 document.

    Parameters
    ----------
    pins, weights
        What hingewise runs on: packages, and files of weights.
    release
        The version of hingewise.
    """
    own = f"pkg:pypi/hingewise@{release}"
    components = [*map(_package, pins), *map(_model, weights)]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "hingewise",
                "version": release,
                "purl": own,
                "licenses": [{"license": {"id": "AGPL-3.0-only"}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": [one["bom-ref"] for one in components]}],
    }


def _package(pin: Pin) -> dict[str, object]:
    purl = f"pkg:pypi/{pin.name}@{pin.version.replace('+', '%2B')}"
    # One hash per file that the registry has of this version; an installation takes one of them.
    files = [
        {
            "type": "distribution",
            "url": f"https://pypi.org/project/{pin.name}/{pin.version}/#files",
            "hashes": [{"alg": "SHA-256", "content": digest}],
        }
        for digest in pin.sha256
    ]
    return {
        "type": "library",
        "bom-ref": purl,
        "name": pin.name,
        "version": pin.version,
        "purl": purl,
        "externalReferences": files,
    }


def _model(path: Path) -> dict[str, object]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "type": "machine-learning-model",
        "bom-ref": f"weights:{path.name}",
        "name": path.stem,
        "version": digest[:12],
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }


def main() -> int:
    """Write the bill of materials to standard output."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.supply.sbom", description=__doc__)
    parser.add_argument("--lock", type=Path, default=LOCK)
    try:
        pins = read_lock(parser.parse_args().lock)
    except LockError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    document = bill(pins, sorted(WEIGHTS_FOLDER.glob("*.pt")), version("hingewise"))
    sys.stdout.write(json.dumps(document, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
