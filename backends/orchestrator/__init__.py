"""The rules, and no SDK: `WalletManagementOrchestrator` over the ports of `ports`."""
