"""What is found against what is known: labels by people and rendered lifts of known truth."""
