"""Plain values and rules. Standard library only."""
