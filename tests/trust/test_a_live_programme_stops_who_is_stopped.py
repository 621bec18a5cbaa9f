"""A provider's programs while the programme suspends it and its secrets change: over HTTP, in a
programme that was opened on an empty database and is served by two processes."""

from __future__ import annotations

import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from sqlalchemy import text

from tests.builders.civil import yesterday_morning
from tests.builders.founders import Person, scenes_are_published, text_is_published
from tests.builders.jobs import until
from tests.builders.live_programme import LiveProgramme, told
from tests.builders.meals import MEAL, a_meal

WHY = {"reason": "It was corrected."}
AGREED = {"text_version": "2026-01", "granted_at": "2026-01-02T00:00:00Z"}


def test_a_batch_that_runs_loses_nothing_and_tokens_end(opened: LiveProgramme) -> None:
    text_is_published(opened.operator, opened.authority)
    organisation, administrator = opened.admitted("provider")
    founders = (opened.operator, opened.second, opened.authority)
    scenes_are_published(*founders, organisation, category="food", behaviour=MEAL)
    client = opened.client(organisation, administrator)
    a_suspension_in_the_middle_of_a_batch(opened, organisation, client)
    a_secret_is_rotated(opened, organisation, administrator, client)
    opened.audited()


def a_suspension_in_the_middle_of_a_batch(
    opened: LiveProgramme, organisation: str, client: dict[str, str]
) -> None:
    token, path = opened.token(client), f"/v1/organisations/{organisation}"
    person = until(lambda: enrolled(opened, token))
    batches = [[a_meal(person, yesterday_morning()) for _ in range(20)] for _ in range(30)]
    running = threading.Event()

    def send(batch: list[dict[str, Any]], token: str = token) -> httpx.Response:
        answer = opened.send("POST", "/v1/actions/batch", {"actions": batch}, token)
        running.set()
        return answer

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(send, batch) for batch in batches]
        assert running.wait(30)
        because = {"ground": "false_reports", "reason": "Meals of people who were abroad."}
        stopped = opened.operator.post(f"{path}/suspend", because, expected=200)
        ends_within_a_second(opened, token)
        answers = [each.result() for each in sent]
    assert stopped["status"] == "suspended"
    recorded: set[str] = set()
    for batch, answer in zip(batches, answers, strict=True):
        assert answer.status_code in (207, 401, 409), answer.text
        if answer.status_code == 207:
            statuses = {each["status"] for each in answer.json()["results"]}
            assert statuses in ({201}, {409}), "whole, or not at all"
            if statuses == {201}:
                recorded.update(each["external_id"] for each in batch)
    assert 0 < len(recorded) < 600, "some came before, and some too late"
    refused = opened.asks_for_token(client)
    assert refused.status_code == 401
    told(refused, "INVALID_CLIENT", "Ask an operator of the programme")

    once = opened.operator.post(f"{path}/lift", WHY, expected=202)
    assert once["awaiting"] == ["authority"]
    assert opened.operator.post(f"{path}/lift", WHY, expected=202)["awaiting"] == ["authority"]
    assert opened.asks_for_token(client).status_code == 401, "one person twice lifts nothing"
    assert opened.authority.post(f"{path}/lift", WHY, expected=200)["status"] == "active"
    again = opened.token(client)
    assert kept(opened, again) == recorded, "what was answered is there, and nothing else"
    for batch in batches:
        for each in send(batch, again).json()["results"]:
            if each["status"] != 201:
                told(each["problem"], "DUPLICATE_ACTION", "nothing more is to be done")
    assert len(kept(opened, again)) == 600


def a_secret_is_rotated(
    opened: LiveProgramme, organisation: str, administrator: Person, client: dict[str, str]
) -> None:
    path = f"/v1/organisations/{organisation}/clients/{client['client_id']}"
    ended = administrator.ask("GET", "/v1/users/me", expected=401)
    told(ended, "TOKEN_REVOKED", "Ask for a new one")
    administrator.log_in(administrator.recovery_codes.pop())

    def rotated(expected: int = 201) -> dict[str, Any]:
        code = {"code": administrator.recovery_codes.pop()}
        answer: dict[str, Any] = administrator.post(f"{path}/rotate", code, expected=expected)
        return answer

    secrets_of = [client, rotated(), rotated()]
    assert [opened.asks_for_token(each).status_code for each in secrets_of] == [200] * 3
    told(rotated(expected=409), "SECRETS_STILL_GOOD", "wait for that, or end the former ones")
    with opened.wiring.database.engine.begin() as connection:
        # A day passes for the first one.
        connection.execute(
            text("update client_secret set good_until = now() where secret_id ="
                 " (select secret_id from client_secret where client_id = :id"
                 " order by made_at limit 1)"),
            {"id": client["client_id"]},
        )  # fmt: skip
    assert [opened.asks_for_token(each).status_code for each in secrets_of] == [401, 200, 200]
    told(opened.asks_for_token(client), "INVALID_CLIENT", "send the newer one")
    former, newest = opened.token(secrets_of[1]), opened.token(secrets_of[2])
    ended = administrator.post(f"{path}/end-former", expected=200)
    assert ended["former_secrets"] == []
    ends_within_a_second(opened, former)
    told(opened.asks_for_token(secrets_of[1]), "INVALID_CLIENT", "send the newer one")
    assert opened.send("GET", "/v1/provider", token=newest).status_code == 200


def enrolled(opened: LiveProgramme, token: str) -> str | None:
    """Somebody new; None until the process that is asked has heard of the open scenes."""
    body = {"identity": secrets.token_hex(8), "region": "CN-33"}
    consents = [{"scene": MEAL, **AGREED}]
    answer = opened.send("POST", "/v1/participants", {**body, "consents": consents}, token)
    return answer.json()["id"] if answer.status_code == 201 else None


def kept(opened: LiveProgramme, token: str) -> set[str]:
    """The numbers of everything that the provider reported."""
    found: list[str] = []
    path = "/v1/provider/actions?limit=100"
    after = ""
    while True:
        page = opened.send("GET", path + after, token=token).json()
        found += [each["external_id"] for each in page["data"]]
        if not page["has_more"]:
            assert len(found) == len(set(found)), "nothing is there twice"
            return set(found)
        after = f"&cursor={page['next_cursor']}"


def ends_within_a_second(opened: LiveProgramme, token: str) -> None:
    """In every process: connections of their own are taken by whichever is free."""
    # A second is promised; the rest is for a machine with other things to do.
    until_s = time.monotonic() + 4
    known = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    shut = 0
    while shut < 20:
        answer = httpx.get(f"{opened.web.base_url}/v1/provider", headers=known)
        shut = shut + 1 if answer.status_code == 401 else 0
        assert shut or time.monotonic() < until_s, "the token still opens routes"
    told(answer, "TOKEN_REVOKED", "Ask for a new one")
