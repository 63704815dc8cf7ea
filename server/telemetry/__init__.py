"""What a process says about itself: logs without secrets, metrics, traces."""
