"""Published measures of lifting and statistics of lifts; no measure here takes spine bend as an input."""
