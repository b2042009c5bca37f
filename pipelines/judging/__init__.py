"""Policies, and what they say of stored lifts: verdicts, figures, and what a change moves."""
