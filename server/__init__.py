"""HTTP and nothing else: the operations of a contract, bound to the methods of a backend. It knows nothing of wallets."""
