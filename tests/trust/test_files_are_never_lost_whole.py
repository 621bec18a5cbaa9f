"""Every line of a file is recorded, recorded already, refused, or blank, whatever happens to it."""

from __future__ import annotations

import functools
import gzip
import json
import random
import secrets
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings as examples, strategies as st
from sqlalchemy import text

from app.ids import public
from app.jobs import import_tasks, run_import
from app.jobs.run import run
from app.jobs.run_import import Import
from app.outbox.lease import ATTEMPTS
from app.settings import Settings
from app.usecases.recording.import_batch import import_batch
from app.wiring import Wiring, wire
from tests.app.recording.imports.conftest import RIDES
from tests.builders.files import a_reading, accepted, killed_at_random, waits_again
from tests.builders.jobs import is_due_now, task
from tests.builders.people import Http, Tokens, an_organisation

HEADER = "card,trip,at,km\n"
KILLS = 40


def rows(number: int) -> list[str]:
    return [f"A1,t-{at},2026-03-01T08:00:00+08:00,2.5\n" for at in range(number)]


def test_one_stray_quote_takes_its_own_line_and_no_other() -> None:
    lines = rows(503)
    lines[1] = 'A1,"t-1,2026-03-01T08:00:00+08:00,2.5\n'
    lines[7] = 'A1,"t-7,2026-03-01T08:00:00+08:00,2.5\n'
    lines[9] = 'A1,t-9",2026-03-01T08:00:00+08:00,2.5\n'
    drafts, flaws, _ = a_reading(HEADER + "".join(lines))
    assert [(flaw.line, flaw.code) for flaw in flaws] == [
        ("3", "UNREADABLE_ROW"),
        ("9", "UNREADABLE_ROW"),
        ("11", "UNREADABLE_ROW"),
    ]
    assert len(drafts) == 500


def test_a_cell_in_quotes_may_pass_the_end_of_its_line() -> None:
    text = 'card,note,trip,at,km\nA1,"two\nlines with ""quotes""",t-1,2026-03-01T08:00+08:00,1\n'
    (draft,), flaws, counts = a_reading(text)
    assert (draft.lines, counts.lines, flaws) == (2, 3, [])


@given(st.lists(st.text(st.sampled_from('a,"\n\r \u200b1.:-T\0'), max_size=30), max_size=40))
@examples(max_examples=150, deadline=None)
def test_lines_add_up_whatever_is_in_them(found: list[str]) -> None:
    # The reading itself asserts it.
    a_reading(HEADER + "".join(rows(2)) + "\n".join(found) + "\n" + "".join(rows(2)))


def test_a_file_that_is_cut_short_keeps_what_came_before() -> None:
    mark = "".join(f"A1,{secrets.token_hex(8)},2026-03-01T08:00+08:00,1\n" for _ in range(4000))
    whole = gzip.compress((HEADER + mark).encode())
    drafts, flaws, counts = a_reading(whole[: len(whole) // 2])
    assert counts.fault is not None
    assert counts.fault.case == "damaged"
    assert (len(drafts) > 1000, flaws) == (True, [])


def test_rows_that_wait_when_a_file_is_cut_short_are_told_one_by_one() -> None:
    waiting = json.loads(json.dumps(RIDES))
    waiting["person"] = "{card}"
    waiting["records"][0].update(
        group={"by": ["{card}"], "rows": "any"},
        external_id="{trip}",
        occurred_at="{at}",
        evidence={"ride_id": "{trip}"},
    )
    text = HEADER.encode() + "".join(rows(4)).encode() + b"\xff\xff\n"
    drafts, flaws, counts = a_reading(text, {**waiting, "source": {"encoding": "utf-8"}})
    assert counts.fault is not None
    assert drafts == []
    assert [flaw.code for flaw in flaws] == ["FILE_ENDED_EARLY"] * 4


def a_file(number: int) -> tuple[bytes, dict[str, int]]:
    """Rides of fresh cards with dirt between them, and what has to come of its lines."""
    cards = [secrets.token_hex(6) for _ in range(number // 10)]
    began = datetime.now(UTC) - timedelta(days=20)
    lines, expected = ["card,at,gate"], {"read": 1, "heading": 1, "blank": 0, "refused": 0}
    expected |= {"recorded": 0, "already_recorded": 0}
    for at in range(number):
        ride_at = began + timedelta(hours=at // len(cards), minutes=at % 50)
        good = f"{cards[at % len(cards)]},{ride_at:%Y-%m-%d %H:%M},{at}"
        for line, becomes in ((good, "recorded"), *random.choices(
            [(good, "already_recorded"), ("soon,soon,7", "refused"), ('"' + good, "refused"),
             (" ", "blank")], k=int(at % 20 == 0))):  # fmt: skip
            lines.append(line)
            expected[becomes] += 1
            expected["read"] += 1
    return ("\n".join(lines) + "\n").encode(), expected


def _left_behind() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("tanpuhui-import*"))


def test_counts_are_true_after_forty_kills(settings: Settings, fresh_database: str) -> None:
    own = replace(settings, database_url=fresh_database)
    with closing(wire(own)) as wiring:
        before = _left_behind()
        kills = midway = 0
        while kills < KILLS:
            provider = an_organisation(wiring)
            raw, expected = a_file(1000)
            import_id = accepted(wiring, provider, raw, RIDES)
            # The fifth attempt is the last that a task is given.
            for _ in range(4):
                if not killed_at_random(own, import_id, batch=50, batches=20):
                    break
                kills += 1
                midway += waits_again(wiring, import_id)
            run(wiring, import_id)
            _check(wiring, provider, import_id, expected)
        assert _left_behind() == before
        assert midway > 0, "no kill came between two batches"


def test_an_import_that_fails_for_good_says_what_it_recorded(
    wiring: Wiring, http: Http, token_for: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something that is nobody's row breaks every attempt after its second batch."""
    raw, expected = a_file(200)
    provider = an_organisation(wiring)
    import_id = accepted(wiring, provider, raw, RIDES)
    done = [0]

    def breaks(*given: Any, **named: Any) -> Any:
        done[0] += 1
        if done[0] % 3 == 0:
            raise OSError("no room is left")
        return import_batch(*given, **named)

    monkeypatch.setattr(run_import, "import_batch", breaks)
    monkeypatch.setattr(import_tasks, "Import", functools.partial(Import, batch=40))
    for _ in range(ATTEMPTS):
        run(wiring, import_id)
        is_due_now(wiring, import_id)
    told = http.get(
        f"/v1/imports/{public('imp', import_id)}", token=token_for("provider", tenant=provider)
    ).json
    assert told["state"] == "failed"
    assert "OSError" not in told["problem"]
    assert "Send the file again" in told["problem"]
    lines = told["counts"]["lines"]
    assert lines["read"] == sum(each for name, each in lines.items() if name != "read")
    assert told["counts"]["recorded"] == told["recorded_so_far"]["actions"]
    token = token_for("provider", tenant=provider)
    [listed] = http.get("/v1/provider/imports", token=token).json["data"]
    assert listed == told
    refused = http.get(told["refusals_url"], token=token)
    assert refused.get_data().decode("utf-8-sig").count("\n") == lines["refused"] + 1
    with wiring.database.engine.connect() as connection:
        stored = connection.execute(
            text("select count(*), sum(saved_mg) from action where provider_id = :id"),
            {"id": provider},
        ).one()
    so_far = told["recorded_so_far"]
    assert 0 < so_far["actions"] == stored[0] < expected["recorded"]
    assert Decimal(so_far["reduction_kg"]) * 1_000_000 == stored[1]


def _check(wiring: Wiring, provider: UUID, import_id: UUID, expected: dict[str, int]) -> None:
    ended = task(wiring, import_id)
    assert ended["state"] == "done"
    result = ended["result"]
    assert result["lines"] == expected
    with wiring.database.engine.connect() as connection:
        stored = connection.execute(
            text(
                "select count(*), coalesce(sum(saved_mg), 0), count(distinct participant_id)"
                "  from action where provider_id = :id"
            ),
            {"id": provider},
        ).one()
    assert result["recorded"] == stored[0] == expected["recorded"]
    assert Decimal(result["reduction_kg"]) * 1_000_000 == stored[1]
    assert result["enrolled"] == stored[2]
