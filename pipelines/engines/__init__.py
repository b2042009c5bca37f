"""Where recordings are processed: on this machine, on Dask, or on Ray."""
