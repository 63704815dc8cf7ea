"""What every part does with the store: pages, scans, chunked lists, idempotency, retries."""
