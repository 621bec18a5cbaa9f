"""A buyer takes the leaves of a bundle and adds them up, with nothing of this program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from app.ids import public
from app.usecases.pooling import read_leaves
from app.wiring import Wiring
from rewards.pooling import published_leaves
from tests.builders.answers import code
from tests.builders.killed_child import chop_finely
from tests.builders.market import bundle, issued, noticed, pooled_pv, rows, sealed
from tests.builders.people import Http, Tokens

PARTS = "/v1/registry/bundles/{}/leaves"


# The stranger's lines begin here: what the address itself says of the hashes is all they know.
def as_bytes(milligrams: int) -> bytes:
    return milligrams.to_bytes(8, "big")


def added_up(lines: Iterator[str]) -> tuple[str, int]:
    """Root and sum of the leaves, with one node kept for each level of the tree."""
    peaks: list[tuple[int, bytes, int]] = []
    for line in lines:
        digest, _, milligrams = line.partition(",")
        height, node, total = 0, bytes.fromhex(digest), int(milligrams)
        while peaks and peaks[-1][0] == height:
            _, left, left_mg = peaks.pop()
            node = join(left, left_mg, node, total)
            height, total = height + 1, left_mg + total
        peaks.append((height, node, total))
    _, node, total = peaks.pop()
    while peaks:
        _, left, left_mg = peaks.pop()
        node, total = join(left, left_mg, node, total), left_mg + total
    return node.hex(), total


def join(left: bytes, left_mg: int, right: bytes, right_mg: int) -> bytes:
    parts = (b"\x01", left, as_bytes(left_mg), right, as_bytes(right_mg))
    return hashlib.sha256(b"".join(parts)).digest()


def every_line(http: Http, path: str) -> Iterator[str]:
    while path:
        part = http.get(path)
        yield from part.get_data(as_text=True).splitlines()
        path = part.headers.get("Link", "").partition(">")[0].removeprefix("<")


def leads_to(proof: dict[str, Any]) -> tuple[str, int]:
    """Root and sum that a person's proof leads to from her own leaf (RFC 9162, 2.1.3.2)."""
    leaf, at, last = proof["leaf"], proof["index"], proof["leaves"] - 1
    parts = (b"\0", *(bytes.fromhex(leaf[name]) for name in ("salt", "action_id")))
    total = int(leaf["saved_mg"])
    node = hashlib.sha256(b"".join(parts) + as_bytes(total)).digest()
    for each in proof["siblings"]:
        other, other_mg = bytes.fromhex(each["digest"]), int(each["sum_mg"])
        while at == last and not at & 1:
            at, last = at >> 1, last >> 1
        node = join(other, other_mg, node, total) if at & 1 else join(node, total, other, other_mg)
        total, at, last = total + other_mg, at >> 1, last >> 1
    return node.hex(), total


# And here they end.


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two leaves in a kept subtree and two subtrees in a part, so that few leaves make many."""
    chop_finely(monkeypatch.setattr)
    monkeypatch.setattr(published_leaves, "CHUNK", 2)
    monkeypatch.setattr(read_leaves, "CHUNK", 2)
    monkeypatch.setattr(read_leaves, "CHUNKS_AT_ONCE", 2)


@pytest.mark.parametrize("people", [1, 4, 9])
def test_the_leaves_lead_to_the_root_and_add_up_to_the_total(
    market: Wiring, http: Http, people: int
) -> None:
    pooled_pv(market, people=people)
    bundle_id = public("bdl", issued(market))
    told = http.get(f"/v1/registry/bundles/{bundle_id}").get_json()
    lines = list(every_line(http, PARTS.format(bundle_id)))
    assert len(lines) == told["reductions"] == people
    assert added_up(iter(lines)) == (told["root"], int(told["total_mg"]))
    # Nobody is named: the digests are those of salted leaves.
    assert not any(
        public("act", each["action_id"])[4:] in "".join(lines)
        for each in rows(market, "select action_id from action")
    )
    # From there to the tonnes: what was taken off and what is carried is published too.
    mg = {
        name: int(told[f"{name}_kg"].replace(".", ""))
        for name in ("carried_in", "deducted", "reserve", "carried_out")
    }
    assert int(told["total_mg"]) + mg["carried_in"] == (
        mg["deducted"] + mg["reserve"] + mg["carried_out"] + int(told["issued_t"]) * 10**9
    )


def test_each_persons_proof_leads_to_the_same_root(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    pooled = pooled_pv(market, people=7)
    bundle_id = public("bdl", issued(market))
    told = http.get(f"/v1/registry/bundles/{bundle_id}").get_json()
    for person, action_id in pooled:
        token = token_for("participant", tenant=person)
        answer = http.get(f"/v1/me/actions/{public('act', action_id)}/inclusion", token=token)
        proof = answer.get_json()["proof"]
        assert leads_to(proof) == (told["root"], int(told["total_mg"]))
        proof["leaf"]["saved_mg"] = str(int(proof["leaf"]["saved_mg"]) + 1)
        assert leads_to(proof)[0] != told["root"]


def test_one_milligram_more_or_a_leaf_less_leads_elsewhere(market: Wiring, http: Http) -> None:
    pooled_pv(market, people=5)
    sealed_id = sealed(market)
    root = bundle(market, sealed_id).root
    assert root is not None
    lines = list(every_line(http, PARTS.format(public("bdl", sealed_id))))
    digest, _, milligrams = lines[2].partition(",")
    false = [*lines[:2], f"{digest},{int(milligrams) + 1}", *lines[3:]]
    for other in (false, lines[:-1], [*lines[1:], lines[0]]):
        assert added_up(iter(other))[0] != root.hex()


def test_parts_begin_where_the_one_before_says(market: Wiring, http: Http) -> None:
    pooled_pv(market, people=9)
    path = PARTS.format(public("bdl", sealed(market)))
    first = http.get(path)
    assert first.headers["X-Total-Count"] == "9"
    assert first.headers["Link"] == f'<{path}?from=4>; rel="next"'
    assert len(first.get_data(as_text=True).splitlines()) == 4
    assert "Link" not in http.get(f"{path}?from=8").headers
    for number in ("3", "10", "1000"):
        refused = http.get(f"{path}?from={number}")
        assert (refused.status_code, code(refused)) == (422, "NO_SUCH_LEAF")
    for nonsense in ("-2", "x", "1.0"):
        assert http.get(f"{path}?from={nonsense}").status_code == 422


def test_before_the_seal_there_are_none(market: Wiring, http: Http) -> None:
    pooled_pv(market)
    refused = http.get(PARTS.format(public("bdl", noticed(market))))
    assert (refused.status_code, code(refused)) == (404, "NOT_FOUND")
