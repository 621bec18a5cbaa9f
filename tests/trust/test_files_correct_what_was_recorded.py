"""A line of a file can correct an earlier action: the one goes, the other comes, or neither."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.app.recording.imports.conftest import DAY, RIDES, Importer

CORRECTING = deepcopy(RIDES)
CORRECTING["records"][0] |= {"external_id": "{no}", "supersedes": "{instead_of}"}
CORRECTING["records"][0]["evidence"]["ride_id"] = "{card}-{ride}"
HEADER = "no,card,at,ride,instead_of\n"


def line(no, card, at="06:30", *, ride="1", instead_of=""):
    return f"{no},{card},{DAY} {at},{ride},{instead_of}\n"


@pytest.fixture
def importing(wiring):
    return Importer(wiring)


@pytest.fixture
def card(request):
    return f"card-{abs(hash(request.node.name)) % 10**9}"


def rows_of(importing):
    with importing.wiring.database.engine.connect() as connection:
        return connection.exec_driver_sql(
            "select to_char(a.occurred_at at time zone 'Asia/Shanghai', 'HH24:MI'),"
            "       r.action_id is not null"
            "  from action a left join reversal r using (participant_id, action_id)"
            " where a.provider_id = %s order by a.action_id",
            (importing.provider,),
        ).all()


def codes(flaws):
    return [(flaw.line, flaw.code, flaw.pointer) for flaw in flaws]


def test_a_line_takes_the_place_of_what_an_earlier_file_recorded(importing, card):
    importing(HEADER + line("a", card, "06:30"), CORRECTING)
    better = HEADER + line("b", card, "07:30", instead_of="a")
    counts, flaws = importing(better, CORRECTING)
    assert (counts.recorded, flaws) == (1, [])
    assert rows_of(importing) == [("06:30", True), ("07:30", False)]
    again, flaws = importing(better, CORRECTING)
    assert (again.recorded, again.already_recorded, flaws) == (0, 1, [])
    assert len(rows_of(importing)) == 2


def test_a_file_corrects_itself_and_adds_up_when_it_is_read_again(importing, card):
    text = HEADER + line("a", card) + line("b", card, "07:30", instead_of="a")
    for recorded, already in ((2, 0), (0, 2)):
        counts, flaws = importing(text, CORRECTING)
        assert (counts.recorded, counts.already_recorded, flaws) == (recorded, already, [])
    assert rows_of(importing) == [("06:30", True), ("07:30", False)]


def test_in_batches_of_one_it_comes_to_the_same(importing, card):
    text = HEADER + line("a", card) + line("b", card, "07:30", instead_of="a")
    counts, flaws = importing(text, CORRECTING, batch=1)
    assert (counts.recorded, flaws) == (2, [])
    assert rows_of(importing) == [("06:30", True), ("07:30", False)]


def test_what_it_would_come_to_is_told_and_taken_back(importing, card):
    importing(HEADER + line("a", card), CORRECTING)
    better = HEADER + line("b", card, "07:30", instead_of="a")
    counts, flaws = importing(better, CORRECTING, dry_run=True)
    assert (counts.recorded, flaws) == (1, [])
    assert rows_of(importing) == [("06:30", False)]


def test_a_correction_that_is_refused_leaves_the_earlier_one(importing, card):
    importing(HEADER + line("a", card) + line("c", card, "09:30", ride="2"), CORRECTING)
    taken = HEADER + line("b", card, "07:30", ride="2", instead_of="a")
    counts, flaws = importing(taken, CORRECTING)
    assert counts.recorded == 0
    assert codes(flaws) == [("2", "DUPLICATE_CLAIM", "/evidence/ride_id")]
    assert rows_of(importing) == [("06:30", False), ("09:30", False)]


def test_what_a_line_names_has_to_be_there_and_once(importing, card):
    importing(HEADER + line("a", card), CORRECTING)
    text = HEADER + "".join(
        (
            line("b", card, "07:30", instead_of="a"),
            line("c", card, "08:30", ride="2", instead_of="a"),
            line("d", card, "09:30", ride="3", instead_of="never"),
            line("e", card, "10:30", ride="4", instead_of="e"),
            line("a", card, "11:30", ride="5"),
        )
    )
    counts, flaws = importing(text, CORRECTING)
    assert counts.recorded == 1
    assert sorted(codes(flaws)) == [
        ("3", "ALREADY_REVERSED", "/supersedes"),
        ("4", "NOT_FOUND", "/supersedes"),
        ("5", "NOT_FOUND", "/supersedes"),
        # Another content under the number of what was corrected is a conflict, no repeat.
        ("6", "ACTION_REVERSED", "/external_id"),
    ]


def test_nobody_corrects_the_action_of_another_provider(importing, wiring, card):
    other = Importer(wiring)
    other(HEADER + line("a", card), CORRECTING)
    counts, flaws = importing(
        HEADER + line("b", card, "07:30", ride="2", instead_of="a"), CORRECTING
    )
    assert (counts.recorded, codes(flaws)) == (0, [("2", "NOT_FOUND", "/supersedes")])
    assert rows_of(other) == [("06:30", False)]
