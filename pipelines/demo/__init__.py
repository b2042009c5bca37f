"""Made-up days of a made-up site whose truth is known."""
