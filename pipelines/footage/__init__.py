"""Recordings: found, identified, dated, fetched where they lie elsewhere."""
