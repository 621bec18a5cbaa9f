"""A provider lists what is its own, along indexes, and nothing of anybody else or of who left."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.ids import new_id
from app.store.database import Database
from app.store.recording import own_lists
from tests.builders.actions import a_ride, recording
from tests.builders.answers import refusal
from tests.builders.people import Tokens, a_participant, an_organisation, leaving

LISTS = ("actions", "participants", "consents", "imports", "refusals")


class Own:
    """A provider with some people, and its token."""

    def __init__(self, app, wiring, http) -> None:
        self.wiring, self.http, self.id = wiring, http, an_organisation(wiring)
        self.people = [a_participant(wiring, provider_id=self.id) for _ in range(2)]
        self.token = Tokens(app, wiring)("provider", tenant=self.id)

    def ride(self, person=0, **changes):
        [made] = recording(self.wiring, [a_ride(self.people[person], self.id, **changes)])
        return f"act_{made.action_id.hex}"

    def list(self, name, query=""):
        answer = self.http.get(f"/v1/provider/{name}?{query}", token=self.token)
        assert answer.status_code == 200, answer.text
        return answer.json

    def ids(self, name, query=""):
        return [each["id"] for each in self.list(name, query)["data"]]


@pytest.fixture
def own(app, wiring, http):
    return Own(app, wiring, http)


@pytest.fixture
def other(app, wiring, http):
    return Own(app, wiring, http)


def test_actions_are_listed_the_last_done_first_and_narrowed_down(own, other):
    now = own.wiring.clock.now().replace(microsecond=0)
    first = own.ride(occurred_at=now - timedelta(minutes=2), external_id="mine-1")
    second = own.ride(1, occurred_at=now - timedelta(minutes=1))
    other.ride(external_id="mine-1")
    assert own.ids("actions") == [second, first]
    assert own.ids("actions", "external_id=mine-1") == [first]
    assert own.ids("actions", "external_id=mine-1&state=reversed") == []
    assert own.ids("actions", "behaviour=bus_ride") == []
    assert own.ids("actions", "state=quantified&behaviour=metro_ride") == [second, first]
    assert own.ids("actions", "state=held") == []
    between = (now - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert own.ids("actions", f"from={between}") == [second]
    assert own.ids("actions", f"to={between}") == [first]
    page = own.list("actions", "limit=1")
    assert [each["id"] for each in page["data"]] == [second]
    after = own.list("actions", f"limit=1&cursor={page['next_cursor']}")
    assert ([each["id"] for each in after["data"]], after["has_more"]) == ([first], False)
    taken_back = own.http.post(
        f"/v1/actions/{first}/reversals",
        {"reason_code": "reported_twice", "reason": "twice"},
        token=own.token,
        key=new_id().hex,
    )
    assert taken_back.status_code in (200, 201), taken_back.text
    assert own.ids("actions", "state=reversed") == [first]
    assert own.ids("actions", "state=quantified") == [second]


def test_people_and_consents_are_its_own_and_go_with_who_leaves(own, other):
    people = {f"par_{each.hex}" for each in own.people}
    assert set(own.ids("participants")) == people
    consents = own.list("consents", "limit=100")["data"]
    assert {each["participant_id"] for each in consents} == people
    assert all(each["open"] for each in consents)
    assert {each["scene"] for each in own.list("consents", "scene=travel")["data"]} == {"travel"}
    assert own.ids("consents", "state=withdrawn") == []
    own.ride()
    own.wiring.database.transact(leaving(own.wiring, own.people[0]))
    left = f"par_{own.people[1].hex}"
    assert own.ids("participants") == [left]
    assert {each["participant_id"] for each in own.list("consents", "limit=100")["data"]} == {left}
    assert own.ids("actions") == [], "what was reported of who left is not read any more"
    assert not people & set(other.ids("participants"))


def test_only_providers_ask_and_names_are_strict(own, token_for):
    for name in LISTS:
        path = f"/v1/provider/{name}"
        assert refusal(own.http.get(path, token=token_for("operator"))) == (
            403, "ROLE_NOT_ALLOWED",
        )  # fmt: skip
        assert refusal(own.http.get(f"{path}?nothing=1", token=own.token))[0] == 422
        assert own.list(name, "limit=1").keys() == {"data", "has_more", "next_cursor"}


STATEMENTS = {
    "_CREDITED": ("action", {"behaviour": None, "reversed": None}),
    "_WAITED": ("waiting_action", {"behaviour": None, "state": None}),
    "_REFUSED": ("waiting_action", {}),
    "_PEOPLE": ("enrolment", {}),
    "_CONSENTS": ("consent", {"scene": None, "withdrawn": None}),
    "_IMPORTS": ("task", {"name": "import_file", "state": None, "refused": False}),
}
# Ten thousand rows of a table, of which ten are the provider's.
_WHOSE = "case when n %% 1000 = 0 then %(own)s else gen_random_uuid() end"
_ACTION = f"""
    insert into {{}} (participant_id, action_id, provider_id, behaviour, external_id, evidence,
                      occurred_at, recorded_at, region, quantities, methodology, version, digest,
                      provenance, action_class, vintage, saved_mg, calculation{{}})
    select gen_random_uuid(), gen_random_uuid(), {_WHOSE}, 'metro_ride', 'x', '{{{{}}}}',
           timestamptz '2026-01-01' + n * interval '1 minute', now(), '330000', '{{{{}}}}', 'm',
           '1', '', 'press', 'scene', 2026, 1, '{{{{}}}}'{{}} from generate_series(1, 10000) n
"""
FILL = {
    "action": _ACTION.format("action", ", points", ", 0"),
    "waiting_action": _ACTION.format("waiting_action", "", ""),
    "enrolment": f"""
        insert into enrolment select gen_random_uuid(), {_WHOSE}, now()
          from generate_series(1, 10000) n
    """,
    "consent": f"""
        insert into consent (participant_id, consent_id, organisation_id, scene, text_version,
                             granted_at, recorded_at)
        select gen_random_uuid(), gen_random_uuid(), {_WHOSE}, 'travel', '1', now(), now()
          from generate_series(1, 10000) n
    """,
    "task": f"""
        insert into task (task_id, name, started_by, arguments, state, done, created_at, run_after)
        select gen_random_uuid(), 'import_file', {_WHOSE}, '{{}}', 'done', 0, now(), now()
          from generate_series(1, 10000) n
    """,
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_list_scans_a_table_of_ten_thousand_rows(fresh_database, name):
    """Ten are the provider's; each list reads them along its own index, in order."""
    table, asked = STATEMENTS[name]
    database, provider = Database(fresh_database, pool_size=1), new_id()
    with database.engine.begin() as connection:
        connection.exec_driver_sql(FILL[table], {"own": provider})
        if table in ("enrolment", "consent"):
            connection.exec_driver_sql(
                "insert into participant (participant_id, region, state, enrolled_by, enrolled_at)"
                f" select participant_id, '330000', 'active', participant_id, now() from {table}"
            )
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"vacuum analyze {table}, participant")
        given = {
            "provider_id": provider,
            "before": own_lists.AFTER_ALL,
            "limit": 20,
            "since": datetime(2, 1, 1, tzinfo=UTC),
            "until": datetime(2026, 6, 1, tzinfo=UTC),
            **asked,
        }
        statement = getattr(own_lists, name)
        needed = {each: given[each] for each in given if f":{each}" in statement.text}
        plan = "\n".join(connection.execute(text(f"explain {statement.text}"), needed).scalars())
    database.close()
    assert not re.search(rf"Seq Scan on {table}\b", plan), plan
    assert re.search(
        rf"Scan (using|on) ix_{table}_(provider_id|organisation_id|started_by)_", plan
    ), plan
