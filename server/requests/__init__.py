"""What comes in: bodies, parameters and headers, and what is wrong with them."""
