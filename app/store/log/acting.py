"""Who acts in this thread, and what their step does: ``Database.transact`` writes it in the log.

Whoever lets somebody with power in, the guard of the routes or the command line, says so once
(``acting``); then every transaction that writes anything leaves a row, whether its verb thought of
it or not. What changed is told where it is kept: a thing that is locked is shown to ``held``, and
as it is written to ``kept``. A signature leaves its row whoever gives it, and in whatever way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection

from app.ids import new_id
from app.store.events.gathering import moved
from app.store.log.entries import insert_entry
from app.store.log.told import told_of
from app.store.savepoints import following
from behaviours.json_value import JsonObject
from behaviours.logbook import LoggedSubject
from behaviours.refusal import Refusal
from rewards.logged_step import Acting, StepTold, ToldSignature, entries_of
from rewards.signing import Signature

Thing = TypeVar("Thing")


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)
_told: ContextVar[StepTold | None] = ContextVar("told", default=None)


@contextmanager
def acting(who: Acting | None) -> Iterator[None]:
    """Within the block, in this thread, ``who`` acts; None: nobody whose steps are logged."""
    begun = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(begun)


def who_acts() -> Acting | None:
    """Who acts in this thread; None: nobody whose steps are logged."""
    return _acting.get()


@contextmanager
def telling(connection: Connection) -> Iterator[StepTold]:
    """Around one run of a transaction: what it told of its step is written at its end."""
    told = StepTold()
    begun = _told.set(told)
    try:
        with following(told):
            yield told
        for entry, unless_idle in entries_of(_acting.get(), told, new_id=new_id):
            told.written |= insert_entry(connection, entry, unless_idle=unless_idle)
    finally:
        _told.reset(begun)


def step_committed(told: StepTold) -> None:
    """The transaction stands, and its rows with it."""
    who = _acting.get()
    if who is not None and told.written:
        who.logged = True


def held(value: Thing) -> Thing:
    """A thing as it is under the lock, before the step; it is given back."""
    told = _told.get()
    if told is not None and _acting.get() is not None:
        told.old.setdefault(*told_of(value))
    return value


def kept(*values: object) -> None:
    """Things as they are after the step; each has its event, whoever takes the step."""
    moved(*values)
    told = _told.get()
    if told is not None and _acting.get() is not None:
        told.new.update(told_of(value) for value in values)


def tell(kind: str, name: str, new: JsonObject, *, old: JsonObject | None = None) -> None:
    """What became of a thing that is no value with states: its members now, and before."""
    told = _told.get()
    if told is not None and _acting.get() is not None:
        subject = LoggedSubject(kind, name)
        told.old.setdefault(subject, old or {})
        told.new[subject] = {**told.new.get(subject, {}), **new}


def tell_signature(
    subject: LoggedSubject, name: str, signature: Signature, signers: Sequence[UUID], *, verb: str
) -> None:
    """A signature that was just kept, by the name that the audit finds it by."""
    told = _told.get()
    if told is not None:
        told.signed[subject] = ToldSignature(name, signature, tuple(signers), verb)


def tell_reason(reason: str) -> None:
    """Why the step is taken, as whoever takes it says."""
    who = _acting.get()
    if who is not None:
        who.reason = reason


def tell_answered(subject: LoggedSubject | None) -> None:
    """What the answer is about, where the request could not name it yet."""
    told = _told.get()
    if told is not None:
        told.answered = subject


def forget_step() -> None:
    """What this transaction answers was done before, or is refused: no step is taken."""
    told = _told.get()
    if told is not None:
        told.forgotten = True


def forget_refused(answer: object) -> None:
    """A refusal that is answered, so that what was counted stays, is no step."""
    answers = answer if isinstance(answer, list) else [answer]
    if answers and all(isinstance(each, Refusal) for each in answers):
        forget_step()
