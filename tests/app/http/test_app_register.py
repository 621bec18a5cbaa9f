"""Mobile apps as a file of a register: out, in again, and over the command line."""

from __future__ import annotations

import csv
import io
import secrets
from pathlib import Path
from typing import Any

from app.ids import public
from app.wiring import Wiring
from tests.builders.answers import refusal
from tests.builders.commands import signed_in, typed
from tests.builders.people import Http, Tokens, an_organisation

NAMES = ("organisation_id", "app_id", "platform", "name_zh", "name_en")


def a_row(wiring: Wiring, **told: str) -> dict[str, str]:
    made = {
        "organisation_id": public("org", an_organisation(wiring, "merchant")),
        "app_id": f"cn.example.m{secrets.token_hex(6)}",
        "platform": "harmony",
        "name_zh": "湖滨,地铁",
        "name_en": "Lakeside Metro",
    }
    return {**made, **told}


def a_file(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, NAMES)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def taken(http: Http, token: str, file: str, query: str = "") -> Any:
    return http.post(f"/v1/apps/import{query}", data=file, content_type="text/csv", token=token)


def exported(http: Http, token: str) -> list[dict[str, str]]:
    file = http.get("/v1/apps/export", token=token).get_data().decode("utf-8-sig")
    return [{name: row[name] for name in NAMES} for row in csv.DictReader(io.StringIO(file))]


def test_apps_come_in_by_file_and_go_out_as_they_came(
    wiring: Wiring, http: Http, token_for: Tokens
) -> None:
    rows, operator = [a_row(wiring), a_row(wiring, platform="ios")], token_for("operator")
    tried = taken(http, operator, a_file(*rows), "?dry_run=true")
    assert (tried.status_code, tried.json) == (200, {"rows": 2}), tried.text
    assert not [row for row in exported(http, operator) if row in rows], "a dry run keeps nothing"
    assert taken(http, token_for("authority"), a_file(*rows)).json == {"rows": 2}
    assert [row for row in exported(http, operator) if row in rows] == [*reversed(rows)]
    assert taken(http, operator, a_file(*rows)).json == {"rows": 2}, "again changes nothing"
    path = f"/v1/organisations/{rows[0]['organisation_id']}/apps"
    (one,) = http.get(path, token=operator).json["data"]
    done = http.post(f"{path}/{one['id']}/revoke", {"reason": "Gone."}, token=operator)
    assert done.status_code == 200
    assert [row for row in exported(http, operator) if row in rows] == rows[1:], "not revoked ones"


def test_a_file_is_taken_in_whole_or_not_at_all(
    wiring: Wiring, http: Http, token_for: Tokens
) -> None:
    operator, good = token_for("operator"), a_row(wiring)
    assert taken(http, operator, a_file(good)).status_code == 201
    fresh = a_row(wiring)
    for wrong, status, code in (
        ({**good, "name_en": "Other"}, 409, "APP_TAKEN"),
        (a_row(wiring, app_id=good["app_id"]), 409, "APP_TAKEN"),
        (a_row(wiring, app_id=fresh["app_id"]), 409, "APP_TAKEN"),
        (a_row(wiring, app_id="a b"), 422, "APP_ID_UNFIT"),
        (a_row(wiring, platform="palm"), 422, "VALIDATION_FAILED"),
    ):
        refused = taken(http, operator, a_file(fresh, wrong))
        assert refusal(refused) == (status, code), refused.text
        assert "/rows/1/" in refused.text
    assert fresh not in exported(http, operator)
    merchant = token_for("merchant")
    assert refusal(taken(http, merchant, a_file(fresh)))[0] == 403


def test_a_file_holds_no_more_of_one_organisation_than_it_may_have(
    wiring: Wiring, http: Http, token_for: Tokens
) -> None:
    most = wiring.programme.clients.most_apps
    first = a_row(wiring)
    whose = first["organisation_id"]
    rows = [a_row(wiring, organisation_id=whose) for _ in range(most)]
    refused = taken(http, token_for("operator"), a_file(first, *rows))
    assert refusal(refused) == (409, "TOO_MANY_APPS")
    assert taken(http, token_for("operator"), a_file(*rows)).json == {"rows": most}


def test_the_command_line_does_the_same(
    wiring: Wiring, http: Http, token_for: Tokens, tmp_path: Path
) -> None:
    row, file = a_row(wiring), tmp_path / "apps.csv"
    file.write_text(a_file(row), "utf-8")
    who = signed_in(wiring, "operator")
    done = typed(wiring, "register", "import", "apps", str(file), *who)
    assert done.output.startswith("1 rows stand in the register."), done.output
    assert row in exported(http, token_for("operator"))
    out = typed(wiring, "register", "export", "apps", "--format", "yaml").output
    assert row["app_id"] in out
