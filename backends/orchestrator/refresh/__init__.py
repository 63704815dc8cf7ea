"""Reading the chain: planned for the fewest calls, committed without losing a write."""
