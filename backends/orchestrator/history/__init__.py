"""What a wallet was: its balance as refreshes found it, and the transactions that they have seen."""
