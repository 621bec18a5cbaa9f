"""What is timed: not while each line is counted, which takes longer than the line."""

from __future__ import annotations

import sys

import pytest

timed = pytest.mark.skipif(
    sys.gettrace() is not None, reason="each line is counted, so nothing can be timed"
)
