"""Who reads the log: the programme all of it, an administrator the part of the organisation."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from uuid import UUID

import pytest
from click.testing import CliRunner

from app.api.log import log as routes
from app.commands.main import tanpuhui
from app.ids import new_id, public
from app.shown.log import as_cells, as_lines
from app.store.organisations.users import add_users
from app.tokens import Caller
from app.wiring import Wiring
from behaviours.logbook import LogEntry, LoggedSubject
from behaviours.users import ACTIVE, User, UserCredentials
from tests.app.log.test_rows import BUNDLE, read
from tests.builders.answers import refusal
from tests.builders.people import Tokens, an_organisation


def a_user_of(wiring: Wiring, organisation_id: UUID, duty: str, role: str = "provider") -> UUID:
    user_id, now = new_id(), wiring.clock.now()
    name = f"{duty}-{user_id.hex[-12:]}"
    user = User(user_id, name, name, role, organisation_id, None, duty, ACTIVE, 1, now, None)
    wiring.database.transact(add_users, [UserCredentials(user, "no hash")])
    return user_id


@pytest.fixture
def company(app, wiring):
    """(the organisation, a token of its administrator, of a member, of its program)."""
    organisation, tokens = an_organisation(wiring), Tokens(app, wiring)
    made = []
    for duty in ("administrator", "member"):
        user_id = a_user_of(wiring, organisation, duty)
        made.append(tokens.of(Caller("provider", user_id, organisation, None)))
    return organisation, *made, tokens("provider", tenant=organisation)


def test_an_administrator_reads_the_steps_of_the_own_organisation(http, token_for, company):
    organisation, boss, _, _ = company
    http.post("/v1/bundles", BUNDLE, token=token_for("operator"))
    path = f"/v1/organisations/{public('org', organisation)}/users"
    body = {"username": f"x{new_id().hex[:12]}", "display_name": "王芳", "duty": "member"}
    invited = http.post(path, body, token=boss)
    assert invited.status_code == 201, invited.text
    rows = read(http, boss)
    assert [row["verb"] for row in rows] == ["user.invite"]
    assert rows[0]["subject"]["id"] == invited.json["id"]
    assert rows[0]["actor"]["organisation_id"] == public("org", organisation)
    # To ask for another organisation's part is to be shown the own.
    other = read(http, boss, organisation_id=public("org", new_id()))
    assert other == rows
    assert read(http, token_for("authority"), organisation_id=public("org", organisation)) == rows


def test_nobody_else_reads_it(http, company, token_for):
    _, _, member, program = company
    for path in ("/v1/log", "/v1/log/export"):
        assert refusal(http.get(path, token=member)) == (403, "LOG_NOT_READABLE")
        assert refusal(http.get(path, token=program)) == (403, "LOG_NOT_READABLE")
        assert refusal(http.get(path, token=token_for("participant"))) == (403, "ROLE_NOT_ALLOWED")
        assert http.get(path).status_code == 401


def test_every_filter_narrows_it_down(http, token_for, wiring):
    operator, other = token_for("operator"), token_for("operator")
    began = wiring.clock.now()
    first = http.post("/v1/bundles", BUNDLE, token=operator).json["id"]
    second = http.post("/v1/bundles", BUNDLE, token=other).json["id"]
    [row], [last] = read(http, operator, subject=first), read(http, operator, subject=second)
    actor = row["actor"]["user_id"]
    assert read(http, operator, actor=actor) == [row]
    assert read(http, operator, actor="usr_nobody") == []
    assert read(http, operator, actor="a-program-of-nobody") == []
    assert read(http, operator, request_id=row["request_id"]) == [row]
    assert read(http, operator, actor=actor, verb="bundle.seal") == []
    assert read(http, operator, actor=actor, verb="bundle.open") == [row]
    at = row["taken_at"]
    assert read(http, operator, actor=actor, **{"from": at}) == [row]
    assert read(http, operator, actor=actor, to=at) == []
    since = {"from": began.isoformat().replace("+00:00", "Z"), "verb": "bundle.open"}
    assert read(http, operator, **since)[:2] == [last, row]
    assert http.get("/v1/log?who=me", token=operator).status_code == 422


def test_it_is_read_by_pages(http, token_for):
    operator = token_for("operator")
    made = [http.post("/v1/bundles", BUNDLE, token=operator).json["id"] for _ in range(5)]
    actor = read(http, operator, subject=made[0])[0]["actor"]["user_id"]
    seen, cursor = [], {}
    while True:
        asked = {"actor": actor, "limit": "2", **cursor}
        page = http.get("/v1/log", query_string=asked, token=operator).json
        seen += [row["subject"]["id"] for row in page["data"]]
        if not page["has_more"]:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == made[::-1]


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_an_export_is_the_same_rows_and_a_step_of_its_own(http, token_for, monkeypatch, form):
    monkeypatch.setattr(routes, "PART", 2)
    operator = token_for("operator")
    made = [http.post("/v1/bundles", BUNDLE, token=operator).json["id"] for _ in range(5)]
    actor = read(http, operator, subject=made[0])[0]["actor"]["user_id"]
    answer = http.get(f"/v1/log/export?format={form}&actor={actor}", token=operator)
    assert answer.status_code == 200
    assert f'filename="log.{form}"' in answer.headers["Content-Disposition"]
    assert [each for each, _ in exported(form, answer.text)][:5] == made
    row = read(http, operator, actor=actor)[0]
    assert (row["verb"], row["subject"]["kind"]) == ("log.export", "log")
    assert row["changes"] == {"user_id": {"old": None, "new": actor.removeprefix("usr_")}}
    assert row["request_id"] == answer.headers["Request-Id"]


def exported(form: str, text: str) -> list[tuple[str, str]]:
    if form == "ndjson":
        rows = [json.loads(line) for line in text.splitlines()]
        return [((row["subject"] or {}).get("id"), row["verb"]) for row in rows]
    assert text.startswith("\ufeff")
    return [(row["subject_id"], row["verb"]) for row in csv.DictReader(io.StringIO(text[1:]))]


def test_no_cell_begins_like_a_formula(wiring):
    entry = LogEntry(
        entry_id=new_id(),
        taken_at=wiring.clock.now() - timedelta(days=1),
        verb="bundle.open",
        role="operator",
        user_id=None,
        client_id="=cmd|' /C calc'!A0",
        organisation_id=None,
        subject=LoggedSubject("issuer", "@SUM(1)"),
        changes={"name": {"old": "=1", "new": "＝2"}},
        reason="+1 for this",
        signed=None,
        signers=(),
        request_id="-1",
        address=None,
    )
    text = b"".join(as_cells([entry], "en")).decode()
    [row] = csv.DictReader(io.StringIO(text[1:]))
    for name in ("client_id", "subject_id", "reason", "request_id"):
        assert row[name].startswith("'"), name
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in row.values())
    line = json.loads(b"".join(as_lines([entry], "en")))
    assert line["reason"] == "+1 for this", "a program reads what was written"


def test_the_command_prints_it_and_leaves_a_row(http, token_for, wiring, monkeypatch):
    operator = token_for("operator")
    made = http.post("/v1/bundles", BUNDLE, token=operator).json["id"]
    settings = wiring.settings
    for name, value in (
        ("DATABASE_URL", settings.database_url),
        ("REDIS_URL", settings.redis_url),
        ("TANPUHUI_DATA_DIR", str(settings.data_dir)),
    ):
        monkeypatch.setenv(name, value)
    for form in ("text", "csv", "ndjson"):
        done = CliRunner().invoke(tanpuhui, ["log", "--subject", made, "--as", form])
        assert done.exit_code == 0, done.output
        assert made in done.output
        assert "bundle.open" in done.output
    row = read(http, operator, verb="command.log")[0]
    assert row["actor"] == {
        "role": "command_line", "user_id": None, "client_id": None, "organisation_id": None,
    }  # fmt: skip
    assert row["sentence"] == "Ran “tanpuhui log” on the server."
    assert row["changes"]["subject"] == {"old": None, "new": made}
