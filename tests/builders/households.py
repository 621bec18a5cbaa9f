"""Households that stand, without waiting for a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.people.households import found_household, write_versions
from app.wiring import Wiring
from behaviours.households import BY_SELF, HouseholdMember, HouseholdVersion

AGREED_AT = datetime(2026, 1, 10, 4, tzinfo=UTC)
HOLDS_FROM = date(2026, 1, 12)


def a_household(wiring: Wiring, parts: Mapping[UUID, int]) -> HouseholdVersion:
    """These people have agreed to these parts, which hold since ``HOLDS_FROM``."""
    version = HouseholdVersion(
        household_id=new_id(),
        version_id=new_id(),
        proposed_by=next(iter(parts)),
        text_version="1",
        wanted_from=None,
        proposed_at=AGREED_AT,
        lapses_at=AGREED_AT + timedelta(days=14),
        members=tuple(
            HouseholdMember(who, part, AGREED_AT, BY_SELF) for who, part in sorted(parts.items())
        ),
        fixed_at=AGREED_AT,
        holds_from=HOLDS_FROM,
    )

    def found(connection: Connection) -> None:
        found_household(connection, version.household_id, now=AGREED_AT)
        write_versions(connection, [version])

    wiring.database.transact(found)
    return version
