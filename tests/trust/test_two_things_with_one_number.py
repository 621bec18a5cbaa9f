"""Two things with one number: another shop's receipt, another day's, another grid's meter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.app.recording.conftest import Scene
from tests.builders.civil import yesterday_morning
from tests.builders.installations import an_installation
from tests.builders.issuers import an_issuer
from tests.builders.people import Tokens

Make = Callable[..., Scene]


def bag(scene: Scene, receipt: str, *, days_ago: int = 1, issuer: str | None = None) -> Any:
    evidence = {"receipt_no": receipt} | ({"issuer": issuer} if issuer else {})
    at = datetime.now(UTC) - timedelta(days=days_ago)
    return scene.body(
        behaviour="own_bag", quantities={"times": "1"}, evidence=evidence,
        occurred_at=at.isoformat(),
    )  # fmt: skip


def code(scene: Scene, body: Any, **options: Any) -> str:
    answer = scene.report(body, **options)
    return "recorded" if answer.status_code == 201 else str(answer.json["code"])


def test_the_same_receipt_at_two_shops_and_on_two_days_is_another_each_time(
    make_scene: Make,
) -> None:
    scene = make_scene()
    shops = [
        an_issuer(scene.wiring, kinds=("receipt",), per="day", providers=[scene.provider])
        for _ in range(2)
    ]
    for shop in shops:
        for days_ago in (1, 2):
            assert code(scene, bag(scene, "0001", days_ago=days_ago, issuer=shop)) == "recorded"
            again = bag(scene, "#00-01", days_ago=days_ago, issuer=shop)
            assert code(scene, again) == "DUPLICATE_CLAIM"


def test_who_reports_for_several_issuers_has_to_say_which(make_scene: Make) -> None:
    scene = make_scene()
    shops = [
        an_issuer(scene.wiring, kinds=("receipt",), providers=[scene.provider]) for _ in range(2)
    ]
    answer = scene.report(bag(scene, "0001"))
    assert (answer.status_code, answer.json["code"]) == (422, "ISSUER_NOT_NAMED")
    assert answer.json["errors"][0]["pointer"] == "/evidence/issuer"
    assert all(shop in answer.json["detail"] for shop in shops)


def test_the_only_issuer_need_not_be_named_and_is_the_same_when_it_is(make_scene: Make) -> None:
    one, other = make_scene(), make_scene()
    shop = an_issuer(one.wiring, kinds=("receipt",), providers=[one.provider, other.provider])
    assert code(one, bag(one, "R-1")) == "recorded"
    assert code(other, bag(other, "r 1", issuer=shop)) == "DUPLICATE_CLAIM"


def test_providers_without_an_issuer_have_numbers_of_their_own(make_scene: Make) -> None:
    one, other = make_scene(), make_scene()
    assert code(one, bag(one, "0001")) == code(other, bag(other, "0001")) == "recorded"
    assert code(one, bag(one, "00-01")) == "DUPLICATE_CLAIM"


def test_what_was_reported_before_the_issuer_was_registered_stays_claimed(make_scene: Make) -> None:
    one, other = make_scene(), make_scene()
    assert code(one, bag(one, "S-77")) == "recorded"
    shop = an_issuer(one.wiring, kinds=("receipt",), providers=[one.provider, other.provider])
    assert code(one, bag(one, "s77")) == "DUPLICATE_CLAIM"
    assert code(other, bag(other, "s77")) == "DUPLICATE_CLAIM"
    assert code(one, bag(one, "s77", issuer=shop)) == "DUPLICATE_CLAIM"


def test_an_issuer_that_is_unknown_not_admitted_or_of_other_numbers_is_refused(
    make_scene: Make,
) -> None:
    scene = make_scene()
    mine = an_issuer(scene.wiring, kinds=("receipt",), providers=[scene.provider])
    foreign = an_issuer(scene.wiring, kinds=("receipt",))
    metro = an_issuer(scene.wiring, kinds=("ride",), providers=[scene.provider])
    for issuer in ("nobody", foreign, metro, "X Y"):
        assert code(scene, bag(scene, "1", issuer=issuer)) == "ISSUER_NOT_ADMITTED"
    assert code(scene, bag(scene, "1", issuer=mine)) == "recorded"


def test_a_device_is_one_device_for_every_provider(make_scene: Make) -> None:
    one, other = make_scene(), make_scene()
    imei = f"35{one.person.int % 10**12:012d}"
    sold = [
        each.body(
            behaviour="second_hand_phone",
            quantities={"items": "1"},
            evidence={"order_id": f"o-{each.person.hex}", "imei": imei},
        )
        for each in (one, other)
    ]
    assert code(one, sold[0]) == "recorded"
    assert code(other, sold[1]) == "DUPLICATE_CLAIM"


def test_two_grids_have_the_same_meter_number(make_scene: Make) -> None:
    scene = make_scene()
    grid = an_issuer(scene.wiring, kinds=("meter",), providers=[scene.provider])
    number = f"{scene.person.int % 10**9}"
    for issuer in ("grid", grid):
        an_installation(scene.wiring, scene.person, scene.provider, number=number, issuer=issuer)
    bodies = []
    for issuer in ("grid", grid, grid):
        body = scene.generation(yesterday_morning())
        body["evidence"] = {"meter_id": number, "issuer": issuer}
        bodies.append(body)
    found = [code(scene, body) for body in bodies]
    assert found == ["recorded", "recorded", "OVERLAPPING_METER_INTERVAL"]


def test_two_people_register_an_issuer_and_admit_a_provider(
    make_scene: Make, token_for: Tokens
) -> None:
    scene, operator, authority = make_scene(), token_for("operator"), token_for("authority")
    new = {
        "code": f"shop-{scene.person.hex[-8:]}", "name_zh": "小店", "name_en": "Shop",
        "kinds": ["receipt"], "per": "month",
    }  # fmt: skip
    post = scene.http.post
    asked = post("/v1/issuers", new, token=operator)
    assert (asked.status_code, asked.json["awaiting"]) == (202, ["authority"])
    made = post("/v1/issuers", new, token=authority)
    said = {"numbers": [], "history": [{"since": None, "until": None, "numbers": []}]}
    assert (made.status_code, made.json) == (201, {**new, **said, "awaiting": []})
    assert post("/v1/issuers", new, token=operator).status_code == 201
    other = post("/v1/issuers", {**new, "per": "day"}, token=operator)
    assert (other.status_code, other.json["code"]) == (409, "ISSUER_EXISTS")
    odd = post("/v1/issuers", {**new, "code": "x-1", "kinds": ["dreams"]}, token=operator)
    assert (odd.status_code, odd.json["code"]) == (422, "UNKNOWN_NUMBER_KIND")
    assert post("/v1/issuers", new, token=scene.provider_token).status_code == 403
    for token, status in ((operator, 202), (authority, 201)):
        admitted = post(
            f"/v1/issuers/{new['code']}/providers",
            {"provider_id": f"org_{scene.provider.hex}"},
            token=token,
        )
        assert admitted.status_code == status
    assert code(scene, bag(scene, "1", issuer=str(new["code"]))) == "recorded"
    listed = scene.http.get("/v1/issuers?kind=receipt&limit=100").json["data"]
    mine = next(one for one in listed if one["code"] == new["code"])
    assert mine["provider_ids"] == [f"org_{scene.provider.hex}"]
    nobody = post("/v1/issuers/nobody/providers", {"provider_id": f"org_{scene.provider.hex}"},
                  token=operator)  # fmt: skip
    assert nobody.status_code == 404
