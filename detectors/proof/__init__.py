"""Proof on lifts whose truth is known: how well the flexion is measured and the technique judged."""
