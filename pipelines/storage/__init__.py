"""The store: the only reader and writer of Parquet, its parts, versions and rows."""
