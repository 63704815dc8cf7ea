"""Reading the chain: planned for the fewest calls, landed without losing a write."""
