"""The fault drill: kills, full disks and wrong clocks, counted. Run it with ``python -m tests.drill``."""

import sys
from pathlib import Path

# The helpers of the tests lie flat beside this package.
if (_TESTS := str(Path(__file__).parents[1])) not in sys.path:
    sys.path.insert(0, _TESTS)
