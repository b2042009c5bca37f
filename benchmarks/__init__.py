"""What the product is measured by: each benchmark is one command, run from the folder of the project."""
