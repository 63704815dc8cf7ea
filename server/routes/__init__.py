"""From the contract to routes: operations bound to backends, documentation, probes."""
