"""Who acts for the programme in one city sees and decides what was done there, and nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given, strategies as st
from sqlalchemy import text

from app.ids import new_id, public
from app.tokens import Caller
from app.usecases.organisations.limit_area import limit_area
from app.wiring import Wiring
from behaviours.civil_time import civil_day
from behaviours.regions import lies_in
from behaviours.staff_areas import CityWrong, LimitedByAuthority, NotOfACity
from behaviours.users import NotForOneself
from behaviours.viewer import Viewer
from tests.app.recording.conftest import Scene
from tests.builders.answers import refusal
from tests.builders.civil import CHINA
from tests.builders.complaints import ComplaintScene
from tests.builders.parallel import at_once
from tests.builders.people import Http, Tokens
from tests.trust.test_what_waits_is_not_credited import ticket

CANTON, SHENZHEN, PROVINCE = "CN-440100", "CN-440300", "CN-44"
# By which routes anybody who is limited may come in; every other one of theirs answers 403.
OF_A_CITY = {
    ("GET", "/v1/holds"),
    ("POST", "/v1/holds/<action_id>/take"),
    ("POST", "/v1/actions/<action_id>/confirm"),
    ("GET", "/v1/actions/<action_id>"),
    ("GET", "/v1/actions/<action_id>/calculation"),
    ("GET", "/v1/complaints"),
    ("GET", "/v1/complaints/<number>"),
    ("POST", "/v1/complaints/<number>/messages"),
    ("POST", "/v1/complaints/<number>/acknowledge"),
    ("POST", "/v1/complaints/<number>/reply"),
    ("POST", "/v1/complaints/<number>/decide"),
    ("POST", "/v1/complaints/<number>/hand-over"),
    ("GET", "/v1/statistics/regions/desk"),
    ("POST", "/v1/complaints/<number>/files"),
    ("GET", "/v1/complaints/<number>/files/<file_id>"),
    ("GET", "/v1/budgets/desk"),
    ("POST", "/v1/budgets"),
    ("GET", "/v1/budgets/<budget_id>"),
    ("POST", "/v1/budgets/<budget_id>/publish"),
    ("POST", "/v1/budgets/<budget_id>/close"),
    ("POST", "/v1/budgets/<budget_id>/withdraw"),
    ("GET", "/v1/budgets/<budget_id>/additions"),
    ("POST", "/v1/budgets/<budget_id>/additions"),
    ("POST", "/v1/budgets/<budget_id>/additions/sign"),
    ("POST", "/v1/budgets/<budget_id>/additions/withdraw"),
}


@pytest.fixture(name="scene")
def _scene(make_scene: Callable[..., Scene]) -> Scene:
    return make_scene()


@pytest.fixture(name="tokens")
def _tokens(app: Flask, wiring: Wiring) -> Tokens:
    made = Tokens(app, wiring)
    # Somebody always answers for the whole programme: the last of a role is limited to no city.
    for role in ("operator", "authority"):
        made.caller(role)
    return made


def limit(
    http: Http, tokens: Tokens, who: Caller, region: str | None, by: str = "authority"
) -> Any:
    """What somebody says, and where that lets the user answer for more, another signs too."""
    body = {"region": region, "reason": "The city has a desk of its own."}
    path = f"/v1/users/{public('usr', who.user_id)}/area"
    answer = http.post(path, body, token=tokens(by))
    if answer.status_code != 202:
        return answer
    (other,) = answer.json["awaiting"]
    return http.post(path, body, token=tokens(other))


def held(scene: Scene, region: str) -> str:
    number = secrets.randbelow(10**9)
    answer = scene.report({**ticket(scene, number), "region": region})
    assert answer.status_code == 201, answer.text
    assert answer.json["state"] == "held"
    return str(answer.json["id"])


def queue(scene: Scene, token: str) -> set[str]:
    found, cursor = set(), ""
    while True:
        page = scene.http.get(f"/v1/holds?limit=100{cursor}", token=token).json
        found |= {each["action"]["id"] if "action" in each else each["id"] for each in page["data"]}
        if not page["has_more"]:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def test_a_citys_operator_sees_and_decides_its_own_holds_alone(
    scene: Scene, tokens: Tokens
) -> None:
    ours, theirs, of_all = (held(scene, each) for each in (CANTON, SHENZHEN, PROVINCE))
    operator = tokens.caller("operator")
    token = tokens.of(operator)
    assert {ours, theirs, of_all} <= queue(scene, token), "without a limit"
    answer = limit(scene.http, tokens, operator, CANTON)
    assert (answer.status_code, answer.json["region"]) == (200, CANTON)
    # The same token, at once.
    assert queue(scene, token) & {ours, theirs, of_all} == {ours}
    for foreign in (theirs, of_all):
        assert scene.http.get(f"/v1/actions/{foreign}", token=token).status_code == 404
        taken = scene.http.post(f"/v1/holds/{foreign}/take", token=token)
        assert taken.status_code == 404
        body = {"outcome": "confirm", "reason": "It was seen."}
        confirmed = scene.http.post(f"/v1/actions/{foreign}/confirm", body, token=token)
        assert confirmed.status_code == 404
    assert scene.http.post(f"/v1/holds/{ours}/take", token=token).status_code == 200
    body = {"outcome": "confirm", "reason": "It was seen."}
    confirmed = scene.http.post(f"/v1/actions/{ours}/confirm", body, token=token)
    assert (confirmed.status_code, confirmed.json["state"]) == (200, "quantified")
    # Moved to the other city, with the same token still.
    limit(scene.http, tokens, operator, SHENZHEN)
    assert scene.http.get(f"/v1/actions/{ours}", token=token).status_code == 404
    assert queue(scene, token) & {theirs, of_all} == {theirs}
    limit(scene.http, tokens, operator, None)
    assert {theirs, of_all} <= queue(scene, token)


def test_the_rest_of_the_programme_is_not_a_citys(app: Flask, scene: Scene, tokens: Tokens) -> None:
    limited = {role: tokens.caller(role) for role in ("operator", "authority")}
    for who in limited.values():
        assert limit(scene.http, tokens, who, CANTON).status_code == 200
    asked = 0
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            roles = getattr(view, "roles", ())
            for role in limited.keys() & set(roles):
                own = rule.rule.startswith("/v1/users/me")
                if own or (method, rule.rule) in OF_A_CITY:
                    continue
                path = rule.rule.replace("<", "").replace(">", "")
                answer = scene.http.send(method, path, token=tokens.of(limited[role]))
                assert refusal(answer) == (403, "NOT_OF_A_CITY"), (method, rule.rule, role)
                asked += 1
    assert asked > 50


def test_a_citys_operator_is_no_second_person_anywhere(scene: Scene, tokens: Tokens) -> None:
    """Neither for another city nor for its own: what takes two people concerns the programme."""
    action = scene.report({**scene.body(), "region": SHENZHEN}).json["id"]
    first, second = tokens("operator"), tokens.caller("operator")
    limit(scene.http, tokens, second, CANTON)
    body = {"reason_code": "reported_twice", "reason": "Counted twice."}
    begun = scene.http.post(f"/v1/actions/{action}/reversals", body, token=first, key="one")
    assert begun.status_code == 202, begun.text
    signed = scene.http.post(
        f"/v1/actions/{action}/reversals", body, token=tokens.of(second), key="two"
    )
    assert refusal(signed) == (403, "NOT_OF_A_CITY")
    shown = scene.http.get(f"/v1/actions/{action}", token=first).json
    assert shown["state"] == "quantified"


def test_the_authority_limits_others_to_cities_and_nobody_else_does(
    scene: Scene, tokens: Tokens
) -> None:
    operator, authority = tokens.caller("operator"), tokens.caller("authority")
    assert limit(scene.http, tokens, operator, CANTON, by="operator").status_code == 403
    for region in (PROVINCE, "CN-11", "CN-310100", "CN-ZJ"):
        answer = limit(scene.http, tokens, operator, region)
        assert refusal(answer) == (422, "CITY_WRONG"), region
    path = f"/v1/users/{public('usr', authority.user_id)}/area"
    body = {"region": CANTON, "reason": "Mine."}
    own = scene.http.post(path, body, token=tokens.of(authority))
    assert own.status_code == 403
    assert own.json["code"] == NotForOneself.code
    assert scene.http.post(path, {"region": CANTON}, token=tokens("authority")).status_code == 422
    for language, word in (("en", "not a city"), ("zh-CN", "不是城市代码")):
        answer = scene.http.post(
            path, {**body, "region": PROVINCE}, token=tokens("authority"),
            headers={"Accept-Language": language},
        )  # fmt: skip
        assert word in answer.json["detail"]
    # Who is limited lifts nobody's limit.
    limit(scene.http, tokens, authority, CANTON)
    lifted = scene.http.post(
        f"/v1/users/{public('usr', operator.user_id)}/area",
        {"region": None, "reason": "All of it."},
        token=tokens.of(authority),
    )
    assert refusal(lifted) == (403, "NOT_OF_A_CITY")
    assert {CityWrong.code, LimitedByAuthority.code} == {"CITY_WRONG", "LIMITED_BY_AUTHORITY"}


def test_it_is_written_down_who_was_limited_by_whom_and_why(scene: Scene, tokens: Tokens) -> None:
    operator = tokens.caller("operator")
    limit(scene.http, tokens, operator, CANTON)
    limit(scene.http, tokens, operator, None)
    asked = text(
        "select step, role, reason from user_step where user_id = :user_id order by step_id"
    )
    with scene.wiring.database.engine.connect() as connection:
        steps = connection.execute(asked, {"user_id": operator.user_id}).all()
    assert [tuple(each) for each in steps] == [
        ("limit_area", "authority", f"{CANTON}: The city has a desk of its own."),
        ("limit_area", "operator", "*: The city has a desk of its own."),
    ]


def test_two_who_limit_one_another_at_once_are_not_both_limited(
    scene: Scene, tokens: Tokens
) -> None:
    wiring = scene.wiring
    for _ in range(5):
        one, other = (tokens.caller("authority") for _ in range(2))

        def by(actor: Caller, whom: UUID) -> Any:
            return partial(
                limit_area, user_id=whom, region=CANTON, reason="First.",
                by=actor.viewer, clock=wiring.clock,
            )  # fmt: skip

        works = [by(one, other.user_id), by(other, one.user_id)]
        done = at_once(wiring.settings.database_url or "", works)
        assert sum(isinstance(each, NotOfACity) for each in done) == 1, done


def test_complaints_stand_at_the_desk_of_where_it_was_done(
    moving: tuple[Flask, Wiring],
) -> None:
    app, wiring = moving
    tokens = Tokens(app, wiring)
    scene = ComplaintScene(Http(app), tokens, wiring)
    move(wiring, scene.person, CANTON)
    filed = scene.post("", {"kind": "other", "text": "Nobody answers the telephone."})
    at_home = str(filed.json["number"])
    done = scene.recorded(region=SHENZHEN)
    elsewhere = scene.post("", {"kind": "wrong_credit", "action_id": done, "text": "Too little."})
    assert elsewhere.status_code == 201, elsewhere.text
    assert elsewhere.json["region"] == SHENZHEN
    # The person moves; what was done and said stays where it was.
    move(wiring, scene.person, SHENZHEN)
    assert scene.get(f"/{at_home}").json["region"] == CANTON
    desk = tokens.caller("operator")
    limit(scene.http, tokens, desk, CANTON)
    token = tokens.of(desk)

    def numbers(query: str = "") -> set[str]:
        page = scene.http.get(f"/v1/complaints?limit=100{query}", token=token).json
        assert {each["region"] for each in page["data"]} <= {CANTON}
        return {each["number"] for each in page["data"]}

    assert at_home in numbers()
    foreign = str(elsewhere.json["number"])
    assert scene.http.get(f"/v1/complaints/{foreign}", token=token).status_code == 404
    for step, body in (
        ("messages", {"text": "Hello."}),
        ("acknowledge", None),
        ("reply", {"outcome": "refuse", "reason_code": "not_done", "text": "No."}),
    ):
        answer = scene.http.post(f"/v1/complaints/{foreign}/{step}", body, token=token)
        assert answer.status_code == 404, step
    read = scene.http.post(f"/v1/complaints/{at_home}/acknowledge", token=token)
    assert read.status_code == 200, read.text
    said = {"outcome": "refuse", "reason_code": "not_done", "text": "It is as it should be."}
    assert scene.http.post(f"/v1/complaints/{at_home}/reply", said, token=token).status_code == 200
    assert scene.broken() == []
    # One account and one history, wherever the person is at home.
    own = {each["number"] for each in scene.get("?limit=100").json["data"]}
    assert {at_home, foreign} <= own


def move(wiring: Wiring, person: UUID, region: str) -> None:
    with wiring.database.engine.begin() as connection:
        connection.execute(
            text("update participant set region = :region where participant_id = :person"),
            {"region": region, "person": person},
        )


_REGIONS = st.sampled_from([CANTON, SHENZHEN, PROVINCE, "CN-11", "CN-429004", "CN-330100"])


@given(region=_REGIONS, area=st.none() | _REGIONS.filter(lambda each: len(each) == len(CANTON)))
def test_the_filter_of_the_lists_is_the_rule_of_the_domain(region: str, area: str | None) -> None:
    by_list = area is None or region == area
    assert Viewer("operator", None, new_id(), area).answers_in(region) == by_list
    assert lies_in(region, area) == by_list


def put_up(scene: Scene, token: str, **changes: Any) -> Any:
    """A budget of next month, for boxes."""
    first = civil_day(scene.wiring.clock.now(), CHINA) + timedelta(days=30)
    body = {
        "title_zh": "纸箱回收",
        "title_en": "Boxes",
        "scenes": ["parcel_box_return"],
        "starts_on": first.isoformat(),
        "ends_on": (first + timedelta(days=9)).isoformat(),
        "points": 6_400,
        "stages": [
            {"share_percent": 50, "pays_percent": 100},
            {"share_percent": 50, "pays_percent": 50},
        ],
        **changes,
    }
    return scene.http.post("/v1/budgets", body, token=token, key=secrets.token_hex(8))


def test_a_citys_staff_put_up_and_see_the_budgets_of_their_city_alone(
    scene: Scene, tokens: Tokens
) -> None:
    callers = {role: tokens.caller(role) for role in ("operator", "authority")}
    of_city = {role: tokens.of(who) for role, who in callers.items()}
    of_all = put_up(scene, of_city["operator"]).json
    for who in callers.values():
        limit(scene.http, tokens, who, CANTON, by="authority")
    own = put_up(scene, of_city["operator"])
    assert (own.status_code, own.json["region"], own.json["awaiting"]) == (
        202,
        CANTON,
        ["authority"],
    )
    elsewhere = put_up(scene, of_city["operator"], region=SHENZHEN)
    assert refusal(elsewhere) == (403, "NOT_OF_A_CITY")
    foreign = put_up(scene, tokens("operator"), region=SHENZHEN).json
    for one in (of_all, foreign):
        path = f"/v1/budgets/{one['id']}"
        assert scene.http.get(path, token=of_city["operator"]).status_code == 404
        for step in ("publish", "close", "withdraw"):
            answer = scene.http.post(f"{path}/{step}", token=of_city["authority"])
            assert refusal(answer) == (404, "NOT_FOUND")
    path = f"/v1/budgets/{own.json['id']}"
    early = scene.http.post(f"{path}/close", token=of_city["authority"])
    assert refusal(early) == (409, "BUDGET_STATE_CONFLICT")
    done = scene.http.post(f"{path}/publish", token=of_city["authority"])
    assert (done.status_code, done.json["state"], done.json["left"]) == (200, "open", [3200, 3200])
    seen = {
        role: scene.http.get("/v1/budgets/desk?limit=100", token=token).json["data"]
        for role, token in {**of_city, "all": tokens("authority")}.items()
    }
    assert {each["region"] for each in seen["operator"]} == {CANTON}
    assert {each["region"] for each in seen["all"]} >= {CANTON, SHENZHEN, None}
    # The rule, and no points: for everybody, before the first day.
    public_list = scene.http.get("/v1/budgets?limit=100").json["data"]
    (shown,) = (each for each in public_list if each["id"] == own.json["id"])
    assert shown["stages"] == own.json["stages"]
    assert "points" not in shown
    assert not [each for each in public_list if each["id"] in (of_all["id"], foreign["id"])]
    # Taken away again, so that nobody else's boxes are of it.
    first = scene.http.post(f"{path}/close", token=of_city["operator"])
    assert (first.status_code, first.json["awaiting"]) == (202, ["authority"])
    closed = scene.http.post(f"{path}/close", token=of_city["authority"])
    assert (closed.status_code, closed.json["returned"]) == (200, 6_400)
    for one in (of_all, foreign):
        withdrawn = scene.http.post(f"/v1/budgets/{one['id']}/withdraw", token=tokens("operator"))
        assert (withdrawn.status_code, withdrawn.json["state"]) == (200, "withdrawn")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scenes": ["nonsense"]}, "BUDGET_WRONG"),
        ({"sponsor_id": f"org_{'0199' + 28 * '0'}"}, "BUDGET_WRONG"),
        ({"points": 31}, "BUDGET_WRONG"),
        ({"stages": [{"share_percent": 100, "pays_percent": 90}]}, "BUDGET_WRONG"),
        ({"stages": [{"share_percent": 90, "pays_percent": 100}]}, "BUDGET_WRONG"),
        ({"stages": 2 * [{"share_percent": 50, "pays_percent": 100}]}, "BUDGET_WRONG"),
        ({"ends_on": "2026-01-01"}, "BUDGET_WRONG"),
        ({"closes_on": "2026-01-01"}, "BUDGET_WRONG"),
        ({"region": "CN-449900"}, "UNKNOWN_REGION"),
        ({"starts_on": "2026-01-01"}, "BUDGET_BEGINS_TOO_SOON"),
    ],
)
def test_a_budget_that_does_not_hold_together_is_refused(
    scene: Scene, tokens: Tokens, changes: dict[str, Any], code: str
) -> None:
    answer = put_up(scene, tokens("operator"), **changes)
    assert (refusal(answer)[1], answer.status_code in (409, 422)) == (code, True), answer.text
