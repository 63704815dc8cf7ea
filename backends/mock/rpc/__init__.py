"""The faked chain as a Solana node: JSON-RPC over HTTP, without an SDK and without an HTTP framework."""
