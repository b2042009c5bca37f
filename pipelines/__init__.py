"""From lifts to decisions: the site file, the store and the nightly flow."""
