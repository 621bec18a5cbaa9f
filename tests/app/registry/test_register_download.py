"""The public register as one file: whole, the same each time, nobody's, and in bounded memory."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any

import pytest
from sqlalchemy import text

from app.shown.register_download import CSV, JSON, RegisterFile
from app.wiring import Wiring
from tests.builders.empty_market import market, shut
from tests.builders.handed_over import HandingOver
from tests.builders.people import a_participant
from tests.builders.selling import retirement_of

__all__ = ["market", "shut"]

TABLES = ("projects", "bundles", "blocks", "transfers", "retirements", "anchors")


@pytest.fixture
def issue(market: Wiring) -> HandingOver:
    made = HandingOver(market)
    owner = made.marsh.owner.tenant_id
    assert owner is not None
    made.marsh.run(retirement_of(market, owner, 7))
    return made


def download(issue: HandingOver, form: str = CSV) -> dict[str, bytes]:
    answer: Any = issue.marsh.http.get(f"/v1/registry/download.zip?format={form}")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip"), answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def rows(files: dict[str, bytes], table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"{table}.csv"].decode())))


def test_every_file_is_named_by_its_digest_and_the_register_is_whole(issue: HandingOver) -> None:
    files = download(issue)
    manifest = json.loads(files["manifest.json"])
    assert [each["path"] for each in manifest["files"]] == [f"{each}.csv" for each in TABLES]
    for each in manifest["files"]:
        content = files[each["path"]]
        assert each["sha256"] == hashlib.sha256(content).hexdigest()
        assert each["bytes"] == len(content)
        told = list(csv.reader(io.StringIO(content.decode())))
        assert told[0] == each["columns"]
        assert len(told) - 1 == each["rows"]
    blocks = rows(files, "blocks")
    tonnes: dict[str, int] = {}
    for block in blocks:
        quantity = int(block["last_number"]) - int(block["first_number"]) + 1
        tonnes[block["state"]] = tonnes.get(block["state"], 0) + quantity
    assert tonnes == {"active": 843, "retired": 7, "buffer": 150, "split": 850}
    (retired,) = rows(files, "retirements")
    (used,) = (each for each in blocks if each["state"] == "retired")
    assert (retired["quantity_t"], used["retirement_id"]) == ("7", retired["retirement_id"])
    (project,) = rows(files, "projects")
    (bundle,) = rows(files, "bundles")
    assert bundle["project_id"] == project["project_id"]
    assert {each["bundle_id"] for each in blocks} == {bundle["bundle_id"]}
    assert [each["block_id"] for each in blocks] == sorted(each["block_id"] for each in blocks)


def test_it_is_the_same_byte_for_byte_while_the_register_says_the_same(
    issue: HandingOver,
) -> None:
    path = "/v1/registry/download.zip"
    once, again = (issue.marsh.http.get(path).data for _ in range(2))
    assert once == again
    owner = issue.marsh.owner.tenant_id
    assert owner is not None
    issue.marsh.run(retirement_of(issue.marsh.wiring, owner, 1))
    assert issue.marsh.http.get(path).data != once


def test_lines_of_json_say_the_same(issue: HandingOver) -> None:
    tables, lines = download(issue), download(issue, JSON)
    for table in TABLES:
        told = [json.loads(line) for line in lines[f"{table}.jsonl"].splitlines()]
        empty_for_null = [
            {name: "" if value is None else value for name, value in each.items()} for each in told
        ]
        assert empty_for_null == rows(tables, table), table
    refused = issue.marsh.http.get("/v1/registry/download.zip?format=xml")
    assert refused.status_code == 422


def test_what_was_handed_over_says_where_it_lives(market: Wiring) -> None:
    issue = HandingOver(market)
    issue.delivered()
    issue.signing("answer", **issue.accepting())
    blocks = rows(download(issue), "blocks")
    assert {each["handed_to"] for each in blocks} == {"广州碳排放权交易中心"}
    assert sorted(each["foreign_serial"] for each in blocks) == ["CEX-0", "CEX-1"]


def test_nobody_is_in_it(issue: HandingOver) -> None:
    wiring = issue.marsh.wiring
    person = a_participant(wiring)
    files = download(issue)
    whole = b"\n".join(files.values())
    planted = [person.hex, str(person), f"par_{person.hex}"]
    with wiring.database.engine.connect() as connection:
        for user_id, username in connection.execute(
            text("select user_id, username from app_user order by user_id")
        ):
            planted += [user_id.hex, str(user_id), username]
    for each in planted:
        assert each.encode() not in whole, each
    for prefix in (b"par_", b"usr_", b"act_"):
        assert prefix not in whole
    # What is shown of no project yet is not in it either.
    with wiring.database.engine.begin() as connection:
        connection.execute(text("update project set noticed_design = null, notice_until = null"))
    assert rows(download(issue), "projects") == []


@pytest.mark.parametrize("form", [CSV, JSON])
def test_more_rows_take_no_more_memory(form: str) -> None:
    def some(count: int) -> Iterator[tuple[str, str]]:
        return ((f"blk_{number:032x}", 200 * "x") for number in range(count))

    def peak(count: int) -> int:
        with TemporaryFile() as file:
            made = RegisterFile(file, form, "x")
            tracemalloc.start()
            made.keep("blocks", ("block_id", "owner"), some(count))
            made.finish()
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    few, many = peak(2_000), peak(40_000)
    # Forty thousand rows are ten megabytes.
    assert many < 4 * few
    assert many < 3_000_000
