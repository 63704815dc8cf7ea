"""Local stand-ins of the outside world, for development and tests; no server or backend imports them."""
