"""From lifts to decisions: the site file, the store and the nightly flow."""

from pipelines.nights.quiet import quiet_prefect

# Prefect reads its settings when it is first imported, by whichever module comes first.
quiet_prefect()
