"""Clips: a lift cut out of its recording with every head covered, drawn on, checked and kept."""
