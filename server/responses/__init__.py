"""What goes out: answers, their bytes and their headers."""
