"""The colours of the charts: told apart by colour-blind readers, the same for the same thing everywhere."""

from __future__ import annotations

from typing import Final

from dashboard.summaries.coverage import State
from detectors.vocabulary import HeightBand, Technique

# Okabe & Ito's palette; each thing has a shape or a word of its own besides.
BLUE: Final = "#0072B2"
SKY: Final = "#56B4E9"
ORANGE: Final = "#E69F00"
VERMILION: Final = "#D55E00"
GREEN: Final = "#009E73"
PURPLE: Final = "#CC79A7"
GREY: Final = "#8C8C8C"

TECHNIQUE: Final = {
    Technique.HIP_HINGE: BLUE,
    Technique.SQUAT: SKY,
    Technique.SPINE_BEND: VERMILION,
    Technique.INDETERMINATE: GREY,
}
# Pale tints of blue, orange, vermilion and grey: words stand on them.
STATE: Final = {
    State.COMPLETE: "#BFDDEE",
    State.PARTLY: "#F7DFA5",
    State.NOTHING: "#F2C4A3",
    State.NOT_EXPECTED: "#DDDDDD",
}
ORIGIN: Final = {HeightBand.FLOOR: VERMILION, HeightBand.KNUCKLE: BLUE, HeightBand.SHOULDER: PURPLE}
