"""What Prometheus scrapes at `/metrics`. Labels are words of ours (operations' paths, methods, codes), never input."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from server.telemetry.request_metrics import RequestMetrics

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_AGES = (10, 60, 300, 900, 3600, 14_400, 86_400, 604_800)


class Metrics:
    """One process's metrics; `backends.meter.Meter` for what is behind the server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        home = self.registry
        self._requests = RequestMetrics(_SECONDS)
        home.register(self._requests)
        self.answered = self._requests.answered
        """Counts one more answer."""
        self.under_way = 0
        """Requests that have come and are not over."""
        Gauge(
            "wallet_http_requests_under_way", "Requests being answered, event streams included.", registry=home
        ).set_function(lambda: self.under_way)
        self._draining = Gauge("wallet_draining", "1 while the process is shutting down.", registry=home)
        self._rpc = Counter(
            "wallet_rpc_requests", "JSON-RPC requests to the chain.", ["method", "outcome"], registry=home
        )
        self._rpc_seconds = Histogram(
            "wallet_rpc_request_seconds", "Seconds of a JSON-RPC request.", ["method"], buckets=_SECONDS, registry=home
        )
        self._refreshes = Counter(
            "wallet_refreshes", "Wallets refreshed, alone or among many.", ["outcome"], registry=home
        )
        self._age = Histogram(
            "wallet_cache_age_seconds",
            "Age of the oldest part of a wallet, when somebody read the wallet.",
            buckets=_AGES,
            registry=home,
        )
        self._never = Counter("wallet_cache_never", "Wallets read of which a part was never fetched.", registry=home)
        self._store_errors = Counter(
            "wallet_store_errors", "Calls that the store did not answer.", ["circuit"], registry=home
        )
        self._open = Gauge(
            "wallet_store_circuit_open", "1 while calls to the store fail at once.", ["circuit"], registry=home
        )

    # backends.meter.Meter

    def rpc_request(self, method: str, outcome: str, seconds: float) -> None:
        self._rpc.labels(method, outcome).inc()
        self._rpc_seconds.labels(method).observe(seconds)

    def refreshed(self, outcome: str) -> None:
        self._refreshes.labels(outcome).inc()

    def served(self, age: float | None) -> None:
        if age is None:
            self._never.inc()
        else:
            self._age.observe(age)

    def store_error(self, circuit: str) -> None:
        self._store_errors.labels(circuit).inc()

    def circuit(self, name: str, *, is_open: bool) -> None:
        self._open.labels(name).set(is_open)

    # HTTP

    def draining(self) -> None:
        """The process has begun to shut down."""
        self._draining.set(1)

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        return generate_latest(self.registry)
