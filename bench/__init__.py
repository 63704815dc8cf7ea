"""What measures; nothing here ships or is tested by `make test`."""
