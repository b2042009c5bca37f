"""What each page tells, found from tables without a browser."""
