"""Coverage: every declared pair of operation and status is made to happen over HTTP, and validated."""
