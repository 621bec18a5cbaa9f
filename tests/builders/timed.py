"""What is timed: not while each line is counted, which takes longer than the line."""

from __future__ import annotations

import sys
import time

import pytest

# What the piece of work below takes on an idle core of 2024, in seconds of the processor.
_USUAL_S = 0.008

timed = pytest.mark.skipif(
    sys.gettrace() is not None, reason="each line is counted, so nothing can be timed"
)


def slowness() -> float:
    """How many times as long as usual a fixed piece of work takes now, at least 1.

    Time of the processor is no measure by itself: two halves of one core slow each other down.
    """
    started = time.process_time()
    sum(number % 7 for number in range(200_000))
    return max(1.0, (time.process_time() - started) / _USUAL_S)
