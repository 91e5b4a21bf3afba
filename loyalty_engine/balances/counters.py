"""What the balance look-ups of this process have met, for the metrics page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Plain counts since start. Threads add without a lock: one in a great many may be missed."""

    hits: int = 0
    misses: int = 0
    """Nothing there, past its time, or not ours."""
    stale_heartbeat: int = 0
    """Redis answered, but nothing vouched for what it holds."""
    errors: int = 0
    """Redis refused, broke off or did not answer."""
    breaker_open: int = 0
    """Not asked, because Redis did not answer lately."""
    late: int = 0
    """Writes refused because the database had been read too long before."""
