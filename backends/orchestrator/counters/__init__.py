"""Counters over all wallets and launches, kept by the commits that change what is counted."""
