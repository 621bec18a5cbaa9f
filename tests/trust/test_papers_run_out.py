"""Papers of organisations run out, are told beforehand, and what follows is never silent.

Once a paper that an organisation cannot do without ran out, and the days of grace are over, nothing
new begins with it; its tokens, logins and books stay as they were, and a newer paper brings it
back.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import text

from app.clock import StandingClock
from app.factory import create_app
from app.ids import new_id, parse
from app.outbox import names
from app.settings import Settings
from app.store.database import Connection
from app.store.organisations.running_papers import due_by_papers, running_of
from app.store.organisations.standing import standings_of
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.organisations.expire_papers import expire_papers
from app.usecases.organisations.judge_document import judge_document
from app.wiring import Wiring
from behaviours.civil_time import civil_day, day_ends_at, start_of_day
from behaviours.organisation_papers import DocumentJudgement, OrganisationContract
from behaviours.organisations import ORGANISATION_KINDS
from behaviours.paper_kinds import BUSINESS_LICENCE, CONTRACT, DOCUMENT_KINDS
from behaviours.paper_renewals import NewRenewalJudgement
from behaviours.paper_terms import USUAL, PaperTerms
from behaviours.paper_validity import step_of_papers
from behaviours.standing import STANDINGS
from tests.app.organisations.test_tokens import ASK, credentials
from tests.app.recording.conftest import Scene
from tests.app.redemption.test_stores import a_store
from tests.builders.answers import refusal
from tests.builders.applications import AdmissionDesk, as_paper
from tests.builders.audit import audited
from tests.builders.commands import typed
from tests.builders.held import while_held
from tests.builders.issuers import an_issuer
from tests.builders.jobs import drain, start
from tests.builders.people import Http, Tokens, a_participant, an_organisation
from tests.builders.processes import own_wiring
from tests.builders.scenes import admit_everywhere
from tests.builders.staff import Watch, a_name, accept
from tests.builders.standing import lifted, staff, suspended

EXPIRED = (409, "ORGANISATION_PAPERS_EXPIRED")
GRACE = timedelta(days=USUAL.grace_days)
DAY, ONE = timedelta(days=1), timedelta(microseconds=1)
LIST = "/v1/papers-running-out"


@pytest.fixture
def books(settings: Settings, fresh_database: str, tmp_path: Path) -> Iterator[Wiring]:
    """Parts around an empty database and a clock of the test's own."""
    made = own_wiring(settings, fresh_database, data_dir=tmp_path)
    yield made
    made.close()


@pytest.fixture
def desk(app: Flask, wiring: Wiring) -> AdmissionDesk:
    return AdmissionDesk(app, wiring)


def a_contract(
    ends_on: date, number: str = "ZJ-1", begins_on: str = "2020-01-01"
) -> dict[str, str]:
    return {"number": number, "begins_on": begins_on, "ends_on": ends_on.isoformat()}


def admitted(desk: AdmissionDesk, ends_on: date, kind: str = "provider") -> str:
    """An organisation whose contract ends on a day."""
    desk.contract = a_contract(ends_on)
    return desk.admitted(kind)


def expiring(
    moment: datetime, zone: ZoneInfo = ZoneInfo("Asia/Shanghai"), terms: PaperTerms = USUAL
) -> Callable[[Connection], int]:
    """The clock's step at a moment, in the transaction that this is given."""
    clock = StandingClock(moment)
    return lambda connection: expire_papers(connection, terms=terms, zone=zone, clock=clock)


def expire(wiring: Wiring, moment: datetime, **more: Any) -> None:
    while wiring.database.transact(expiring(moment, **more)):
        pass


def standing(wiring: Wiring, organisation: str) -> str:
    of = parse("org", organisation)
    return wiring.database.transact(standings_of, [of])[of].state


def steps(wiring: Wiring, organisation: str) -> list[tuple[str, str | None]]:
    with wiring.database.engine.connect() as connection:
        rows = connection.execute(
            text("select step, role from organisation_step where organisation_id = :id order by 1"),
            {"id": parse("org", organisation)},
        )
        return [(row.step, row.role) for row in rows]


def renewal(desk: AdmissionDesk, organisation: str, kind: str = CONTRACT, **days: str) -> str:
    """A newer document of a kind, which waits; its id."""
    answer = desk.do(organisation, "documents", as_paper(kind, **days))
    assert answer.status_code == 200, answer.text
    return str(answer.json["documents"][-1]["id"])


def accepting(
    desk: AdmissionDesk, wiring: Wiring, organisation: str, document: str, moment: datetime
) -> Callable[[Connection], Any]:
    """Accept a contract of many years at a moment, in the transaction that this is given."""
    contract = OrganisationContract("ZJ-2", date(2020, 1, 1), date(2098, 1, 1))
    judgement = DocumentJudgement(parse("doc", document), True, None)
    by = staff(wiring, "operator")
    return lambda connection: judge_document(
        connection,
        parse("org", organisation),
        NewRenewalJudgement(judgement, contract),
        by=by,
        programme=wiring.programme,
        clock=StandingClock(moment),
    )


def a_scene_of(wiring: Wiring, http: Http, tokens: Tokens, organisation: str) -> Scene:
    """The organisation reports, for a person who agreed."""
    provider = parse("org", organisation)
    admit_everywhere(wiring, provider)
    an_issuer(wiring, "rides", kinds=("ride",), providers=[provider])
    person = a_participant(wiring, provider_id=provider)
    own = tokens("provider", tenant=provider)
    return Scene(http, wiring, provider, person, own, tokens("participant", tenant=person))


def newer_contract(
    desk: AdmissionDesk, organisation: str, token: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The contract that counts, and a newer one that the organisation hands in, which waits."""
    told = desk.do(organisation, "documents", as_paper(CONTRACT), token).json["documents"]
    first, newer = (each for each in told if each["kind"] == CONTRACT)
    assert (newer["renewal"], newer["counts"], newer["accepted"]) == (True, False, None)
    assert (first["counts"], first["accepted"]) == (True, True)
    return first, newer


def check_listed(desk: AdmissionDesk, provider: str, ends_on: date, office: str) -> None:
    """Its people and the programme read what runs out and what follows; nobody else does."""
    for token in (office, desk.operator, desk.authority):
        [listed] = desk.http.get(LIST, token=token).json["data"]
        assert (listed["organisation_id"], listed["kind"]) == (provider, CONTRACT)
        assert (listed["runs_out_on"], listed["days_left"]) == (ends_on.isoformat(), 10)
        assert listed["stops_on"] == (ends_on + GRACE + DAY).isoformat()
        assert (listed["status"], listed["renewal_id"]) == ("active", None)
    assert desk.http.get(f"{LIST}?within_days=9", token=office).json["data"] == []
    merchant = an_organisation(desk.wiring, "merchant")
    stranger = Tokens(desk.app, desk.wiring)("merchant", tenant=merchant)
    assert desk.http.get(LIST, token=stranger).json["data"] == []
    terms = desk.http.get("/v1/programme").json["papers"]
    assert (terms["listed_within_days"], terms["grace_days"]) == (30, 14)


def test_an_organisation_is_told_stopped_and_brought_back(books: Wiring) -> None:
    """The whole way over HTTP: listed, renewed too late, stopped with its logins, and back."""
    app = create_app(books)
    desk, tokens, http = AdmissionDesk(app, books), Tokens(app, books), Http(app)
    today = civil_day(books.clock.now(), books.zone)
    ends_on = today + 10 * DAY
    provider = admitted(desk, ends_on)
    body = {"username": a_name(), "display_name": "陈洁", "duty": "administrator"}
    invited = http.post(f"/v1/organisations/{provider}/users", body, token=desk.operator)
    office = accept(http, invited.json["link"]["url"], Watch(), with_phone=False).token()
    scene = a_scene_of(books, http, tokens, provider)
    assert scene.report().status_code == 201

    check_listed(desk, provider, ends_on, office)
    last_of_grace = start_of_day(ends_on + GRACE, books.zone)
    books.clock.advance(int((last_of_grace - books.clock.now()).total_seconds()) + 1)
    start(books, names.EXPIRE_PAPERS)
    drain(books)
    assert scene.report().status_code == 201, "the days of grace are not over"
    books.clock.advance(86_400)
    start(books, names.EXPIRE_PAPERS)
    drain(books)
    refused = scene.report()
    assert refusal(refused) == EXPIRED
    assert "hand in a newer document" in refused.json["detail"]
    seen = http.get(f"/v1/organisations/{provider}", token=desk.operator).json
    assert seen["status"] == "papers_expired"
    assert [(each["step"], each["by"]) for each in seen["steps"]] == [("expire_papers", None)]
    me = http.get("/v1/provider", token=scene.provider_token)
    assert (me.status_code, me.json["status"]) == (200, "papers_expired"), "its tokens live"
    assert "papers_expired" in typed(books, "organisation", "list").output
    told = typed(books, "organisation", "papers").output
    assert f"15 days ago    contract         {provider}  papers_expired" in told
    assert typed(books, "organisation", "show", provider).exit_code == 0

    first, newer = newer_contract(desk, provider, office)
    [listed] = http.get(LIST, token=office).json["data"]
    assert (listed["renewal_id"], listed["days_left"]) == (newer["id"], -15)
    step = f"documents/{newer['id']}/assess"
    said = {"accepted": True, "contract": a_contract(ends_on + 1000 * DAY, "ZJ-2")}
    assert refusal(desk.do(provider, step, said, office)) == (403, "ROLE_NOT_ALLOWED")
    tried = desk.do(provider, f"{step}?dry_run=true", said, desk.assessor)
    assert (tried.status_code, tried.json["contract"]["number"]) == (200, "ZJ-2")
    assert refusal(scene.report()) == EXPIRED, "a dry run brings nobody back"
    done = desk.do(provider, step, said, desk.assessor)
    assert done.status_code == 200, done.text
    assert done.json["contract"]["number"] == "ZJ-2"
    counts = {each["id"]: each["counts"] for each in done.json["documents"]}
    assert (counts[first["id"]], counts[newer["id"]]) == (False, True)
    assert scene.report().status_code == 201
    seen = http.get(f"/v1/organisations/{provider}", token=desk.operator).json
    assert [(each["step"], each["role"]) for each in seen["steps"]] == [
        ("expire_papers", None),
        ("renew_papers", "operator"),
    ]
    old = http.get(f"/v1/organisations/{provider}/documents/{first['id']}", token=office)
    assert old.status_code == 200, "the one before stays readable"
    assert http.get(LIST, token=office).json["data"] == []
    assert refusal(desk.do(provider, step, said, desk.assessor)) == (409, "RENEWAL_DECIDED")
    assert [each.line() for each in audited(books) if not each.ok] == []


@pytest.mark.parametrize("name", ["Asia/Urumqi", "America/New_York", "Asia/Shanghai"])
def test_a_paper_is_good_through_the_civil_day_of_the_programmes_zone(
    desk: AdmissionDesk, wiring: Wiring, name: str
) -> None:
    """The last day of grace is one on which a clock is moved, where there is one."""
    zone, year = ZoneInfo(name), datetime.now(UTC).year + 1
    days = [date(year, 1, 1) + each * DAY for each in range(365)]
    lengths = {day_ends_at(each, zone) - start_of_day(each, zone): each for each in days}
    for last in lengths.values():
        one = admitted(desk, last - GRACE)
        over = day_ends_at(last, zone)
        assert civil_day(over - ONE, zone) == last
        expire(wiring, over - ONE, zone=zone)
        assert standing(wiring, one) == "active", (name, last)
        expire(wiring, over, zone=zone)
        assert standing(wiring, one) == "papers_expired", (name, last)
        # Earlier it does not come back by any other zone's day, but by the clock of this one.
        expire(wiring, over - ONE, zone=zone)
        assert standing(wiring, one) == "active"


def test_tokens_live_and_people_and_programs_come_in_while_nothing_begins(
    desk: AdmissionDesk, wiring: Wiring, http: Http, token_for: Tokens
) -> None:
    today = civil_day(wiring.clock.now(), wiring.zone)
    merchant = admitted(desk, today, "merchant")
    new = NewClient("merchant", "till", organisation_id=parse("org", merchant))
    [client] = wiring.database.transact(create_client, [new], now=wiring.clock.now())
    before = http.post(ASK, credentials(client)).json["access_token"]
    expire(wiring, wiring.clock.now() + GRACE + 2 * DAY)
    assert standing(wiring, merchant) == "papers_expired"
    assert http.get("/v1/merchant/stores", token=before).status_code == 200
    again = http.post(ASK, credentials(client))
    assert again.status_code == 200, "a program comes in"
    stating = {"stores": [a_store()]}
    store = http.post("/v1/merchant/stores", stating, token=again.json["access_token"])
    assert refusal(store) == EXPIRED


def test_a_suspension_outlasts_papers_and_a_lifting_is_followed_by_them(
    desk: AdmissionDesk, wiring: Wiring
) -> None:
    one = admitted(desk, civil_day(wiring.clock.now(), wiring.zone))
    late = wiring.clock.now() + GRACE + 2 * DAY
    suspended(wiring, parse("org", one))
    expire(wiring, late)
    assert standing(wiring, one) == "suspended"
    lifted(wiring, parse("org", one))
    assert standing(wiring, one) == "active"
    expire(wiring, late)
    assert standing(wiring, one) == "papers_expired"
    suspended(wiring, parse("org", one))
    assert standing(wiring, one) == "suspended"


def test_a_renewal_before_the_clocks_step_lets_nothing_follow(
    desk: AdmissionDesk, wiring: Wiring
) -> None:
    one = admitted(desk, civil_day(wiring.clock.now(), wiring.zone))
    late = wiring.clock.now() + GRACE + 2 * DAY
    accept_it = accepting(desk, wiring, one, renewal(desk, one), late)
    while_held(wiring.database, accept_it, lambda: wiring.database.transact(expiring(late)))
    assert (standing(wiring, one), steps(wiring, one)) == ("active", [])


def test_a_renewal_after_the_clocks_step_brings_it_back(
    desk: AdmissionDesk, wiring: Wiring
) -> None:
    one = admitted(desk, civil_day(wiring.clock.now(), wiring.zone))
    late = wiring.clock.now() + GRACE + 2 * DAY
    accept_it = accepting(desk, wiring, one, renewal(desk, one), late)
    while_held(wiring.database, expiring(late), lambda: wiring.database.transact(accept_it))
    assert standing(wiring, one) == "active"
    assert steps(wiring, one) == [("expire_papers", None), ("renew_papers", "operator")]


def test_what_is_on_its_way_comes_before_the_step_or_is_refused(
    desk: AdmissionDesk, wiring: Wiring, http: Http, token_for: Tokens
) -> None:
    one = admitted(desk, civil_day(wiring.clock.now(), wiring.zone))
    scene = a_scene_of(wiring, http, token_for, one)
    late = wiring.clock.now() + GRACE + 2 * DAY
    rides = scene.body(), scene.body()
    answer = while_held(wiring.database, expiring(late), lambda: scene.batch(*rides))
    assert refusal(answer) == EXPIRED


def test_other_terms_of_the_programme_bring_back_whom_they_do_not_stop(
    desk: AdmissionDesk, wiring: Wiring
) -> None:
    one = admitted(desk, civil_day(wiring.clock.now(), wiring.zone))
    late = wiring.clock.now() + GRACE + 2 * DAY
    expire(wiring, late)
    assert standing(wiring, one) == "papers_expired"
    milder = USUAL._replace(needed={**USUAL.needed, "provider": (BUSINESS_LICENCE,)})
    expire(wiring, late, terms=milder)
    assert standing(wiring, one) == "active"
    assert steps(wiring, one)[-1] == ("renew_papers", None)


def test_who_is_due_is_whom_the_domain_moves(wiring: Wiring) -> None:
    """The statement that looks for them, and the rule, over organisations of every sort."""
    chance = random.Random(20261127)
    today = date(2031, 3, 1)
    terms = PaperTerms(30, 14, {**USUAL.needed, "merchant": (), "exchange": DOCUMENT_KINDS})
    with wiring.database.engine.connect() as connection, connection.begin() as undone:
        ids = [new_id() for _ in range(300)]
        for each in ids:
            connection.execute(
                text(
                    "insert into organisation (organisation_id, kind, name, created_at, state)"
                    " values (:id, :kind, 'x', now(), :state)"
                ),
                {
                    "id": each,
                    "kind": chance.choice(ORGANISATION_KINDS),
                    "state": chance.choice(STANDINGS),
                },
            )
            for kind in chance.sample(DOCUMENT_KINDS, chance.randrange(4)):
                connection.execute(
                    text(
                        "insert into organisation_paper (organisation_id, kind, document_id,"
                        " runs_out_on, counts_from) values (:id, :kind, :id, :day, :day)"
                    ),
                    {"id": each, "kind": kind, "day": today - chance.randrange(10, 20) * DAY},
                )
        due = set(due_by_papers(connection, terms, today=today, most=100_000))
        papers, stand = running_of(connection, ids), standings_of(connection, ids)
        moved = {
            each
            for each in ids
            if step_of_papers(stand[each], papers[each], terms, today=today) is not None
        }
        undone.rollback()
    assert due & set(ids) == moved
    assert 0 < len(moved) < len(ids)


def test_the_list_goes_on_where_a_page_ended_in_the_order_of_days(
    desk: AdmissionDesk, wiring: Wiring
) -> None:
    today = civil_day(wiring.clock.now(), wiring.zone)
    ours = {admitted(desk, today + days * DAY, "merchant") for days in (3, 1, 2)}
    desk.days = {BUSINESS_LICENCE: {"valid_until": (today + DAY).isoformat()}}
    ours.add(admitted(desk, today + DAY, "merchant"))
    desk.days = {}
    rows, cursor = [], None
    while True:
        query = {"limit": "2", "within_days": "4", **({"cursor": cursor} if cursor else {})}
        found = desk.http.get(LIST, query_string=query, token=desk.operator).json
        rows += [each for each in found["data"] if each["organisation_id"] in ours]
        cursor = found["next_cursor"]
        if not found["has_more"]:
            break
    days = [each["runs_out_on"] for each in rows]
    assert len(rows) == 5
    assert days == sorted(days)
    for wrong in ("-1", "1_0", "٣", "99999999999999999999", "1.5"):
        answer = desk.http.get(LIST, query_string={"within_days": wrong}, token=desk.operator)
        assert refusal(answer) == (422, "VALIDATION_FAILED"), wrong


def test_who_does_not_take_part_any_more_renews_nothing(
    desk: AdmissionDesk, wiring: Wiring, app: Flask
) -> None:
    backwards = as_paper(CONTRACT, valid_from="2026-02-01", valid_until="2026-01-31")
    one = desk.apply()
    assert refusal(desk.do(one, "documents", backwards)) == (422, "DOCUMENT_UNFIT")
    unknown = f"documents/doc_{new_id().hex}/assess"
    assert refusal(desk.do(one, unknown, {"accepted": True}, desk.assessor)) == (404, "NOT_FOUND")
    two = desk.admitted("merchant")
    silent = desk.do(two, unknown, {"accepted": True}, desk.assessor)
    assert refusal(silent) == (404, "NOT_FOUND")
    document = renewal(desk, two)
    step = f"documents/{document}/assess"
    said = {"accepted": True, "contract": a_contract(date(2098, 1, 1))}
    assert refusal(desk.do(two, step, said, desk.filing)) == (409, "ASSESSOR_HANDED_IN")
    assert refusal(desk.do(two, step, {"accepted": False}, desk.assessor)) == (
        422,
        "ASSESSMENT_UNFIT",
    )
    refused = desk.do(two, step, {"accepted": False, "reason": "Blurred."}, desk.assessor)
    [seen] = [each for each in refused.json["documents"] if each["id"] == document]
    assert (seen["counts"], seen["accepted"], seen["reason"]) == (False, False, "Blurred.")


BREAKS = {
    "a paper that nobody accepted": """
        update organisation_paper set document_id = organisation_id where organisation_id = :id
    """,
    "another last day": """
        update organisation_paper set runs_out_on = runs_out_on + 1, counts_from = counts_from + 1
         where organisation_id = :id
    """,
    "no last day at all": "delete from organisation_paper where organisation_id = :id",
    "a grace that began too early": """
        update organisation_paper set counts_from = counts_from - 1 where organisation_id = :id
    """,
}


@pytest.mark.parametrize("what", BREAKS)
def test_the_line_papers_kept_finds(books: Wiring, what: str) -> None:
    one = AdmissionDesk(create_app(books), books).admitted("merchant")
    assert [each.line() for each in audited(books) if not each.ok] == []
    with books.database.engine.begin() as connection:
        connection.execute(text(BREAKS[what]), {"id": parse("org", one)})
    [line] = [each for each in audited(books) if not each.ok]
    assert (line.name, line.broken >= 1) == ("papers_kept", True)
