"""Make the pose model over for this machine: try what it can run, measure that, keep the best."""
