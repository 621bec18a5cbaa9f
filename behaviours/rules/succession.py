"""Succession: which version of a rule took the place of another by a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from behaviours.rules.methodology import Version
from behaviours.rules.proxies import is_proxy_name


def successor_of(version: Version, others: Iterable[Version], on: date) -> Version | None:
    """The version of the same rule that has its place on the day, wherever it was to hold.

    One that has all its figures takes the place of one that awaits some from the same first day
    on, as it may reach back; otherwise the later one does. A proxy stands in for what is awaited
    and takes nobody's place but another proxy's.
    """
    later = [each for each in others if _succeeds(each, version, on)]
    return max(later, key=_precedence, default=None)


def _succeeds(each: Version, version: Version, on: date) -> bool:
    if each is version or each.code != version.code or not each.validity.in_force(on):
        return False
    if is_proxy_name(each.version) and not is_proxy_name(version.version):
        return False
    if each.awaiting and not version.awaiting:
        return False
    begins, began = each.validity.starts_on, version.validity.starts_on
    fills = bool(version.awaiting) and not each.awaiting
    return (begins > began or (fills and begins == began)) and _covers(each, version)


def _covers(each: Version, version: Version) -> bool:
    """Whether it holds in all the regions; one for all does not replace one of a region's own."""
    wide, narrow = each.validity.regions, version.validity.regions
    if wide is None or narrow is None:
        return wide is narrow
    return narrow <= wide


def _precedence(version: Version) -> tuple[bool, bool, date, str]:
    own = not is_proxy_name(version.version)
    return not version.awaiting, own, version.validity.starts_on, version.label
