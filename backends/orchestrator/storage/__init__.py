"""What every part does with the store: pages, chunks, idempotency, housekeeping."""
