"""The table of calculus: every operation with its forward and its derivative rules."""
