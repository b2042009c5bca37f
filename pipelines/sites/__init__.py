"""The site file: what may stand in it, what is wrong with it, and its shifts and times."""
