"""What to change first, what was changed, and what came of it."""
