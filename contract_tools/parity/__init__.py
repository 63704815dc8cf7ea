"""Two servers, one sequence of requests: what a client could tell apart, and the contract does not allow."""
