"""By what method the figures of a report were found, and what they do not tell."""

from __future__ import annotations

from typing import Final

from pipelines.reports.content import Points, Section
from pipelines.reports.facts import ShiftFacts

METHOD: Final = """
Counted is what the cameras saw. A rate is per observed person-hour; time out of view is in no figure,
and a stretch without video is no data, not a stretch without lifts.

A lift is determinate if it was judged a spine bend, a hip hinge or a squat. All others are
indeterminate, but for those with an upright trunk, which have no technique.

Intervals (exact Poisson for rates, Wilson for shares) hold the true figure in 95 % of cases if lifts come
independently of each other. One person's lifts do not, so that shifts of the same kind differ more than
the interval of a rate says: don't compare two by it. The limits of the share with chance allow for that.

A comparison takes each shift as a whole, so what its lifts have in common is allowed for. It ends in
improved, worse, no evidence or too few lifts; of all claims of one week and measure, 5 % at most are
expected to be false (Benjamini-Hochberg). Before and after is no trial: other things may have changed
too. Nothing is compared across a change of camera, model or code.

A redesign assumes that lifts from knuckle height would be low bends as often as they are now. Only a
trial tells: record the change with `hingewise intervention add`.

Figures of fewer than {group} workers or {least_h:g} person-hours are suppressed, with as many others as
it takes that no sum gives them back. Nobody is named, and no track is a person.

Posture is not injury: these figures tell of exposure to bending, not of forces in the spine or of
anyone's chance of getting hurt, and a low figure does not rule out harm.
"""


def method_and_limits(facts: ShiftFacts) -> Section:
    """Return how the figures were found, and what they do not tell."""
    group, least_h = facts.limits
    paragraphs = METHOD.format(group=group, least_h=least_h).strip().split("\n\n")
    return Section("Method and limits", (Points(tuple(" ".join(one.split()) for one in paragraphs)),))
