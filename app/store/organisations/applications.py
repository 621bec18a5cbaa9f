"""SQL of organisations that apply to take part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypedDict
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row, text

from app.store.log.acting import held, kept
from app.store.paging import newest_first
from behaviours.admission import HOLDING, OrganisationApplication, OrganisationStatement

_COLUMNS = """organisation_id, kind, name, covered_emitter, state, applied_at, decided_at, revision,
    statement, stated_by, before_assessment"""
_ADD = text(
    """
    insert into organisation_application (organisation_id, kind, name, covered_emitter, state,
                                          applied_by, applied_at, decided_at, before_assessment)
    values (:organisation_id, :kind, :name, :covered_emitter, :state, :by, :applied_at, :decided_at,
            :before_assessment)
    """
)
_HOLD = text(
    f"""
    select {_COLUMNS} from organisation_application
     where organisation_id = :organisation_id for update
    """  # noqa: S608
)
_WRITE = text(
    """
    update organisation_application
       set state = :state, decided_at = :decided_at, reason = :reason, revision = :revision
     where organisation_id = :organisation_id
    """
)
_STATE = text(
    """
    update organisation_application
       set state = :state, revision = :revision, credit_code = :credit_code,
           statement = cast(:statement as jsonb), stated_by = :stated_by
     where organisation_id = :organisation_id
    """
)
_FIND = text(
    f"select {_COLUMNS} from organisation_application where organisation_id = :organisation_id"  # noqa: S608
)
_ALONE = text("select pg_advisory_xact_lock(hashtextextended('credit code ' || :code, 0))")
_KINDS_OF_CODE = text(
    f"""
    select kind from organisation_application
     where credit_code = :credit_code and organisation_id <> :organisation_id
       and state in {HOLDING}
    """  # noqa: S608 - words of the domain
)
_LIST = newest_first(
    f"""
    select {_COLUMNS} from organisation_application
     where (cast(:state as text) is null or state = :state)
       and (cast(:credit_code as text) is null or credit_code = :credit_code)
    """,  # noqa: S608
    by="organisation_id",
)


class _KeptStatement(TypedDict):
    """A statement as its column holds it."""

    credit_code: str
    legal_name: str
    contact_name: str
    contact_phone: str
    contact_email: str
    interests: list[str]
    of_operator: bool
    group: str | None
    scenes: list[str]
    reports: str | None
    issuers: list[str]


def add_applications(
    connection: Connection, applications: Sequence[OrganisationApplication], *, by: UUID
) -> None:
    for each in applications:
        asked = {
            "organisation_id": each.organisation_id,
            "kind": each.kind,
            "name": each.name,
            "covered_emitter": each.covered_emitter,
            "state": each.state,
            "applied_at": each.applied_at,
            "decided_at": each.decided_at,
            "before_assessment": each.before_assessment,
            "by": by,
        }
        connection.execute(_ADD, asked)
    kept(*applications)


def hold_application(
    connection: Connection, organisation_id: UUID
) -> OrganisationApplication | None:
    """The application, which nobody else decides until the transaction ends."""
    row = connection.execute(_HOLD, {"organisation_id": organisation_id}).one_or_none()
    return held(_application(row)) if row else None


def find_application(
    connection: Connection, organisation_id: UUID
) -> OrganisationApplication | None:
    """The application as it is at this moment."""
    row = connection.execute(_FIND, {"organisation_id": organisation_id}).one_or_none()
    return _application(row) if row else None


def kinds_of_code(connection: Connection, credit_code: str, *, but: UUID) -> set[str]:
    """As what others by this code applied, or take part; nobody states it until we are done."""
    connection.execute(_ALONE, {"code": credit_code})
    asked = {"credit_code": credit_code, "organisation_id": but}
    return set(connection.execute(_KINDS_OF_CODE, asked).scalars())


def write_statement(connection: Connection, application: OrganisationApplication) -> None:
    """Keep what an organisation says of itself."""
    said = application.statement
    assert said is not None, "it was stated"
    asked = {
        "organisation_id": application.organisation_id,
        "state": application.state,
        "revision": application.revision,
        "credit_code": said.credit_code,
        "statement": orjson.dumps(_as_json(said)).decode(),
        "stated_by": application.stated_by,
    }
    connection.execute(_STATE, asked)
    kept(application)


def write_decision(
    connection: Connection, application: OrganisationApplication, *, reason: str | None = None
) -> None:
    """Keep how far it has come; ``reason`` of who is declined."""
    asked = {
        "organisation_id": application.organisation_id,
        "state": application.state,
        "decided_at": application.decided_at,
        "reason": reason,
        "revision": application.revision,
    }
    connection.execute(_WRITE, asked)
    kept(application)


class SoughtApplications(NamedTuple):
    """Which applications: in one state, by one credit code; None: in any, by all."""

    state: str | None = None
    credit_code: str | None = None


def list_applications(
    connection: Connection, sought: SoughtApplications, *, before: UUID | None, most: int
) -> list[OrganisationApplication]:
    """The applications that are sought, newest first."""
    asked = {**sought._asdict(), "before": before, "most": most}
    return [_application(row) for row in connection.execute(_LIST, asked)]


def _application(row: Row[Any]) -> OrganisationApplication:
    kept_as = OrganisationApplication(**row._mapping)  # noqa: SLF001 - so a row is a mapping
    return replace(kept_as, statement=_statement(row.statement))


def _as_json(said: OrganisationStatement) -> _KeptStatement:
    return {
        "credit_code": said.credit_code,
        "legal_name": said.legal_name,
        "contact_name": said.contact_name,
        "contact_phone": said.contact_phone,
        "contact_email": said.contact_email,
        "interests": sorted(str(each) for each in said.interests),
        "of_operator": said.of_operator,
        "group": said.group,
        "scenes": [*said.scenes],
        "reports": said.reports,
        "issuers": [*said.issuers],
    }


def _statement(said: _KeptStatement | None) -> OrganisationStatement | None:
    if said is None:
        return None
    return OrganisationStatement(
        said["credit_code"],
        said["legal_name"],
        said["contact_name"],
        said["contact_phone"],
        said["contact_email"],
        frozenset(map(UUID, said["interests"])),
        said["of_operator"],
        said["group"],
        tuple(said["scenes"]),
        said["reports"],
        tuple(said["issuers"]),
    )
