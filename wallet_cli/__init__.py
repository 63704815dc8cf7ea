"""The commands of `wallet-orchestrator` beside `serve`."""
