"""A child is in a team or a ranking by the guardian's word alone, and no longer than that holds."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from uuid import UUID

import pytest
from sqlalchemy import text

from app.ids import parse, public
from app.usecases.people.end_childhoods import end_childhoods
from tests.builders.answers import refusal
from tests.builders.people import Http, Tokens, a_participant
from tests.trust.test_children_have_guardians import DECIDES, Family, a_number, years_ago

_KEYS = count()


@pytest.fixture
def family(moving) -> Family:
    app, moved = moving
    return Family(Http(app), Tokens(app, moved), moved)


def entered(family: Family, path: str, token: str):
    name = f"name {parse('par', path.rpartition('/')[2]).hex[-4:]}" if "par_" in path else "own"
    body = {"pseudonym": f"{name} x", "text_version": "1"}
    return family.http.post(f"{path}/ranking", body, token=token, key=f"c{next(_KEYS)}")


def a_team(family: Family) -> str:
    body = {"kind": "friends", "name": "Together", "text_version": "1"}
    token = family.tokens("participant", tenant=a_participant(family.wiring))
    return str(family.http.post("/v1/teams", body, token=token).json["team_id"])


def joined(family: Family, path: str, token: str, team: str):
    body = {"team_id": team, "text_version": "1"}
    return family.http.post(f"{path}/teams/join", body, token=token, key=f"c{next(_KEYS)}")


def stands(family: Family, child: UUID) -> tuple[bool, bool]:
    """Whether the child is in the rankings, and in a team."""
    asked = """
        select exists (select from ranking_entry where participant_id = :who and ended_at is null),
               exists (select from team_member
                        where participant_id = :who and withdrawn_at is null)
    """
    with family.wiring.database.engine.connect() as connection:
        row = connection.execute(text(asked), {"who": child}).one()
    return bool(row[0]), bool(row[1])


def test_the_child_does_not_enter_alone_and_the_guardian_agrees_and_ends_it(family):
    team, own = a_team(family), family.childs_own
    alone = {"pseudonym": "alone", "text_version": "1"}
    assert refusal(family.http.post("/v1/me/ranking", alone, token=own)) == DECIDES
    wanted = {"team_id": team, "text_version": "1"}
    assert refusal(family.http.post("/v1/teams/join", wanted, token=own)) == DECIDES
    assert stands(family, family.child) == (False, False)
    made = entered(family, family.path, family.own)
    assert (made.status_code, made.json["agreed_by"]) == (201, "guardian"), made.text
    assert joined(family, family.path, family.own, team).json["agreed_by"] == "guardian"
    assert stands(family, family.child) == (True, True)
    seen = family.http.get(f"{family.path}/teams", token=family.own).json["data"]
    assert [each["team_id"] for each in seen] == [team]
    # Out of it is open to both.
    at = f"{family.path}/ranking"
    assert family.http.delete(at, token=family.own).status_code == 204
    assert family.http.post(f"/v1/teams/{team}/withdraw", token=own).status_code == 204
    assert stands(family, family.child) == (False, False)
    stranger = family.tokens("participant")
    assert refusal(entered(family, family.path, stranger)) == (404, "NOT_FOUND")
    assert refusal(family.http.delete(at, token=stranger)) == (404, "NOT_FOUND")


def test_a_guardian_who_leaves_takes_it_along(family):
    team = a_team(family)
    assert entered(family, family.path, family.own).status_code == 201
    assert joined(family, family.path, family.own, team).status_code == 201
    assert family.http.delete("/v1/me", token=family.own).status_code == 200
    assert stands(family, family.child) == (False, False)


def test_at_the_age_it_ends_and_the_young_person_decides(family):
    family.childs = a_number()
    made = family.enrol(birthdate=years_ago(family.wiring, 13).isoformat())
    family._child = parse("par", made.json["participant_id"])
    team = a_team(family)
    assert entered(family, family.path, family.own).status_code == 201
    assert joined(family, family.path, family.own, team).status_code == 201
    until = datetime.fromisoformat(made.json["decides_from"])
    family.wiring.clock.advance(int((until - family.wiring.clock.now()).total_seconds()) + 60)
    family.wiring.database.transact(end_childhoods, clock=family.wiring.clock)
    assert stands(family, family.child) == (False, False)
    own = family.childs_own
    body = {"pseudonym": f"own {family.child.hex[-4:]}", "text_version": "1"}
    assert family.http.post("/v1/me/ranking", body, token=own).json["agreed_by"] == "person"


def test_what_one_agreed_to_before_there_was_a_guardian_ends_with_it(family):
    body = {
        "identity": family.childs,
        "region": "CN-33",
        "consents": [{"scene": "travel", "text_version": "1"}],
    }
    before = family.http.post("/v1/participants", body, token=family.reporter)
    child = parse("par", before.json["id"])
    own = family.tokens("participant", tenant=child)
    entry = {"pseudonym": f"early {child.hex[-4:]}", "text_version": "1"}
    assert family.http.post("/v1/me/ranking", entry, token=own).status_code == 201
    assert stands(family, child) == (True, False)
    assert family.child == child
    assert public("par", child) in family.path
    assert stands(family, child) == (False, False)
