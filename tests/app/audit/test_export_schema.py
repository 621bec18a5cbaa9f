"""The published schema of exports fits the exports of rich accounts, and nothing that is added."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import text

from app.factory import create_app
from app.ids import new_id
from app.tokens import Caller
from app.wiring import Wiring
from tests.builders.exports import exported, faults, published_schema, with_one_member_more
from tests.builders.people import Http, Tokens

# Of the rows of such a table the demo's richest people have some.
RICH = ("action", "bundle_entry", "consent", "points_lot", "points_transfer", "redemption")


@pytest.fixture(scope="module")
def richest(seeded: Wiring) -> Sequence[UUID]:
    """The people with the most of each of these."""
    with seeded.database.engine.connect() as connection:
        return [
            connection.execute(
                text(
                    f"select participant_id from {table} group by 1 order by count(*) desc limit 1"
                )
            ).scalar_one()
            for table in ("redemption", "bundle_entry")
        ]


@pytest.fixture(scope="module")
def http(seeded: Wiring) -> Http:
    return Http(create_app(seeded))


def _own(seeded: Wiring, http: Http, person: UUID) -> str:
    """A token of the person, for which nothing is written into these books."""
    return Tokens(http.app, seeded).of(Caller("participant", new_id(), person, None))


def test_exports_of_the_demos_richest_people_are_as_their_schema_says(
    seeded: Wiring, http: Http, richest: Sequence[UUID]
) -> None:
    documents = [
        exported(http, Tokens(http.app, seeded)("participant", tenant=person)) for person in richest
    ]
    for table in RICH:
        assert any(document["rows"][table] for document in documents), table
    assert any(document["inclusions"] for document in documents)


def test_whatever_is_added_to_an_export_is_not_in_its_schema(
    seeded: Wiring, http: Http, richest: Sequence[UUID]
) -> None:
    schema = published_schema(http)
    document = exported(http, _own(seeded, http, richest[1]))
    for rows in document["rows"].values():
        del rows[2:]
    del document["inclusions"][2:]
    assert faults(document, schema) == []
    places = {}
    for place, changed in with_one_member_more(document):
        places[place] = faults(changed, schema)
    assert {"", "rows", "rows/action/0", "inclusions/0/proof/leaf", "signature"} <= places.keys()
    assert [place for place, found in places.items() if not found] == []


def test_a_version_of_the_schema_that_nobody_published_is_not_there(http: Http) -> None:
    for version in ("2", "01", "x", "１"):
        answer = http.get(f"/v1/schemas/export/{version}")
        assert (answer.status_code, answer.json["code"]) == (404, "NOT_FOUND")
