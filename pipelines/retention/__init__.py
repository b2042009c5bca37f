"""How long what is kept: deletion past its period, receipts of it, and holds."""
