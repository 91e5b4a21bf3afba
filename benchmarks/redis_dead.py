"""Look-ups while Redis is killed and stays dead; by itself: `python -m benchmarks.redis_dead`."""

import threading
import time

from benchmarks.load import run as drive
from benchmarks.rig import Rig
from benchmarks.service_facts import MEMBERS, Requests, enrol, rules

BEFORE, DEAD = 2.0, 8.0
"""Seconds of load with Redis, and after it was killed."""


def look_up_p99(rig: Rig, service: int, connections: int) -> float:
    """Milliseconds that 99 of 100 look-ups stayed under from the kill on. Redis is started anew.

    Those count that the kill met on their way, and those that found out that nobody answers.
    """
    rig.caught_up()
    killed: list[float] = []

    def kill() -> None:
        killed.append(time.perf_counter())
        rig.redis.kill()

    timer = threading.Timer(BEFORE, kill)
    timer.start()
    try:
        source = Requests(rig, "dead").look_ups(False)
        result = drive(service, source, connections=connections, seconds=BEFORE + DEAD)
    finally:
        timer.join()
        rig.redis.start()
    assert set(result.statuses) == {200}, result.statuses
    after = sorted(
        latency
        for latency, at in zip(result.latencies, result.times, strict=True)
        if at >= killed[0]
    )
    return after[int(0.99 * len(after))] * 1000


def main() -> None:
    """Print the figure."""
    with Rig(rules()) as rig:
        enrol(rig, MEMBERS)
        service = rig.serve()
        rig.relay()
        print(f"look_up_p99_with_redis_dead: {look_up_p99(rig, service, 8):.1f} ms")


if __name__ == "__main__":
    main()
