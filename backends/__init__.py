"""What answers the contract's operations: the orchestrator's rules over a real or a mocked world."""
