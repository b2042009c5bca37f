"""The pages that the safety manager opens in the morning."""
