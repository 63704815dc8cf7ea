"""What mock mode adds to the contract."""
