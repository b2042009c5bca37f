"""Let ultralytics run beside a torchvision that was built for another torch.

The CPU build of torch and the stock build of torchvision don't fit together: importing
torchvision fails with "operator torchvision::nms does not exist". Pose inference needs
nothing of it but non-maximum suppression, of which ultralytics has its own.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType


def ensure_torchvision() -> bool:
    """Import torchvision or put a stand-in in its place; return whether it is the real one."""
    try:
        importlib.import_module("torchvision")
    except (ImportError, RuntimeError):
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        _stand_in()
        return False
    return not getattr(sys.modules["torchvision"], "stand_in", False)


def _stand_in() -> None:
    from ultralytics.utils.nms import TorchNMS

    module, ops = ModuleType("torchvision"), ModuleType("torchvision.ops")
    for part in (module, ops):
        part.__spec__ = ModuleSpec(part.__name__, None)
    ops.nms = TorchNMS.nms  # type: ignore[attr-defined]
    module.ops = ops  # type: ignore[attr-defined]
    module.stand_in = True  # type: ignore[attr-defined]
    module.__version__ = importlib.metadata.version("torchvision")  # type: ignore[attr-defined]
    sys.modules.update({"torchvision": module, "torchvision.ops": ops})
