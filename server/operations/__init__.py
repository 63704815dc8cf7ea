"""One operation: its request read and validated, its backend method called, its answer made."""
