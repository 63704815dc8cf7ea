"""The contract as a file: read, resolved, its schemas compiled, complaints located."""
