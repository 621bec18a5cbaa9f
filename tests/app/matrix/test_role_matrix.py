"""Every operation of the contract, asked as every kind of caller: who is let in, cell by cell.

The cells stand in ``app/api/ROLES.md``, so that a change of one is seen where it is reviewed. To
write the file anew: ``WRITE_ROLES=1 pytest tests/app/matrix``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Flask

from app.auth import PUBLIC
from app.http.queries import WRITING
from app.ids import new_id
from app.tokens import ROLES
from app.wiring import Wiring
from behaviours.users import APPLICANT, PROGRAMME_ROLES
from tests.app.matrix.tenancy import OF_ORGANISATIONS, ONE_OF, TENANTS, Tenancy
from tests.app.matrix.things import THINGS
from tests.builders.example_bodies import example_bodies
from tests.contracts.sources import ROOT, expect_none

FILE = ROOT / "app/api/ROLES.md"
METHODS = ("get", "post", "put", "patch", "delete")
LET_IN, NOT_ASKED = "yes", "–"
# Who applies is let in at so few places that they are listed, and have no column.
COLUMNS = (
    "nobody", *(role for role in ROLES if role != APPLICANT), "by word", "program",
    "other tenant", "ended",
)  # fmt: skip
# Of test mode only; and what proves who asks, which says 401 to whoever does not.
LEFT_OUT = ("/v1/test/",)
PROVES = ("/v1/auth/", "/v1/one-time-links/", "/v1/me/enrolment")
HEAD = """# Who may ask what

Every operation of the contract, asked over HTTP as every kind of caller by
`tests/app/matrix/test_role_matrix.py`, which compares this file and writes it anew with
`WRITE_ROLES=1`. `yes`: let in, whatever is answered then. `401`, `403`: turned away. *by word*: a
person who came in by a provider's word. *program*: a client of an organisation of the roles that
are let in, where a user of it may be needed. *other tenant*: an administrator of another
organisation, or another person, who names a thing that is not theirs: `404`, as of a thing that is
not there; `yes` where it is everybody's; `–` where a path names nothing. *ended*: a token of a user
who was ended since.

"""

APPLICANTS = """
Whoever acts for an organisation that was not admitted yet is turned away with `403`, but here and
where everybody is let in:
"""


class Operation(NamedTuple):
    """One operation of the contract, with its documented body."""

    method: str
    path: str
    roles: tuple[str, ...]
    body: dict[str, Any]
    dry_run: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_public(self) -> bool:
        return self.roles == (PUBLIC,)


def operations(app: Flask) -> Iterator[Operation]:
    contract, bodies = app.test_client().get("/openapi.json").json, example_bodies(app)
    adapter = app.url_map.bind("localhost")
    for path, methods in sorted(contract["paths"].items()):
        if path.startswith(LEFT_OUT) or not path.startswith("/v1/"):
            continue
        for method in (each for each in METHODS if each in methods):
            operation, upper = methods[method], method.upper()
            plain = path.replace("{", "").replace("}", "")
            view = app.view_functions[adapter.match(plain, method=upper)[0]]
            yield Operation(
                upper,
                path,
                tuple(operation["x-roles"]),
                bodies.get(f"{upper} {path}", {}),
                upper in WRITING and getattr(view, "dry_run_offered", True),
            )


def names_what_somebody_has(path: str) -> bool:
    """Rules, texts and days are nobody's own."""
    return "_id}" in path or "{number}" in path


class Asking:
    """Asks operations as callers, each of whom has one token."""

    def __init__(self, tenancy: Tenancy) -> None:
        self.tenancy = tenancy
        self.ended = tenancy.ended()
        self.by_word = tenancy.by_word()
        self.strangers = {role: tenancy.stranger(role) for role in ROLES}
        whose = (*TENANTS[:-1], *PROGRAMME_ROLES)
        self.owners = {role: tenancy.whose_things_are(role) for role in whose}
        self.acted = tenancy.whose_things_are("participant", "action_id")
        self.programs = {role: tenancy.program(role) for role in OF_ORGANISATIONS}

    def cell(self, operation: Operation, token: str | None, *, unknown: bool = True) -> str:
        """What the caller comes to: ``yes``, or the status that turns them away."""
        tried = {"dry_run": "true"} if operation.dry_run else {}
        query = {**tried, **ASKED_WITH.get(operation.path, {})} or None
        answer = self.tenancy.http.send(
            operation.method,
            self.tenancy.path(operation.path, unknown=unknown),
            **operation.body,
            token=token,
            key=str(new_id()),
            query_string=query,
        )
        assert answer.status_code < 500, f"{operation.name}: {answer.text}"
        if answer.status_code in (401, 403) and not operation.path.startswith(PROVES):
            return str(answer.status_code)
        return "404" if not unknown and answer.status_code == 404 else LET_IN

    def row(self, operation: Operation) -> dict[str, str]:
        """Every cell of an operation."""
        cells = {"nobody": self.cell(operation, None)}
        for role in ROLES:
            cells[role] = self.cell(operation, self._stranger(operation, role))
        cells["by word"] = self.cell(operation, self.by_word)
        cells["ended"] = self.cell(operation, self.ended)
        inside = [role for role in OF_ORGANISATIONS if role in operation.roles]
        cells["program"] = self._same(operation, inside, self.programs, unknown=True)
        named = not operation.is_public and names_what_somebody_has(operation.path)
        tenants = [role for role in TENANTS if role in operation.roles] if named else []
        cells["other tenant"] = self._same(operation, tenants, self.strangers, unknown=False)
        return cells

    def is_there(self, operation: Operation) -> bool:
        """Whether anybody is told of the thing that the path names: else a 404 says nothing."""
        last = operation.path.rpartition("{")[2].partition("}")[0]
        tried = operation.method not in WRITING or operation.dry_run
        if last not in HAS_AN_OWNER or operation.path.startswith(WITHOUT) or not tried:
            return True
        owners = self.owners
        if last == "action_id":
            owners = {**owners, "participant": self.acted}
        return any(
            self.cell(operation, owners[role], unknown=False) != "404"
            for role in operation.roles
            if role in owners
        )

    def _stranger(self, operation: Operation, role: str) -> str:
        """Whoever does what cannot be tried is somebody of their own: they may leave by it."""
        lasting = operation.method in WRITING and not operation.dry_run
        if lasting and role in operation.roles:
            return self.tenancy.stranger(role)
        return self.strangers[role]

    def _same(
        self, operation: Operation, roles: list[str], tokens: dict[str, str], *, unknown: bool
    ) -> str:
        found = {role: self.cell(operation, tokens[role], unknown=unknown) for role in roles}
        if len(set(found.values())) > 1:
            return ", ".join(f"{role} {cell}" for role, cell in found.items())
        return next(iter(found.values()), NOT_ASKED)


def expected(operation: Operation) -> dict[str, str]:
    """What the contract promises of the cells that it says anything of."""
    if operation.is_public:
        return dict.fromkeys(["nobody", *ROLES, "by word"], LET_IN)
    narrower = NARROWER.get(operation.name, ())
    let_in = set(operation.roles) - set(narrower)
    cells = {role: LET_IN if role in let_in else "403" for role in ROLES}
    return {"nobody": "401", **cells, "ended": "401"}


def table(found: dict[str, dict[str, str]]) -> str:
    lines = [
        f"| operation | {' | '.join(COLUMNS)} |",
        f"|---|{'---|' * len(COLUMNS)}",
        *(
            f"| `{name}` | {' | '.join(cells[column] for column in COLUMNS)} |"
            for name, cells in found.items()
        ),
    ]
    inside = [
        f"- `{name}`"
        for name, cells in found.items()
        if cells[APPLICANT] == LET_IN and cells["nobody"] != LET_IN
    ]
    return HEAD + "\n".join([*lines, APPLICANTS, *inside]) + "\n"


_APPLYING = ("application", "documents", "statement", "withdraw")
OWNED = ("organisation_id", "user_id", "number", "project_id", "period_id", "client_id")
# What its owner is told of here, so that a stranger's 404 says that it is not theirs.
# What has to be asked for beside the path: without it nobody is told whether the thing is there.
ASKED_WITH: dict[str, dict[str, str]] = {
    "/v1/monitoring-periods/{period_id}/hand-over.zip": {
        "kind": "exchange",
        "name": "Guangzhou Emissions Exchange",
        "account": "GD-0001",
        "beneficiary_code": "91350100M000100Y43",
    },
}
HAS_AN_OWNER = {*THINGS, *ONE_OF, *OWNED}
WITHOUT = (
    # No bundle was previewed, nobody applied to take part, and the household is not agreed on yet.
    "/v1/bundles/{bundle_id}/preview",
    *(f"/v1/organisations/{{organisation_id}}/{each}" for each in _APPLYING),
    "/v1/me/households/{household_id}/versions",
    # A draft changes no hands.
    *(f"/v1/projects/{{project_id}}/owner-change/{each}" for each in ("accept", "withdraw")),
    # Nor does its design change.
    *(f"/v1/projects/{{project_id}}/design-change/{each}" for each in ("opinion", "withdraw")),
    # A draft has no design, and nothing was measured in the period.
    *(f"/v1/projects/{{project_id}}/{each}" for each in ("boundary", "design-document", "ex-ante")),
    *(
        f"/v1/monitoring-periods/{{period_id}}/{each}"
        for each in ("calculation", "report", "opinion")
    ),
    # Nor is it handed over.
    "/v1/monitoring-periods/{period_id}/hand-over/package.zip",
    # The examples name a finding and a next holder whom nobody has.
    "/v1/monitoring-periods/{period_id}/findings/judgements",
    "/v1/installations/{installation_id}/holder",
    # No child is here; of the paper there is no file, and it is no project's.
    "/v1/me/wards/",
    "/v1/organisations/{organisation_id}/documents/{document_id}",
    "/v1/projects/{project_id}/documents/{document_id}",
)
# Who is let in by role and turned away by what they ask for, with the reason.
NARROWER: dict[str, tuple[str, ...]] = {
    # The example asks for the programme; an organisation's administrator asks for their own.
    "POST /v1/openid-providers": OF_ORGANISATIONS,
    # Secrets are their organisation's administrator's alone: nobody of the programme sees one.
    "POST /v1/organisations/{organisation_id}/clients": PROGRAMME_ROLES,
    "POST /v1/organisations/{organisation_id}/clients/{client_id}/rotate": PROGRAMME_ROLES,
    # The example limits a user, which the authority does; who is let out of it, both sign.
    "POST /v1/users/{user_id}/area": ("operator",),
}
# What belongs to somebody, and is there for whoever is let in, with the reason.
_RUN = "/v1/methodologies/{code}/versions/{version}/shadow-runs/{run_id}"
_SHOWN = "what a published version came to is shown to whoever works on rules"
FOR_EVERYBODY: dict[str, str] = {
    f"GET {_RUN}": _SHOWN,
    f"GET {_RUN}/picture.svg": _SHOWN,
    "GET /v1/bundles/{bundle_id}/replacements": "those that the own organisation offered, if any",
    "POST /v1/bundles/{bundle_id}/replacements": "any enterprise may offer units of its own",
    "GET /v1/listings/{listing_id}": "what is for sale is shown to every enterprise",
    "POST /v1/listings/{listing_id}/orders": "and sold to any",
    "GET /v1/auctions/{auction_id}": "every enterprise may bid, and reads what for",
    "GET /v1/auctions/{auction_id}/bids": "and what was bid, though not by whom",
    "POST /v1/auctions/{auction_id}/bids": "and whoever bids highest has it",
}


def test_every_cell_is_what_the_contract_says(app: Flask, market: Wiring) -> None:
    asking = Asking(Tenancy(app, market))
    asked = list(operations(app))
    found = {operation.name: asking.row(operation) for operation in asked}
    wrong = [
        f"{operation.name}: {column} is {found[operation.name][column]}, not {cell}"
        for operation in asked
        for column, cell in expected(operation).items()
        if found[operation.name][column] != cell
    ]
    # A word opens no more than the person's own login.
    wrong += [
        f"{name}: a provider's word opens it, the person does not"
        for name, cells in found.items()
        if cells["by word"] == LET_IN and cells["participant"] != LET_IN
    ]
    wrong += [
        f"{name}: another tenant is told {cells['other tenant']}"
        for name, cells in found.items()
        if cells["other tenant"] not in ("404", NOT_ASKED) and name not in FOR_EVERYBODY
    ]
    wrong += [
        f"{operation.name}: nobody is told of what it names, so that a stranger's 404 says nothing"
        for operation in asked
        if found[operation.name]["other tenant"] == "404" and not asking.is_there(operation)
    ]
    if os.environ.get("WRITE_ROLES"):
        FILE.write_text(table(found), encoding="utf-8")
    expect_none("Cells that are not what the contract says", wrong)
    kept = FILE.read_text("utf-8").splitlines() if FILE.exists() else []
    made = table(found).splitlines()
    changed = [f"- {line}" for line in kept if line not in made]
    changed += [f"+ {line}" for line in made if line not in kept]
    expect_none("Lines of app/api/ROLES.md that changed (WRITE_ROLES=1 writes them)", changed)
