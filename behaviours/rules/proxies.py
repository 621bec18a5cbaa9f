"""Proxies: versions whose figures stand in for those of a text that could not be read.

A proxy says so in the name of its version (``2022-proxy-3``), and its document's title says from
what it is and in place of which text. What the text would print stays listed as missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from behaviours.rules.methodology import Version

_NAMED = re.compile(r"(?:(?P<of>.+)-)?proxy(?:-[0-9]+)?")
TITLE = "Proxy"


@dataclass(frozen=True, slots=True)
class Proxy:
    """``stands_for`` is the version whose figures are replaced, empty where there is none.

    ``why`` is the title of its document: from what it is, and in place of what.
    """

    stands_for: str
    why: str


def is_proxy_name(version: str) -> bool:
    """Whether a version by its name is a proxy."""
    return _NAMED.fullmatch(version) is not None


def proxy_of(version: Version) -> Proxy | None:
    """What a version stands in for; None where it is no proxy."""
    named = _NAMED.fullmatch(version.version)
    if named is None:
        return None
    return Proxy(named["of"] or "", version.stated.document.title)
