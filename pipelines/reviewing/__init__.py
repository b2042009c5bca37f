"""What people say of lifts: labels, who looks at which, and how right the machine was."""
