"""A ride that nothing stands against is one statement, and one round trip to the database."""

from __future__ import annotations

import tempfile
from typing import Any

from sqlalchemy import Connection

from app.store.database import begin_rehearsal, end_rehearsal
from app.store.driver import raw
from tests.app.recording.conftest import Scene


def sent_meanwhile(scene: Scene, work: Any) -> list[str]:
    """The kinds of messages that the next connection for single actions sends, in order."""
    database = scene.wiring.database
    server = database.transact_alone(lambda connection: raw(connection).pgconn)
    with tempfile.TemporaryFile() as told:
        server.trace(told.fileno())
        work()
        server.untrace()
        told.seek(0)
        lines = [line.split("\t") for line in told.read().decode().splitlines()]
    # What is asked may have lines of its own.
    return [parts[3].strip() for parts in lines if parts[1:2] == ["F"]]


def on_that_connection(scene: Scene, statement: str) -> None:
    def say(connection: Connection) -> None:
        raw(connection).pgconn.exec_(statement.encode())

    scene.wiring.database.transact_alone(say)


def test_a_ride_is_one_round_trip(scene: Scene) -> None:
    assert scene.report().status_code == 201

    def ride() -> None:
        assert scene.report().status_code == 201

    assert sent_meanwhile(scene, ride) == ["Bind", "Describe", "Execute", "Sync"]


def test_what_is_refused_has_begun_a_transaction_and_leaves_nothing(scene: Scene) -> None:
    body = scene.body()
    assert scene.report(body).status_code == 201
    before = scene.rows()

    def again() -> None:
        assert scene.report(body).status_code == 409

    sent = sent_meanwhile(scene, again)
    # Tried at once, and then looked at in a transaction that ends.
    assert sent[:4] == ["Bind", "Describe", "Execute", "Sync"]
    assert sent[4] == sent[-1] == "Query"
    assert scene.rows() == before


def test_a_statement_that_the_server_forgot_is_told_again(scene: Scene) -> None:
    assert scene.report().status_code == 201
    on_that_connection(scene, "DEALLOCATE plain_action")
    assert scene.report().status_code == 201


def test_a_connection_that_is_gone_is_replaced(scene: Scene) -> None:
    assert scene.report().status_code == 201
    database = scene.wiring.database
    pid = database.transact_alone(lambda connection: raw(connection).info.backend_pid)
    ended = "select pg_terminate_backend(%s, 5000)"
    assert database.transact(lambda it: it.exec_driver_sql(ended, (pid,)).scalar_one())
    body = scene.body()
    assert scene.report(body).status_code == 201
    assert scene.report(body).json["code"] == "DUPLICATE_ACTION"


def test_in_a_rehearsal_it_is_taken_back(scene: Scene) -> None:
    before, begun = scene.rows(), begin_rehearsal()
    try:
        assert scene.report().status_code == 201
    finally:
        end_rehearsal(begun)
    assert scene.rows() == before
