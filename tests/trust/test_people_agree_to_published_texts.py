"""A consent or entrustment is to a text that two people published and that was in force then."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import alembic.command
import psycopg
import pytest

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id, parse, public
from app.store.audit.title import TEXTS
from app.store.people.texts import add_text
from tests.builders.audit import broken_of
from tests.builders.people import a_participant, an_organisation
from tests.builders.signed import holds
from tests.builders.texts import a_text

WORDS = {"zh-CN": "本人同意。", "en": "I agree."}


def propose(http, token, **changes):
    body = {
        "kind": "consent.goods",
        "version": f"v-{secrets.token_hex(6)}",
        "in_force_from": (datetime.now(UTC) + timedelta(days=9)).date().isoformat(),
        "bodies": WORDS,
        **changes,
    }
    return body["version"], http.post("/v1/texts", body, token=token)


@pytest.fixture
def operator(token_for):
    return token_for("operator")


def test_two_people_of_two_roles_publish_a_text_that_anybody_reads(http, token_for, operator):
    version, proposed = propose(http, operator)
    path = f"/v1/texts/consent.goods/{version}"
    assert (proposed.status_code, proposed.json["awaiting"]) == (202, ["authority"])
    assert http.get(path).status_code == 404, "not before it is published"
    with http.nothing_done():
        assert http.post(f"{path}/publish", token=token_for("operator")).status_code == 202
    published = http.post(f"{path}/publish", token=token_for("authority"))
    assert (published.status_code, published.json["awaiting"]) == (201, [])
    read = http.get(path).json
    assert [each["language"] for each in read["languages"]] == ["en", "zh-CN"]
    for each in read["languages"]:
        assert each["body"] == WORDS[each["language"]]
        assert each["sha256"] == hashlib.sha256(each["body"].encode()).hexdigest()
    _, again = propose(http, operator, version=version)
    assert (again.status_code, again.json["code"]) == (409, "TEXT_PUBLISHED")
    assert version in [each["version"] for each in http.get("/v1/texts").json["data"]]


def test_a_proposal_that_changes_is_signed_anew(http, token_for, operator):
    version, _ = propose(http, operator)
    propose(http, operator, version=version, bodies={**WORDS, "en": "I agree to more."})
    path = f"/v1/texts/consent.goods/{version}"
    assert http.post(f"{path}/publish", token=token_for("authority")).status_code == 201
    assert "to more" in http.get(path).text


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "consent.flying"}, "UNKNOWN_TEXT_KIND"),
        ({"kind": "wish"}, "UNKNOWN_TEXT_KIND"),
        ({"version": "a b"}, "TEXT_VERSION_MALFORMED"),
        ({"kind": "consent", "in_force_from": "2024-01-01"}, "TEXT_IN_PAST"),
        ({"bodies": {"en": "Half."}}, "VALIDATION_FAILED"),
        ({"bodies": {**WORDS, "en": ""}}, "VALIDATION_FAILED"),
    ],
    ids=str,
)
def test_what_cannot_be_a_text_is_refused(http, operator, change, code):
    _, answer = propose(http, operator, **change)
    assert (answer.status_code, answer.json["code"]) == (422, code), answer.text


@pytest.fixture
def staged(wiring):
    """Two versions about digital finance: one since 2024, the next since 2025; one next year."""
    names = {each: f"{each}-{secrets.token_hex(4)}" for each in ("old", "new", "next")}
    since = {
        "old": datetime(2024, 1, 1, tzinfo=UTC),
        "new": datetime(2025, 1, 1, tzinfo=UTC),
        "next": datetime.now(UTC) + timedelta(days=300),
    }
    kind = "consent.digital_finance"
    for each, version in names.items():
        text = a_text(version, kind=kind, since=since[each])
        wiring.database.transact(add_text, text, now=datetime(2020, 1, 1, tzinfo=UTC))
    yield names
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.exec_driver_sql("delete from published_text where kind = %s", (kind,))


@pytest.mark.parametrize(
    "told",
    [
        ("old", "2024-06-01T00:00:00Z", None),
        ("new", "2025-01-01T00:00:00Z", None),
        ("new", None, None),
        ("old", None, "no longer in force"),
        ("new", "2024-12-31T23:59:59Z", "only from"),
        ("next", None, "only from"),
        ("none", None, "no text of version"),
    ],
)
def test_a_consent_is_to_the_text_of_its_moment(http, token_for, staged, told):
    which, granted_at, case = told
    consent = {"scene": "digital_finance", "text_version": staged.get(which, "none")}
    if granted_at:
        consent["granted_at"] = granted_at
    body = {"identity": secrets.token_hex(9), "region": "CN-33", "consents": [consent]}
    answer = http.post("/v1/participants", body, token=token_for("provider"))
    if case is None:
        assert answer.status_code == 201, answer.text
        return
    assert (answer.status_code, answer.json["code"]) == (422, "TEXT_NOT_IN_FORCE")
    assert answer.json["errors"][0]["pointer"] == "/consents/0/text_version"
    assert case in answer.json["detail"]


def test_the_person_too_agrees_to_published_texts_only(http, token_for, wiring):
    provider = an_organisation(wiring)
    person = a_participant(wiring, provider_id=provider)
    token = token_for("participant", tenant=person)
    body = {"provider_id": public("org", provider), "scene": "food", "text_version": "none"}
    refused = http.post("/v1/me/consents", body, token=token)
    assert (refused.status_code, refused.json["code"]) == (422, "TEXT_NOT_IN_FORCE")
    body = {"from": "2026-01-01", "to": "2026-12-31", "text_version": "none"}
    refused = http.post("/v1/me/contributions", body, token=token, key="k")
    assert (refused.status_code, refused.json["code"]) == (422, "TEXT_NOT_IN_FORCE")


def test_grant_and_withdrawal_have_signed_receipts_for_both_sides(http, token_for, wiring):
    provider = an_organisation(wiring)
    person = a_participant(wiring, provider_id=provider, scenes=("travel",))
    own, theirs = token_for("participant", tenant=person), token_for("provider", tenant=provider)
    [given] = http.get("/v1/me/consents", token=own).json["data"]
    mine = http.get(f"/v1/me/consents/{given['id']}/receipt", token=own).json
    assert mine["withdrawal"] is None
    assert holds(mine["grant"], wiring)
    grant = mine["grant"]
    assert grant["event"]["event_type"] == "consent_given"
    assert grant["event"]["event_time"] == given["granted_at"]
    assert grant["party"] == [{"party_id": public("org", provider), "party_role": "pii_controller"}]
    shown = http.get(grant["privacy_notice"]["url"]).json["languages"]
    hashes = {each["language"]: each["sha256"] for each in shown}
    assert grant["privacy_notice"]["sha256"] == hashes
    http.delete(f"/v1/me/consents/{given['id']}", token=own)
    path = f"/v1/participants/{public('par', person)}/consents/{given['id']}/receipt"
    both = http.get(path, token=theirs).json
    assert both["grant"] == grant
    assert both["withdrawal"]["event"]["event_type"] == "consent_withdrawn"
    assert holds(both["withdrawal"], wiring)
    assert not holds({**grant, "collection_method": "file"}, wiring)
    assert http.get(path, token=token_for("provider")).status_code == 404


def test_what_was_agreed_to_before_stands_as_texts_without_words(make_database):
    url = make_database()
    upgrade(url)
    alembic.command.downgrade(alembic_configuration(url), "0015")
    person, org = new_id(), new_id()
    with psycopg.connect(url) as connection:
        for scene, version, day in (("travel", "2", "2024-05-01"), ("travel", "2", "2024-03-01")):
            connection.execute(
                "insert into consent (participant_id, consent_id, organisation_id, scene,"
                " text_version, granted_at, recorded_at) values (%s, %s, %s, %s, %s, %s, %s)",
                (person, new_id(), org, scene, version, day, day),
            )
        connection.execute(
            "insert into contribution (participant_id, contribution_id, occurred_from,"
            " occurred_to, text_version, granted_at)"
            " values (%s, %s, '2024-01-01', '2025-01-01', 'x', '2024-04-01')",
            (person, new_id()),
        )
    upgrade(url)
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select kind, version, bodies, in_force_at::date::text, published_at is not null"
            " from published_text order by kind"
        ).fetchall()
    assert rows == [
        ("consent.travel", "2", {}, "2024-03-01", True),
        ("entrustment", "x", {}, "2024-04-01", True),
    ]


def test_the_audit_names_a_consent_to_no_text(http, token_for, wiring):
    person = a_participant(wiring, scenes=("travel",))
    given = {"behaviours": ["metro_ride"], "categories": ["travel"]}
    token = token_for("participant", tenant=person)
    [consent] = http.get("/v1/me/consents", token=token).json["data"]
    consent_id = parse("con", consent["id"])
    assert broken_of(wiring, TEXTS, [consent_id], given) == []
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update consent set text_version = 'none' where consent_id = %s", (consent_id,)
        )
    assert broken_of(wiring, TEXTS, [consent_id], given) == [consent["id"]]
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update consent set text_version = '2026-01' where consent_id = %s", (consent_id,)
        )
