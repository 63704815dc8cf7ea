"""Processes: listening, limits on connections, stopping in order."""
