"""Reverse proxies between clients and a server: one that records, one that also validates."""
