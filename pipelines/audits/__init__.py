"""Audited tables: chains of hashes, their anchors, and the command that verifies them."""
