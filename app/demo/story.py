"""What one step of the demo leaves for the next: ids, as they are kept in the diary's JSON."""

from __future__ import annotations

from typing import TypedDict


class Story(TypedDict, total=False):
    """Ids are 32 hexadecimal digits, days and moments ISO 8601.

    ``task`` is what the last step started and the next one waits for, ``now`` when that was.
    """

    first_day: str
    now: str
    organisations: dict[str, str]
    users: dict[str, str]
    people: list[str]
    offers: list[str]
    bundle: str
    task: str
    issued_t: int
    listing: str
    retirement: str
