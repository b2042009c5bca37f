"""The report of a shift: two pages for the safety manager, as PDF and as HTML, drawn from one content."""
