"""The doctor: machine, models, cameras, clock, crews and store, examined before a night."""
