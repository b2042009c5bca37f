"""What a night will take, told before it begins, and what of it fits before a deadline."""
