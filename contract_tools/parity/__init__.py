"""Parity: one sequence of requests to two servers, and the differences in their answers."""
