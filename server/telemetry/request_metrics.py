"""Requests by route as plain numbers, which become Prometheus' families when somebody scrapes them.

Every request counts here: the library's own counter and histogram, with a lock each and several calls, take a twentieth
of a cached answer.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector


class _Durations:
    """How long the answers of one route took: how many fell between each bound and the one before, and their sum."""

    __slots__ = ("begun", "counts", "total")

    def __init__(self, bounds: int) -> None:
        self.begun = time.time()
        self.counts = [0] * (bounds + 1)
        self.total = 0.0


class _Count:
    __slots__ = ("begun", "value")

    def __init__(self) -> None:
        self.begun = time.time()
        self.value = 0


class RequestMetrics(Collector):
    """Counts and times answers. For one thread."""

    def __init__(self, bounds: Sequence[float]) -> None:
        """`bounds` of the histogram, in seconds, ascending."""
        self._bounds = bounds
        self._counts: dict[tuple[str, str, int], _Count] = {}
        self._durations: dict[tuple[str, str], _Durations] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """An answer has begun, `seconds` after its request came.

        `method` is a known one or `other`; `route` is a template, or empty where there is none.
        """
        count = self._counts.get((method, route, status))
        if count is None:
            count = self._counts[method, route, status] = _Count()
            self._durations.setdefault((method, route), _Durations(len(self._bounds)))
        count.value += 1
        durations = self._durations[method, route]
        durations.counts[bisect_left(self._bounds, seconds)] += 1
        durations.total += seconds

    def collect(self) -> Iterator[Metric]:
        """The families, for a scrape."""
        requests = CounterMetricFamily(
            "wallet_http_requests", "Requests answered, by route template.", labels=["method", "route", "status"]
        )
        for (method, route, status), count in self._counts.items():
            requests.add_metric([method, route, str(status)], count.value, created=count.begun)
        yield requests
        seconds = HistogramMetricFamily(
            "wallet_http_request_seconds",
            "Seconds from a request's head to its answer's head.",
            labels=["method", "route"],
        )
        bounds = [*(str(float(bound)) for bound in self._bounds), "+Inf"]
        for labels, durations in self._durations.items():
            buckets = list(zip(bounds, accumulate(durations.counts), strict=True))
            seconds.add_metric(labels, buckets=buckets, sum_value=durations.total)
            created = dict(zip(("method", "route"), labels, strict=True))
            seconds.add_sample(f"{seconds.name}_created", created, durations.begun)
        yield seconds
