"""A step of somebody with power, from who acts and what a transaction told to the rows it owes.

Nothing here knows a database: what is asked here is which rows there have to be, and what each
says. ``app/store/log/acting.py`` gathers what is told and writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from behaviours.json_value import JsonObject
from behaviours.logbook import LogEntry, LoggedSubject, MemberChange, changed
from rewards.signing import Signature


@dataclass(slots=True)
class Acting:
    """Somebody with power, and the step they are about to take.

    ``always``: the step is a row even where it writes nothing, as to read what is others'.
    ``at_once``: it is one step, however many transactions it takes.
    """

    verb: str
    role: str
    now: Callable[[], datetime]
    user_id: UUID | None = None
    client_id: str | None = None
    organisation_id: UUID | None = None
    subject: LoggedSubject | None = None
    reason: str | None = None
    request_id: str | None = None
    address: str | None = None
    always: bool = False
    at_once: bool = False
    logged: bool = False


@dataclass(frozen=True, slots=True)
class ToldSignature:
    """A signature as its own table has it, and everybody who has given one for the same."""

    name: str
    signature: Signature
    signers: tuple[UUID, ...]
    verb: str


@dataclass(slots=True)
class StepTold:
    """What one run of a transaction told of its step so far."""

    old: dict[LoggedSubject, JsonObject] = field(default_factory=dict)
    new: dict[LoggedSubject, JsonObject] = field(default_factory=dict)
    signed: dict[LoggedSubject, ToldSignature] = field(default_factory=dict)
    answered: LoggedSubject | None = None
    forgotten: bool = False
    written: bool = False

    def mark(self) -> StepTold:
        """What was told so far, to come back to."""
        return replace(self, old=dict(self.old), new=dict(self.new), signed=dict(self.signed))

    def back_to(self, mark: StepTold) -> None:
        """Forget what was told after; what was written stays written."""
        self.old, self.new, self.signed = mark.old, mark.new, mark.signed
        self.answered, self.forgotten = mark.answered, mark.forgotten


def entries_of(
    who: Acting | None, told: StepTold, *, new_id: Callable[[], UUID]
) -> Iterator[tuple[LogEntry, bool]]:
    """The rows that a transaction owes, and whether each is owed only if it wrote something."""
    if told.forgotten or (who is None and not told.signed):
        return
    first = (who.subject or told.answered) if who else None
    over = who is None or (who.at_once and who.logged)
    owed = False
    for subject in dict.fromkeys([*([first] if first else []), *told.signed, *told.new]):
        changes = changed(told.old.get(subject, {}), told.new.get(subject, {}))
        signed = told.signed.get(subject)
        if signed or (changes and not over):
            owed = True
            yield _entry(new_id(), who, subject, changes, signed), False
    if who is not None and not owed and not over:
        yield _entry(new_id(), who, first, {}, None), not (who.always and not who.logged)


def _entry(
    entry_id: UUID,
    who: Acting | None,
    subject: LoggedSubject | None,
    changes: dict[str, MemberChange],
    signed: ToldSignature | None,
) -> LogEntry:
    signature = signed.signature if signed else None
    by_name = who is not None and who.user_id is not None
    if who is None:
        assert signed is not None, "a row has somebody who took the step"
        at = signed.signature.signed_at
        who = Acting(signed.verb, signed.signature.role, lambda: at)
    return LogEntry(
        entry_id=entry_id,
        taken_at=signature.signed_at if signature else who.now(),
        verb=who.verb,
        role=signature.role if signature and not by_name else who.role,
        user_id=signature.user_id if signature else who.user_id,
        client_id=who.client_id,
        organisation_id=who.organisation_id,
        subject=subject,
        changes=changes,
        reason=who.reason,
        signed=signed.name if signed else None,
        signers=signed.signers if signed else (),
        request_id=who.request_id,
        address=who.address,
    )
