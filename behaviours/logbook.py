"""The log: who with power did what to what, one row for each step.

**Power** is what somebody has over what is not their own: who acts for the programme, a verifier,
and the people of an organisation, who let in its users and hold its secrets. What a person does
with the own account, and what the program of a provider, a merchant or an enterprise sends all day
long, is told by the books themselves.

**A row** names people by their ids alone, and holds what became other of the thing, member by
member, never a secret, a piece of evidence or an identity. It stands in the transaction of the
step. No row waits for the row before it: the daily root over all of them is what binds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Final, NamedTuple, TypedDict
from uuid import UUID

from behaviours.json_value import Json, JsonObject
from behaviours.refusal import Forbidden
from behaviours.users import ADMINISTRATOR, PARTICIPANT, PROGRAMME_ROLES, User
from behaviours.viewer import Viewer

VERIFIER: Final = "verifier"
# Whoever has the server: they write by the commands of the program, not by a token.
COMMAND_LINE: Final = "command_line"
COMMAND: Final = "command."
# The row that says from when on steps are logged.
BEGIN: Final = "log.begin"
EXPORT: Final = "log.export"
# How much of an address the log keeps, in bits: enough to tell one place from another, and not who
# is there.
IPV4_NETWORK, IPV6_NETWORK = 24, 48


class LogNotReadable(Forbidden):
    """An organisation's part of the log is its administrators' to read."""


class LoggedSubject(NamedTuple):
    """What a step was taken on: the kind of thing, and its id as the programme writes it."""

    kind: str
    name: str


class MemberChange(TypedDict):
    """What one member of a thing was and what it is; null: it was not there."""

    old: Json
    new: Json


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One step. ``signers`` are those who have signed ``signed`` by now, this step's included."""

    entry_id: UUID
    taken_at: datetime
    verb: str
    role: str
    user_id: UUID | None
    client_id: str | None
    organisation_id: UUID | None
    subject: LoggedSubject | None
    changes: Mapping[str, MemberChange]
    reason: str | None
    signed: str | None
    signers: tuple[UUID, ...]
    request_id: str | None
    address: str | None


class LogFilter(NamedTuple):
    """Which rows; None: of all."""

    user_id: UUID | None = None
    client_id: str | None = None
    verb: str | None = None
    subject: str | None = None
    organisation_id: UUID | None = None
    request_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def has_power(role: str, *, as_user: bool) -> bool:
    """Whether the steps of this role are logged; ``as_user``: by a user, not by a program."""
    if role == PARTICIPANT:
        return False
    return as_user or role in (*PROGRAMME_ROLES, VERIFIER)


def changed(old: JsonObject, new: JsonObject) -> dict[str, MemberChange]:
    """The members that differ, each with what it was and what it is."""
    return {
        name: {"old": old.get(name), "new": new.get(name)}
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    }


def seen_part(wanted: LogFilter, by: Viewer, reader: User | None) -> LogFilter:
    """What of the log somebody may read: who acts for the programme all, an administrator of an
    organisation the steps of that organisation.

    ``reader`` is the user who asks. Raises LogNotReadable.
    """
    if by.sees_all:
        return wanted
    if reader is None or reader.duty != ADMINISTRATOR or reader.organisation_id is None:
        raise LogNotReadable
    return wanted._replace(organisation_id=reader.organisation_id)


def network_of(address: str | None) -> str | None:
    """The network that an address is in, ``203.0.113.0/24``; None for what is no address.

    A provider of access gives out addresses of one network in one place, and an address of its own
    to each subscriber: the network says where from a step was taken, and nobody's connection.
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return None
    bits = IPV4_NETWORK if found.version == 4 else IPV6_NETWORK
    return str(ip_network((found, bits), strict=False))
