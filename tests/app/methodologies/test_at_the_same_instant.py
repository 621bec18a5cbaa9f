"""Two people sign, file or revise at the same moment: one outcome, and nobody sees an error."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from app.wiring import Wiring
from tests.builders.market import rows
from tests.builders.methodologies import Office, Rule


def in_parallel(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each answered, when all of them start together."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        start.wait(timeout=30)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def statuses(answers: list[Any]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def test_both_signatures_at_once_publish_once(office: Office, wiring: Wiring, today: date) -> None:
    for _ in range(5):
        rule = Rule(today)
        office.reviewed(rule)
        people = ["operator", "authority", "operator2", "authority2"]
        answers = in_parallel(
            [
                lambda path=rule.path, who=who: office.post(f"{path}/publish", by=who)
                for who in people
            ]
        )
        found = statuses(answers)
        assert found[201] == 1, [answer.text for answer in answers]
        assert set(found) <= {201, 202, 409}
        (kept,) = rows(
            wiring,
            "select count(*) as n from methodology_step where code = :code and step = 'publish'",
            code=rule.code,
        )
        assert kept["n"] == 1


def test_twins_published_at_once_end_as_one(office: Office, today: date) -> None:
    for _ in range(5):
        twins = [Rule(today)]
        twins.append(Rule(today, behaviour=twins[0].behaviour))
        for rule in twins:
            office.reviewed(rule)
            assert office.post(f"{rule.path}/publish", by="operator").status_code == 202
        answers = in_parallel(
            [
                lambda rule=rule: office.post(f"{rule.path}/publish", by="authority")
                for rule in twins
            ]
        )
        assert statuses(answers) == {201: 1, 409: 1}, [answer.text for answer in answers]


def test_the_same_draft_sent_at_once_is_kept_once(office: Office, today: date) -> None:
    rule = Rule(today)
    answers = in_parallel([lambda: office.draft(rule) for _ in range(6)])
    assert statuses(answers) == {201: 1, 409: 5}


def test_two_revisions_of_one_reading_do_not_overwrite_each_other(
    office: Office, today: date
) -> None:
    rule = Rule(today)
    office.draft(rule)
    others = [Rule(today, mg, rule.code, rule.version, rule.behaviour) for mg in range(1, 5)]
    answers = in_parallel(
        [
            lambda other=other: office.send(
                "PUT", rule.path, other.body(), by="operator", headers={"If-Match": '"1"'}
            )
            for other in others
        ]
    )
    assert statuses(answers) == {200: 1, 412: 3}


def test_both_signatures_of_a_withdrawal_at_once(office: Office, today: date) -> None:
    rule = Rule(today)
    office.published(rule)
    body = {"from": "2099-01-01", "reason": "Repealed."}
    answers = in_parallel(
        [
            lambda who=who: office.post(f"{rule.path}/withdraw", body, by=who)
            for who in ("operator", "authority")
        ]
    )
    assert statuses(answers) == {201: 1, 202: 1}, [answer.text for answer in answers]
