"""How long a silence means death, and how often a task is tried."""

from datetime import timedelta

# A worker extends its lease three times in this span, so two may be lost.
LEASE = timedelta(seconds=15)
# Between handing a task to the queue and asking whether it is still there.
HANDOVER = timedelta(seconds=10)
ATTEMPTS = 5
# How often what a suspended organisation began asks whether it may go on.
SUSPENDED_PAUSE = timedelta(hours=1)


def pause_before(attempt: int) -> timedelta:
    """How long to wait after the failure of this attempt: 2, 4, 8, 16 … seconds, at most 5 min."""
    return timedelta(seconds=min(2**attempt, 300))
