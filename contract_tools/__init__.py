"""Tools that keep the contract and its servers honest: compare contracts, fuzz a server, compare two servers."""
