"""Packages to take away: clips of lifts in which no head shows, what was measured, and a receipt."""
