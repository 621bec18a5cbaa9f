"""SQL of issuers: who gives out numbers, and which providers report them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from app.ids import public
from app.store.log.acting import tell
from behaviours.issuers import (
    ISSUER,
    SINCE_EVER,
    DatedNumbers,
    Issuer,
    IssuerRegister,
    NumberShape,
)

_COLUMNS = "code, name_zh, name_en, kinds, per, numbers"
_ADD = text(
    f"""
    insert into issuer ({_COLUMNS}, registered_by, registered_at, in_force_at)
    select d.code, d.name_zh, d.name_en, string_to_array(d.kinds, ','), d.per, d.numbers::jsonb,
           :by, :now, :in_force_at
      from unnest(:codes ::text[], :names_zh ::text[], :names_en ::text[], :kinds ::text[],
                  :pers ::text[], :numbers ::text[])
               as d (code, name_zh, name_en, kinds, per, numbers)
     order by d.code
        on conflict (code) do update
       set name_zh = excluded.name_zh, name_en = excluded.name_en, kinds = excluded.kinds,
           per = excluded.per, numbers = excluded.numbers, registered_by = excluded.registered_by,
           registered_at = excluded.registered_at, in_force_at = excluded.in_force_at
     where issuer.in_force_at is null
    """  # noqa: S608 - only names of this code
)
_ALL = text(
    f"select {_COLUMNS} from issuer where in_force_at is not null order by code"  # noqa: S608
)
_SOME = text(
    f"select {_COLUMNS} from issuer where code = any(:codes) and in_force_at is not null"  # noqa: S608
)
_PAGE = text(
    f"""
    select {_COLUMNS}, in_force_at is not null as in_force from issuer
     where (cast(:after as text) is null or code > :after)
       and (cast(:kind as text) is null or :kind = any(kinds))
     order by code limit :most
    """  # noqa: S608
)
# Before anything is said from a day on, what was said without one holds for every day before.
_SINCE_EVER = text(
    """
    insert into issuer_numbers (code, since, numbers, stated_at)
    select code, :since, coalesce(numbers, '[]'), registered_at from issuer where code = :code
        on conflict do nothing
    """
)
_STATE_NUMBERS = text(
    """
    insert into issuer_numbers (code, since, numbers, stated_at)
    values (:code, :since, cast(:numbers as jsonb), :now)
        on conflict (code, since) do update
       set numbers = excluded.numbers, stated_at = excluded.stated_at
    """
)
_SAY_LAST = text(
    """
    update issuer i
       set numbers = (select nullif(n.numbers, '[]') from issuer_numbers n
                       where n.code = i.code order by n.since desc limit 1)
     where code = :code
    """
)
_STATED = text(
    """
    select code, since, numbers from issuer_numbers
     where cast(:codes as text[]) is null or code = any(:codes) order by code, since
    """
)
_ADMISSIONS = text("select organisation_id, issuer_code, reported_before from issuer_admission")
_ADMITTED = text(
    "select organisation_id, issuer_code from issuer_admission where issuer_code = any(:codes)"
)
_ADMIT = text(
    """
    insert into issuer_admission (organisation_id, issuer_code, reported_before, admitted_by,
                                  admitted_at)
    select d.organisation_id, :code,
           exists (select from enrolment e where e.organisation_id = d.organisation_id), :by, :now
      from unnest(:organisation_ids ::uuid[]) as d (organisation_id)
        on conflict do nothing
    """
)


_SIGNED = text(
    """
    select subject_id, verb, role from signature
     where subject_kind = :kind and subject_id = any(:ids) order by signed_at
    """
)


def add_issuers(
    connection: Connection,
    issuers: Sequence[Issuer],
    *,
    registered_by: UUID,
    now: datetime,
    in_force: bool,
) -> None:
    """Register those whose code is free or waits, each once; those in force stay as they are.

    Those that are not ``in_force`` wait for a second person to sign the same.
    """
    connection.execute(
        _ADD,
        {
            "codes": [each.code for each in issuers],
            "names_zh": [each.name_zh for each in issuers],
            "names_en": [each.name_en for each in issuers],
            "kinds": [",".join(each.kinds) for each in issuers],
            "pers": [each.per for each in issuers],
            "numbers": [_kept(each) for each in issuers],
            "by": registered_by,
            "now": now,
            "in_force_at": now if in_force else None,
        },
    )
    for each in issuers:
        tell(
            ISSUER,
            each.code,
            {"kinds": list(each.kinds), "per": each.per, "in_force": in_force},
        )


def state_shapes(connection: Connection, code: str, said: DatedNumbers, *, now: datetime) -> None:
    """Keep what an issuer's numbers are like from a day on; the days before stay as they were."""
    named = {"code": code, "since": said.since}
    connection.execute(_SINCE_EVER, {"code": code, "since": SINCE_EVER})
    connection.execute(_STATE_NUMBERS, {**named, "numbers": _written(said.numbers), "now": now})
    connection.execute(_SAY_LAST, {"code": code})
    since = said.since.isoformat()
    tell("issuer", code, {"numbers": _written(said.numbers), "numbers_since": since})


def find_issuers(connection: Connection, codes: Sequence[str]) -> dict[str, Issuer]:
    """The issuers in force, by code."""
    found = {row.code: _issuer(*row) for row in connection.execute(_SOME, {"codes": list(codes)})}
    stated = _stated(connection, codes)
    return {code: replace(each, stated=stated.get(code, ())) for code, each in found.items()}


def list_issuers(
    connection: Connection, *, kind: str | None, after: str | None, most: int
) -> list[tuple[Issuer, bool]]:
    """Issuers by code, of one kind of number or of all, and whether each is in force."""
    rows = connection.execute(_PAGE, {"kind": kind, "after": after, "most": most})
    listed = [(_issuer(*row[:-1]), row.in_force) for row in rows]
    stated = _stated(connection, [each.code for each, _ in listed])
    return [(replace(each, stated=stated.get(each.code, ())), stands) for each, stands in listed]


def signed_of_issuers(
    connection: Connection, issuers: Sequence[Issuer]
) -> dict[UUID, dict[str, list[str]]]:
    """The roles that signed something of each issuer, by its ``matter_id`` and the verb."""
    found: dict[UUID, dict[str, list[str]]] = {each.matter_id: {} for each in issuers}
    for subject_id, verb, role in connection.execute(_SIGNED, {"kind": ISSUER, "ids": [*found]}):
        found[subject_id].setdefault(verb, []).append(role)
    return found


def admit(
    connection: Connection,
    code: str,
    organisation_ids: Sequence[UUID],
    *,
    admitted_by: UUID,
    now: datetime,
) -> None:
    """Let providers report the issuer's numbers; those who may already stay admitted.

    Who has enrolled people may have reported before, then as numbers of its own.
    """
    connection.execute(
        _ADMIT,
        {"code": code, "organisation_ids": list(organisation_ids), "by": admitted_by, "now": now},
    )
    tell("issuer", code, {"admitted": [public("org", each) for each in organisation_ids]})


def admitted_for(connection: Connection, codes: Sequence[str]) -> dict[str, list[UUID]]:
    """The providers that report each issuer's numbers, by code."""
    found: dict[str, list[UUID]] = {code: [] for code in codes}
    for organisation_id, code in connection.execute(_ADMITTED, {"codes": list(codes)}):
        found[code].append(organisation_id)
    return found


def read_register(connection: Connection) -> IssuerRegister:
    """Every issuer, and every provider that reports its numbers: some hundred rows."""
    admitted: dict[str, list[str]] = {}
    before: dict[str, list[str]] = {}
    for organisation_id, code, reported_before in connection.execute(_ADMISSIONS):
        admitted.setdefault(organisation_id.hex, []).append(code)
        if reported_before:
            before.setdefault(code, []).append(organisation_id.hex)
    stated = _stated(connection, None)
    issuers = [_issuer(*row) for row in connection.execute(_ALL)]
    dated = [replace(each, stated=stated.get(each.code, ())) for each in issuers]
    return IssuerRegister(dated, admitted, before)


def _stated(
    connection: Connection, codes: Sequence[str] | None
) -> dict[str, tuple[DatedNumbers, ...]]:
    """What issuers said of their numbers, by code, the first day first; None: of everybody."""
    found: dict[str, tuple[DatedNumbers, ...]] = {}
    asked = {"codes": None if codes is None else list(codes)}
    for code, since, numbers in connection.execute(_STATED, asked):
        found[code] = (*found.get(code, ()), DatedNumbers(since, _shapes(numbers)))
    return found


def _kept(issuer: Issuer) -> str | None:
    return _written(issuer.numbers) if issuer.numbers else None


def _written(numbers: Sequence[NumberShape]) -> str:
    return orjson.dumps([each._asdict() for each in numbers]).decode()


def _issuer(  # noqa: PLR0917 - a row
    code: str,
    name_zh: str,
    name_en: str,
    kinds: list[str],
    per: str,
    numbers: list[dict[str, str | int | bool]] | None,
) -> Issuer:
    return Issuer(code, name_zh, name_en, tuple(kinds), per, _shapes(numbers))


def _shapes(numbers: list[dict[str, str | int | bool]] | None) -> tuple[NumberShape, ...]:
    return tuple(
        NumberShape(
            str(each["kind"]), int(each["least"]), int(each["most"]), bool(each["digits_only"])
        )
        for each in numbers or ()
    )
