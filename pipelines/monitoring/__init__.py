"""Is all well? What monitors ask, and what they collect."""
