"""Zones by their IANA names: each is the same one on every machine."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

_OF_THE_MACHINE: Final = frozenset({"localtime", "Factory"})


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name; raises ValueError for any other.

    ``localtime`` is whatever the machine that reads it goes by, and ``right/`` counts leap seconds:
    one text would be another moment elsewhere.
    """
    if name in _OF_THE_MACHINE or name not in available_timezones():
        raise ValueError(f"no zone is named {name!r}")
    return ZoneInfo(name)
