"""The made-up warehouse that tests of the statistics look at, simulated by `pipelines.demo.simulation`."""

from __future__ import annotations

from datetime import date, timedelta

from pipelines.demo.rows import stored
from pipelines.demo.simulation import CODE, POLICY_ID, SHIFTS, TIME_ZONE, Plan, Simulated, Zone, simulate

__all__ = [
    "CODE", "POLICY_ID", "SHIFTS", "TIME_ZONE", "WAREHOUSE", "Plan", "Simulated", "Zone", "end_of",
    "simulate", "stored",
]  # fmt: skip

WAREHOUSE = Plan(
    zones=(
        Zone("inbound", ("dock-1", "dock-2"), 20.0, 0.5),
        Zone("packing", ("pack-1", "pack-2"), 15.0, 0.5, (0.7, 0.15, 0.02), 0.5, 0.25, 0.1),
        Zone("storage", ("aisle-3",), 6.0, 0.3, (0.5, 0.1, 0.0), 0.2),
        Zone("outbound", ("yard",), 9.0, 0.4),
    ),
    dead={"yard": (20, 27)},
    model_changes={"aisle-3": 60},
)
"""Six cameras, three shifts, 90 days with the change of clocks on day 55, a change in packing on day 45."""


def end_of(plan: Plan) -> date:
    """Return the first day after the last one."""
    return plan.first + timedelta(days=plan.days)
