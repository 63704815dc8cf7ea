"""The wallets: metadata, derived state, views, export and import."""
