"""Expecting a refusal, and what it says to its reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.messages.catalogues import sentence
from behaviours.refusal import Refusal


@contextmanager
def refuses(kind: type[Refusal], match: str = "") -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """What is done inside is refused with ``kind``, and its English sentence has ``match``."""
    with pytest.raises(kind) as caught:
        yield caught
    assert re.search(match, sentence(caught.value)), sentence(caught.value)
