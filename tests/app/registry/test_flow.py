"""The flow is the books: its sums equal them, of few people nothing is told, gaps have names."""

from __future__ import annotations

import csv
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from app.jobs.anchor_tasks import close_books
from app.store.registry.carbon_book import places
from app.usecases.registry.anchor_next_day import anchor_next_day
from app.usecases.registry.count_next_day import count_next_day
from app.wiring import Wiring
from behaviours.statistics_terms import LEAST
from rewards.registry.block import ISSUED as ISSUED_STATES
from rewards.registry.flow import (
    BUNDLED,
    CANCELLED,
    CARRIED,
    ISSUED,
    OPEN,
    POINTS_ONLY,
    POOL,
    RECORDED,
    RESERVE,
    RETIRED,
    REVERSED,
    SOLD,
    WITHDRAWN,
    BookedMass,
    FlowGap,
    IssuedMass,
    RecordedMass,
    flow_of,
)
from rewards.registry.issuing import TONNE_MG
from tests.builders.market import pooled_pv, rows, run
from tests.builders.people import Http, Tokens
from tests.builders.selling import retirement_of
from tests.builders.shortfall import Short, a_short_bundle, reversal


@pytest.fixture
def short(market: Wiring) -> Short:
    return a_short_bundle(market, people=LEAST)


def close(wiring: Wiring) -> None:
    database, zone = wiring.database, wiring.zone
    # Tomorrow: some of what the builders do is done today.
    tomorrow = wiring.clock.now() + timedelta(days=1)
    assert close_books(database, zone=zone, now=tomorrow) == []
    key = wiring.settings.signing_key
    while database.transact(anchor_next_day, zone=zone, signing_key=key):
        pass
    while database.transact(count_next_day):
        pass


def flow(http: Http, token: str | None = None) -> Any:
    answer = http.get("/v1/registry/flow" + ("/desk" if token else ""), token=token)
    assert answer.status_code == 200, answer.text
    return answer.json


def nodes(told: Any) -> dict[str, int]:
    return {each["node"]: int(each["mg"]) for each in told["nodes"]}


def test_its_sums_equal_the_books(short: Short) -> None:
    wiring = short.wiring
    run(wiring, retirement_of(wiring, short.giver, 1, short.given))
    # Taken back before anybody froze it, and left in the pool.
    pooled = pooled_pv(wiring, people=2, kwh="100")
    run(wiring, reversal(wiring, pooled[0][1]))
    close(wiring)
    told = flow(short.http, short.tokens("operator"))
    found = nodes(told)
    assert told["gaps"] == []
    books = run(wiring, places)
    assert all(each.balanced for each in books)

    def booked(name: str) -> int:
        return sum(getattr(each, name) for each in books)

    assert found[RECORDED] == booked("recorded")
    assert found[POOL] + found.get(POINTS_ONLY, 0) == booked("pool")
    assert found.get(CARRIED, 0) == booked("carry")
    assert found.get(WITHDRAWN, 0) == booked("withdrawn")
    # What was taken out of the reserve since went through it.
    (made_good,) = rows(wiring, "select coalesce(sum(mg), 0)::bigint as mg from cover")
    assert found[RESERVE] == booked("reserve") + made_good["mg"]
    assert found[REVERSED] == booked("reversed") - made_good["mg"]
    assert found[REVERSED] > 0
    (units,) = rows(
        wiring,
        "select sum(upper(numbers) - lower(numbers))::bigint as t from unit_block"
        " where state = any(:states) and not for_reserve",
        states=list(ISSUED_STATES),
    )
    assert found[ISSUED] == units["t"] * TONNE_MG
    assert found[RETIRED] == TONNE_MG
    assert found[ISSUED] == sum(found.get(each, 0) for each in (RETIRED, SOLD, OPEN, CANCELLED))
    # Every link leads from a node to a node, and each node gives out what came in.
    for name in (RECORDED, BUNDLED, ISSUED):
        out = sum(int(each["mg"]) for each in told["links"] if each["source"] == name)
        assert out == found[name], name


def test_of_few_people_nothing_is_told_to_everybody(market: Wiring) -> None:
    short = a_short_bundle(market, people=LEAST - 2)
    assert flow(short.http)["until"] is None
    close(market)
    told = flow(short.http)
    assert told["recorded_hidden"] is True
    assert not {RECORDED, POOL, REVERSED, POINTS_ONLY} & nodes(told).keys()
    # Bundles and units are in public anyway.
    assert nodes(told)[ISSUED] > 0
    assert RECORDED in nodes(flow(short.http, short.tokens("operator")))


def test_one_reversal_is_not_told_apart_to_everybody(short: Short) -> None:
    pooled = pooled_pv(short.wiring, people=2, kwh="100")
    run(short.wiring, reversal(short.wiring, pooled[0][1]))
    close(short.wiring)
    told, exact = nodes(flow(short.http)), nodes(flow(short.http, short.tokens("operator")))
    assert flow(short.http)["parts_merged"] is True
    assert REVERSED not in told
    assert told[RECORDED] == exact[RECORDED] - exact[REVERSED]


def test_no_desk_but_that_of_the_programme_reads_it_whole(short: Short) -> None:
    tokens = Tokens(short.http.app, short.wiring)
    for role in ("provider", "verifier", "enterprise"):
        assert short.http.get("/v1/registry/flow/desk", token=tokens(role)).status_code == 403


def test_a_sum_that_does_not_come_out_is_a_gap_with_a_name() -> None:
    booked = BookedMass(70, 10, 5, 4, 3, 2, 60)
    whole = flow_of(RecordedMass(100, 5, 5), booked, IssuedMass(10, 20, 30, 0))
    assert [each for each in whole.gaps if each.node != BUNDLED] == []
    assert whole.gaps == [FlowGap(BUNDLED, 80 - 74)]
    short = flow_of(None, booked._replace(waiting=11), IssuedMass(10, 20, 28, 0))
    assert short.gaps == [FlowGap(ISSUED, 2)]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_page_shows_the_same_as_a_picture_a_table_and_a_file(
    short: Short, language: str
) -> None:
    close(short.wiring)
    told = flow(short.http)
    page = unescape(short.http.get(f"/registry?lang={language}").text)
    assert '<svg class="picture" role="img"' in page
    file = short.http.get(f"/registry/flow.csv?lang={language}").data.decode("utf-8-sig")
    _, *lines = csv.reader(file.splitlines())
    assert [line[3] for line in lines] == [each["mg"] for each in told["links"]]
    for source, target, kilograms, mg in lines:
        assert f"<title>{source} → {target}: " in page
        assert f">{kilograms}</td>" in page
        assert f">{mg}</td>" in page
    assert told["until"] in page
    # No style, no script in it: the policy of the page allows neither.
    assert "style=" not in page
