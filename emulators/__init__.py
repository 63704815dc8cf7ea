"""Local stand-ins of the outside world for developers and tests: never imported by the server or a backend."""
