"""What hingewise is made of: packages, their known faults, and the weights it may open."""
