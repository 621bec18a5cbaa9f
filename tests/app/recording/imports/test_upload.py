"""Uploading a file: accepted at once, imported by a worker, its refusals fetched at the end."""

from __future__ import annotations

import gzip
import io
import json
import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from app.jobs.run import run
from app.wiring import Wiring
from tests.app.recording.imports.conftest import DAY, RIDES
from tests.builders.people import Http, Tokens

AGREED = {"consent_text": "v1", "consent_since": "2026-01-01T00:00:00+08:00"}


@pytest.fixture
def text() -> str:
    card = secrets.token_hex(6)
    return f"card,at,gate\n{card},{DAY} 06:30,7\n{card},{DAY} 07:30,7\n{card},soon,7\n"


@pytest.fixture
def upload(http: Http) -> Callable[..., TestResponse]:
    """Sends a file with its mapping as a form."""

    def send(token: str, text: str | bytes, mapping: Any = RIDES, **form: str) -> TestResponse:
        raw = text if isinstance(text, bytes) else text.encode()
        said = mapping if isinstance(mapping, str) else json.dumps(mapping)
        data = {"file": (io.BytesIO(raw), "rides.csv"), "mapping": said, **form}
        return http.send(
            "POST", "/v1/imports", token=token, data=data, content_type="multipart/form-data"
        )

    return send


def test_a_file_is_imported_by_a_worker_and_its_refusals_can_be_fetched(
    http: Http, upload: Any, token_for: Tokens, wiring: Wiring, text: str
) -> None:
    token = token_for("provider")
    accepted = upload(token, text, **AGREED)
    assert accepted.status_code == 202
    assert accepted.json["state"] == "waiting"
    path = f"/v1/imports/{accepted.json['id']}"
    assert http.get(f"{path}/refusals.csv", token=token).status_code == 404
    assert run(wiring, UUID(accepted.json["id"].removeprefix("imp_")))
    done = http.get(path, token=token).json
    assert (done["state"], done["problem"]) == ("done", None)
    counts = done["counts"]
    assert (counts["rows"], counts["recorded"], counts["enrolled"]) == (3, 2, 1)
    assert counts["refused"] == {"UNREADABLE_TIME": 1}
    assert done["progress"]["done"] == done["progress"]["total"] == len(text)
    refusals = http.get(done["refusals_url"], token=token).get_data().decode("utf-8-sig")
    assert refusals.splitlines()[1].startswith("4,UNREADABLE_TIME,/occurred_at,")
    # The file named people: it is not kept.
    with wiring.database.engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "select kind from import_part where import_id = %s",
            (accepted.json["id"].removeprefix("imp_"),),
        ).scalars()
        assert set(kept) == {"refusals"}


def test_refusals_are_told_in_the_language_of_who_uploaded(
    http: Http, token_for: Tokens, wiring: Wiring, text: str
) -> None:
    token = token_for("provider")
    data = {"file": (io.BytesIO(text.encode()), "rides.csv"), "mapping": json.dumps(RIDES)}
    accepted = http.send(
        "POST", "/v1/imports", token=token, data=data, content_type="multipart/form-data",
        headers={"Accept-Language": "zh-CN"},
    ).json  # fmt: skip
    run(wiring, UUID(accepted["id"].removeprefix("imp_")))
    found = http.get(f"/v1/imports/{accepted['id']}/refusals.csv", token=token)
    lines = found.get_data().decode("utf-8-sig").splitlines()
    assert lines[1].startswith("4,UNREADABLE_TIME,/occurred_at,'soon' 不符合")
    assert "没有您可以上报的这一用户" in lines[2]


def test_the_same_file_again_records_nothing_twice(
    http: Http, upload: Any, token_for: Tokens, wiring: Wiring, text: str
) -> None:
    token = token_for("provider")
    seen = []
    for _ in range(2):
        accepted = upload(token, text, **AGREED).json
        run(wiring, UUID(accepted["id"].removeprefix("imp_")))
        counts = http.get(f"/v1/imports/{accepted['id']}", token=token).json["counts"]
        seen.append((counts["recorded"], counts["already_recorded"]))
    assert seen == [(2, 0), (0, 2)]


def test_an_import_is_its_providers_own(
    http: Http, upload: Any, token_for: Tokens, wiring: Wiring, text: str
) -> None:
    accepted = upload(token_for("provider"), text, **AGREED).json
    stranger = token_for("provider")
    assert http.get(f"/v1/imports/{accepted['id']}", token=stranger).status_code == 404
    assert http.get(f"/v1/imports/imp_{'0' * 32}", token=stranger).status_code == 404
    run(wiring, UUID(accepted["id"].removeprefix("imp_")))
    refusals = http.get(f"/v1/imports/{accepted['id']}/refusals.csv", token=stranger)
    assert refusals.status_code == 404


def test_a_file_that_cannot_be_read_says_so_at_its_end(
    http: Http, upload: Any, token_for: Tokens, wiring: Wiring
) -> None:
    token = token_for("provider")
    accepted = upload(token, "card,at\n1,2\n").json
    run(wiring, UUID(accepted["id"].removeprefix("imp_")))
    done = http.get(f"/v1/imports/{accepted['id']}", token=token).json
    assert done["state"] == "done"
    assert "'gate'" in done["problem"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"mapping": ""}, "/mapping"),
        ({"mapping": "a: ["}, "/mapping"),
        ({"mapping": {"records": []}}, "/mapping/records"),
        ({"mapping": "person: x\nrecords: 2026-01-01"}, "/mapping/records"),
        ({"text": b""}, "/file"),
        ({"text": b"PAR1...."}, "/file"),
        ({"dry_run": "perhaps"}, "/dry_run"),
        ({"consent_since": "2026-01-01T00:00:00Z"}, "/consent_since"),
        ({"consent_text": "v", "consent_since": "2026-01-01"}, "/consent_since"),
        ({"consent_text": "v", "consent_since": "2999-01-01T00:00:00Z"}, "/consent_since"),
        ({"consent_text": "x" * 65}, "/consent_text"),
    ],
)
def test_what_is_wrong_with_an_upload_is_pointed_at(
    upload: Any, token_for: Tokens, text: str, change: dict[str, Any], pointer: str
) -> None:
    answer = upload(token_for("provider"), **{"text": text, **change})
    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_form_without_a_file_is_refused(http: Http, token_for: Tokens) -> None:
    answer = http.send(
        "POST",
        "/v1/imports",
        token=token_for("provider"),
        data={"mapping": "x"},
        content_type="multipart/form-data",
    )
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/file")


@pytest.mark.parametrize("name", ["a\0b.csv", "../../etc/passwd", "\u202e.csv"])
def test_the_name_of_an_upload_is_never_a_path(
    http: Http, token_for: Tokens, wiring: Wiring, text: str, name: str
) -> None:
    token = token_for("provider")
    data = {"file": (io.BytesIO(text.encode()), name), "mapping": json.dumps(RIDES), **AGREED}
    accepted = http.send(
        "POST", "/v1/imports", token=token, data=data, content_type="multipart/form-data"
    )
    assert accepted.status_code == 202
    run(wiring, UUID(accepted.json["id"].removeprefix("imp_")))
    done = http.get(f"/v1/imports/{accepted.json['id']}", token=token).json
    assert (done["state"], done["counts"]["recorded"]) == ("done", 2)


def test_a_file_cut_short_ends_with_its_counts_and_why(
    http: Http, upload: Any, token_for: Tokens, wiring: Wiring
) -> None:
    token, card = token_for("provider"), secrets.token_hex(6)
    rows = [
        f"{card},{DAY} {at // 60:02d}:{at % 60:02d},{secrets.token_hex(4)}" for at in range(900)
    ]
    whole = gzip.compress(("card,at,gate\n" + "\n".join(rows)).encode())
    accepted = upload(token, whole[: len(whole) // 2], **AGREED).json
    run(wiring, UUID(accepted["id"].removeprefix("imp_")))
    done = http.get(f"/v1/imports/{accepted['id']}", token=token).json
    assert (done["state"], "cut short" in done["problem"]) == ("done", True)
    lines = done["counts"]["lines"]
    assert lines["read"] == sum(lines.values()) - lines["read"] > 1
    assert done["counts"]["recorded"] + lines["refused"] + 1 == lines["read"]


def test_a_dry_run_of_an_upload_counts_as_if_and_stores_nothing(
    http: Http, upload: Any, token_for: Tokens, wiring: Wiring, text: str
) -> None:
    token, found = token_for("provider"), []
    for form in ({"dry_run": "true"}, {}):
        accepted = upload(token, text, **AGREED, **form).json
        run(wiring, UUID(accepted["id"].removeprefix("imp_")))
        found.append(http.get(f"/v1/imports/{accepted['id']}", token=token).json["counts"])
    assert found[0] == found[1]
    assert found[0]["recorded"] == 2


def test_an_import_that_was_closed_before_its_task_ended_keeps_its_counts(
    http: Http, upload: Any, token_for: Tokens, wiring: Wiring, text: str
) -> None:
    token = token_for("provider")
    accepted = upload(token, text, **AGREED).json
    import_id = UUID(accepted["id"].removeprefix("imp_"))
    run(wiring, import_id)
    first = http.get(f"/v1/imports/{accepted['id']}", token=token).json["counts"]
    with wiring.database.engine.begin() as connection:
        # As if the worker had been killed between closing the import and ending the task.
        connection.exec_driver_sql(
            "update task set state = 'waiting', finished_at = null, result = null"
            " where task_id = %s", (import_id,)
        )  # fmt: skip
    run(wiring, import_id)
    assert http.get(f"/v1/imports/{accepted['id']}", token=token).json["counts"] == first
