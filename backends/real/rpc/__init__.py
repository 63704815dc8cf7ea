"""What `SimpleSolanaService` is made of: a paced and bounded JSON-RPC client, the reading of its answers."""
