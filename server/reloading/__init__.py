"""Files that take effect when they are saved."""
