"""Whatever somebody with power writes, by a route or a command, is a row of the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.auth import PUBLIC
from app.commands import at_server
from app.commands.main import FOR_OTHERS, VERBS, tanpuhui
from app.factory import create_app
from app.http.queries import WRITING
from app.ids import new_id, public
from app.messages.catalogues import LANGUAGES, messages
from app.store.database import Connection, Database
from app.store.log.acting import who_acts
from app.tokens import ROLES, Caller
from app.wiring import Wiring
from behaviours.logbook import COMMAND, COMMAND_LINE, has_power
from behaviours.logged_things import KINDS
from behaviours.users import PARTICIPANT, PROGRAMME_ROLES
from tests.builders.example_bodies import example_bodies
from tests.builders.people import Http, Tokens
from tests.contracts.sources import expect_none

PREFIXES = {kind: prefix for prefix, kind in KINDS.items()}
A_RULE = {"code": "bj.low_carbon_travel", "version": "2024"}
# What every process asks now and then, whoever comes: whether there are other rules by now.
ASKS_FOR_NEWS = "app.rules_in_force"


class Reached(Exception):
    """The work of a route was about to begin."""


class WritesInstead(Database):
    """Leaves the work of a route undone: its transaction is written in, and that is all."""

    def __init__(self, real: Database) -> None:
        self.patience, self.keys, self.engine = real.patience, real.keys, real.engine
        self.now = real.now

    def transact(self, work: Any, *given: Any, **named: Any) -> Any:
        if who_acts() is None or work.__module__ == ASKS_FOR_NEWS:
            return super().transact(work, *given, **named)
        super().transact(writes)
        raise Reached


def writes(connection: Connection) -> None:
    """A transaction that writes has a number; this is all that is seen of it."""
    connection.exec_driver_sql("select pg_current_xact_id()")


def reads(connection: Connection) -> None:
    connection.exec_driver_sql("select 1")


@pytest.fixture(scope="module")
def probed(wiring: Wiring) -> Flask:
    app = create_app(wiring)
    app.extensions["tanpuhui"] = replace(wiring, database=WritesInstead(wiring.database))
    return app


def rows(wiring: Wiring, request_id: str) -> list[Any]:
    with wiring.database.engine.connect() as connection:
        found = connection.execute(
            text("select verb, role, user_id, organisation_id, address from log_entry"
                 " where request_id = :id"),
            {"id": request_id},
        )  # fmt: skip
        return list(found)


def steps(app: Flask) -> Iterator[tuple[str, str, Any]]:
    """(method, rule, view) of every route that writes and is not everybody's or persons' alone."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) & WRITING):
            if set(view.roles) - {PUBLIC, PARTICIPANT}:
                yield method, rule.rule, view


def path_of(rule: str) -> str:
    """The path with ids of the right kind, of nothing."""
    parts = []
    for part in rule.split("/"):
        name = part.strip("<>")
        kind = {"change_id": "identity_change"}.get(name, name.removesuffix("_id"))
        known = public(PREFIXES[kind], new_id()) if kind in PREFIXES else A_RULE.get(name, "x")
        parts.append(known if part.startswith("<") else part)
    return "/".join(parts)


def test_a_route_says_what_step_it_is_or_that_it_is_hot(app: Flask) -> None:
    silent = [
        f"{method} {rule}"
        for method, rule, view in steps(app)
        if bool(getattr(view, "step", None)) == view.hot
    ]
    expect_none("Routes that state no step (allow(…, step=…)) and are not hot", silent)


def test_no_route_of_the_programme_is_hot(app: Flask) -> None:
    hot = [
        f"{method} {rule}"
        for method, rule, view in steps(app)
        if view.hot and set(view.roles) & {*PROGRAMME_ROLES, "verifier"}
    ]
    expect_none("Routes of those with power that leave no row", hot)


def test_every_writing_route_leaves_a_row_for_each_role_with_power(
    app: Flask, probed: Flask, wiring: Wiring
) -> None:
    """Each is called as each role, by a user, with its documented body; the work is left undone."""
    http, make, bodies = Http(probed), Tokens(app, wiring), example_bodies(app)
    users = {role: as_user(role) for role in ROLES if role != PARTICIPANT}
    tokens = {role: make.of(who) for role, who in users.items()}
    missing, walked = [], 0
    for method, rule, view in steps(app):
        if view.hot:
            continue
        body = bodies[f"{method} {rule.replace('<', '{').replace('>', '}')}"]
        for role in sorted(set(view.roles) & users.keys()):
            walked += 1
            answer = sent(http, method, path_of(rule), body, tokens[role])
            found = rows(wiring, answer.headers["Request-Id"])
            if [row[:3] for row in found] != [(view.step, role, users[role].user_id)]:
                missing.append(f"{method} {rule} as {role}: {found} ({answer.text[:300]})")
    expect_none("Steps without their row", missing)
    assert walked > 100


def sent(http: Http, method: str, path: str, body: dict[str, Any], token: str) -> TestResponse:
    """The answer; once more with an id of the kind that a refusal asks for."""
    answer = http.send(method, path, **body, token=token, key=str(new_id()))
    wanted = (answer.json or {}).get("details", {}).get("prefix")
    if wanted is None:
        return answer
    *_, last = re.finditer(r"/(x|[a-z]{3}_[0-9a-f]{32})(?=/|$)", path)
    path = f"{path[: last.start()]}/{public(wanted, new_id())}{path[last.end() :]}"
    return http.send(method, path, **body, token=token, key=str(new_id()))


def as_user(role: str) -> Caller:
    organisation = None if role in PROGRAMME_ROLES else new_id()
    return Caller(role, new_id(), organisation, None)


def test_programs_of_those_who_act_all_day_leave_none(app: Flask, wiring: Wiring) -> None:
    assert [role for role in ROLES if has_power(role, as_user=False)] == [
        "verifier",
        "operator",
        "authority",
    ]
    assert not has_power(PARTICIPANT, as_user=True)


def test_a_transaction_that_only_reads_leaves_none(wiring: Wiring) -> None:
    before = all_rows(wiring, "command.probe")
    with at_server.acting_here("probe"):
        wiring.database.transact(reads)
        assert all_rows(wiring, "command.probe") == before
        wiring.database.transact(writes)
        wiring.database.transact(writes)
    # A command is one step, however many transactions it takes.
    assert len(all_rows(wiring, "command.probe")) == len(before) + 1


def test_nobody_acts_in_jobs(wiring: Wiring) -> None:
    assert who_acts() is None
    wiring.database.transact(writes)


def all_rows(wiring: Wiring, verb: str) -> set[Any]:
    """In no order: the table's own changes with its vacuum."""
    with wiring.database.engine.connect() as connection:
        found = connection.execute(
            text("select entry_id, role, user_id from log_entry where verb = :verb"),
            {"verb": verb},
        )
        return set(found)


def commands(group: click.Group, *named: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, *named, name)
        else:
            yield (*named, name), found


def test_every_command_that_writes_leaves_a_row(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is called by way of the program, its work replaced by a transaction that writes."""
    missing = []
    for named, command in commands(tanpuhui):
        if named[0] in FOR_OTHERS:
            continue
        verb = f"{COMMAND}{'.'.join(named)}"
        before = all_rows(wiring, verb)
        with monkeypatch.context() as changed:
            changed.setattr(command, "callback", lambda: wiring.database.transact(writes))
            changed.setattr(command, "params", [])
            done = CliRunner().invoke(tanpuhui, list(named))
        found = all_rows(wiring, verb) - before
        if [row.role for row in found] != [COMMAND_LINE]:
            missing.append(f"tanpuhui {' '.join(named)}: {found} {done.output} {done.exception!r}")
    expect_none("Commands without their row", missing)
    assert {*FOR_OTHERS} < VERBS.keys()


def test_every_step_has_a_sentence_in_each_language(app: Flask) -> None:
    stated = {view.step for _, _, view in steps(app) if getattr(view, "step", None)}
    silent = [
        f"{language}: {each}"
        for language in LANGUAGES
        for each in sorted(stated)
        if f"step:{each}" not in messages(language)
    ]
    expect_none("Steps without a sentence", silent)
