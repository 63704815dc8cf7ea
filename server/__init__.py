"""HTTP and nothing else: a contract's operations, bound to the methods of a backend. It knows nothing of wallets."""
