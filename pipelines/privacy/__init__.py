"""What is kept of people: the inventory and the report for whoever oversees it."""
