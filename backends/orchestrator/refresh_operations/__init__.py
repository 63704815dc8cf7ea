"""Refresh-all: a durable operation of shards."""
