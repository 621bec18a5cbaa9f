"""Events are read by a cursor: each once, none left out, and only by whose they are."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.ids import new_id, public
from app.store.database import Connection, Database
from app.store.events import reading
from app.store.events.numbering import readable_until
from app.store.events.reading import read_page_of_events
from app.store.events.writing import write_events
from app.wiring import Wiring
from behaviours.events import EVERYBODY, Event, EventFilter, EventPage, place_of
from tests.builders.people import Http, Tokens, an_organisation

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def told(reader: UUID, *states: str, subject: str | None = None) -> list[Event]:
    name = subject or public("rdm", new_id())
    return [Event(f"redemption.{state}", name, (reader,), None) for state in states]


def write(wiring: Wiring, events: Sequence[Event], *, at: datetime | None = None) -> None:
    wiring.database.transact(write_events, events, now=at or wiring.clock.now())


def page(
    wiring: Wiring, readers: list[UUID] | None, after: int, most: int = 100, **sought: str
) -> EventPage:
    return wiring.database.transact(
        read_page_of_events,
        EventFilter(**sought),
        readers=readers,
        after=after,
        since=LONG_AGO,
        most=most,
    )


def end_of(wiring: Wiring) -> int:
    return wiring.database.transact(readable_until)


@contextmanager
def uncommitted(wiring: Wiring, events: Sequence[Event]) -> Iterator[Any]:
    """Events that are written on a connection of their own; it is given, to commit or not."""
    with wiring.database.engine.connect() as connection:
        connection.begin()
        write_events(connection, events, now=wiring.clock.now())
        yield connection


def test_what_commits_late_is_waited_for_and_what_fails_is_not(wiring: Wiring) -> None:
    reader, begin = new_id(), end_of(wiring)
    with uncommitted(wiring, told(reader, "held", "captured")) as late:
        write(wiring, told(reader, "expired"))
        for readers in ([reader], None):
            seen = page(wiring, readers, begin)
            assert (seen.events, seen.reached, seen.has_more) == ((), begin, False)
        late.commit()
    seen = page(wiring, [reader], begin)
    assert [each.state for each in seen.events] == ["held", "captured", "expired"]
    after = seen.reached
    with uncommitted(wiring, told(reader, "held")) as fails:
        write(wiring, told(reader, "released"))
        fails.rollback()
    assert [each.state for each in page(wiring, [reader], after).events] == ["released"]


def test_a_transaction_that_writes_no_events_holds_nobody_up(wiring: Wiring) -> None:
    reader, begin = new_id(), end_of(wiring)
    with wiring.database.engine.connect() as long:
        long.exec_driver_sql("select pg_current_xact_id()")
        write(wiring, told(reader, "held"))
        assert len(page(wiring, [reader], begin).events) == 1


def test_a_reader_beside_many_writers_reads_each_once(wiring: Wiring, database_url: str) -> None:
    """Writers commit in any order, some fail, and the reader asks all the while."""
    reader, begin, writers, rounds = new_id(), end_of(wiring), 6, 25
    database, done = Database(database_url, pool_size=writers), threading.Event()

    class Fails(Exception):
        pass

    def slowly(connection: Connection, events: Sequence[Event], turn: int) -> None:
        write_events(connection, events, now=wiring.clock.now())
        connection.exec_driver_sql(f"select pg_sleep({0.004 * (turn % 4)})")
        if turn % 5 == 0:
            raise Fails

    def writes(number: int) -> set[str]:
        kept = set()
        for turn in range(rounds):
            events = told(reader, "held", "captured")

            try:
                database.transact(slowly, events, number + turn)
            except Fails:
                continue
            kept.add(events[0].subject)
        return kept

    def reads() -> list[tuple[str, str]]:
        found, after, last = [], begin, False
        while True:
            seen = page(wiring, [reader], after, 7)
            found += [(each.subject, each.state) for each in seen.events]
            after = seen.reached
            if last and not seen.has_more:
                return found
            last = done.is_set()

    with ThreadPoolExecutor(writers + 1) as pool:
        reading_all = pool.submit(reads)
        try:
            written = set().union(*pool.map(writes, range(writers)))
        finally:
            done.set()
        found = reading_all.result(timeout=60)
    database.close()
    assert len(found) == len(set(found)) == 2 * len(written)
    assert {subject for subject, _ in found} == written
    # Of each thing in its order.
    states: dict[str, list[str]] = {}
    for subject, state in found:
        states.setdefault(subject, []).append(state)
    assert set(map(tuple, states.values())) == {("held", "captured")}


def test_each_reads_the_own_and_the_programme_reads_all_once(wiring: Wiring) -> None:
    one, other, begin = new_id(), new_id(), end_of(wiring)
    both = Event("trade.paid", public("trd", new_id()), (one, other), None)
    nobodys = Event("origin.trusted", public("ogn", new_id()), (), None)
    public_one = Event("methodology.published", "x@1", (EVERYBODY,), 3)
    write(wiring, [both, *told(other, "held"), nobodys, public_one])

    def types(readers: list[UUID] | None) -> list[str]:
        return [each.type for each in page(wiring, readers, begin).events]

    assert types([one, EVERYBODY]) == ["trade.paid", "methodology.published"]
    assert types([other, EVERYBODY]) == ["trade.paid", "redemption.held", "methodology.published"]
    assert types(None) == [
        "trade.paid", "redemption.held", "origin.trusted", "methodology.published",
    ]  # fmt: skip


def test_a_page_looks_at_so_many_at_most_and_says_that_there_is_more(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, begin, subject = new_id(), end_of(wiring), public("rdm", new_id())
    write(wiring, told(reader, *["held"] * 7))
    write(wiring, told(reader, "captured", subject=subject))
    monkeypatch.setattr(reading, "LOOKED_AT", 5)
    first = page(wiring, [reader], begin, type="redemption.captured")
    assert (first.events, first.has_more) == ((), True)
    second = page(wiring, [reader], first.reached, type="redemption.captured")
    assert [each.subject for each in second.events] == [subject]
    assert not second.has_more
    assert len(page(wiring, [reader], begin, 3, type="redemption").events) == 3
    # One thing is found at once.
    assert len(page(wiring, [reader], begin, subject=subject).events) == 1
    assert page(wiring, [new_id()], begin, subject=subject).events == ()


def test_over_http_a_program_goes_on_where_it_was(http: Http, token_for: Tokens, wiring: Wiring):
    merchant = an_organisation(wiring, "merchant")
    token = token_for("merchant", tenant=merchant)
    begin = http.get("/v1/events?after=latest", token=token).json
    assert (begin["data"], begin["has_more"]) == ([], False)
    subject = public("rdm", new_id())
    write(wiring, told(merchant, "held", "captured", "reversed", subject=subject))
    first = http.get(f"/v1/events?limit=2&after={begin['next_cursor']}", token=token).json
    assert [each["type"] for each in first["data"]] == ["redemption.held", "redemption.captured"]
    assert first["has_more"] is True
    rest = http.get(f"/v1/events?after={first['next_cursor']}", token=token).json
    assert [each["data"]["state"] for each in rest["data"]] == ["reversed"]
    assert rest["has_more"] is False
    again = http.get(f"/v1/events?after={first['data'][0]['id']}", token=token).json
    assert [each["id"] for each in again["data"]] == [
        first["data"][1]["id"],
        rest["data"][0]["id"],
    ]
    one = rest["data"][0]
    assert one.keys() == {
        "specversion", "id", "source", "type", "subject", "time", "sequence",
        "datacontenttype", "data",
    }  # fmt: skip
    assert one["data"] == {"id": subject, "state": "reversed", "version": None}
    sequences = [each["sequence"] for each in (*first["data"], *rest["data"])]
    assert sequences == sorted(sequences)
    path = f"/v1/events/{one['id']}"
    assert http.get(path, token=token).json == one
    assert http.get(path, token=token_for("operator")).json == one
    assert http.get(path, token=token_for("merchant")).status_code == 404
    assert http.get(f"/v1/events/{public('evt', new_id())}", token=token).status_code == 404


def test_places_and_filters_that_mean_nothing_are_refused(
    http: Http, token_for: Tokens, wiring: Wiring
) -> None:
    token = token_for("provider")
    old = public("evt", place_of(5, wiring.clock.now() - timedelta(days=3650)))
    gone = http.get(f"/v1/events?after={old}", token=token)
    assert (gone.status_code, gone.json["code"]) == (410, "EVENTS_GONE")
    for query, status in (
        ("after=yesterday", 404),
        ("type=redemption.dreamt", 422),
        ("limit=101", 422),
        ("cursor=x", 422),
    ):
        assert http.get(f"/v1/events?{query}", token=token).status_code == status, query
    assert http.get("/v1/events", token=token_for("participant")).status_code == 403
