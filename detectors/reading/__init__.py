"""Read a recording where a lift can be, and spare the rest: what the reading costs follows the work shown."""
