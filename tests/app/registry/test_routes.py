"""The routes of the registry: what everybody reads, and that a repeat takes effect once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner
from pypdfium2 import PdfDocument

from app.commands.verify import verify
from app.factory import create_app
from app.ids import new_id, public
from app.wiring import Wiring
from rewards.registry.serials import SerialRange, parse_serial, print_serial
from tests.builders.answers import RETIREMENT, code, key
from tests.builders.market import PV, a_draft, issued, pooled_pv, rows
from tests.builders.people import Http, Tokens
from tests.builders.selling import an_owner, programme_block


def test_a_repeated_retirement_answers_the_same_and_retires_once(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    enterprise, _ = an_owner(market, 3)
    token, again = token_for("enterprise", tenant=enterprise), key()
    # The key belongs to the credential, so both requests come with the same token.
    first = http.post("/v1/retirements", RETIREMENT, token=token, key=again)
    second = http.post("/v1/retirements", RETIREMENT, token=token, key=again)
    assert first.status_code == second.status_code == 201
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.get_json() == second.get_json()
    assert len(rows(market, "select 1 from retirement")) == 1
    other = http.post("/v1/retirements", {**RETIREMENT, "period": "2025"}, token=token, key=again)
    assert code(other) == "IDEMPOTENCY_KEY_REUSED"


def test_twelve_equal_requests_at_once_retire_once(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    enterprise, _ = an_owner(market, 5)
    token, same = token_for("enterprise", tenant=enterprise), key()
    app = create_app(market)

    def retire(_: int) -> int:
        return Http(app).post("/v1/retirements", RETIREMENT, token=token, key=same).status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = set(pool.map(retire, range(12)))
    assert statuses <= {201, 409}
    assert len(rows(market, "select 1 from retirement")) == 1


def test_the_public_registry_shows_what_was_published_and_nobodys_person(
    market: Wiring, http: Http
) -> None:
    pooled = pooled_pv(market)
    bundle_id = issued(market, methodology=PV)
    block_id = programme_block(market, bundle_id)
    answers = [
        http.get(f"/v1/registry/{path}")
        for path in (
            "bundles",
            f"bundles/{public('bdl', bundle_id)}",
            "blocks",
            f"blocks/{public('blk', block_id)}",
            "transfers",
            "retirements",
            "statistics",
            "keys",
        )
    ]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    shown = "".join(answer.get_data(as_text=True) for answer in answers)
    for person, action in pooled:
        assert person.hex not in shown
        assert action.hex not in shown
    assert http.get(f"/v1/registry/bundles/{public('bdl', a_draft(market))}").status_code == 404
    assert http.get(f"/v1/registry/blocks/{public('blk', new_id())}").status_code == 404
    assert http.get("/v1/registry/blocks/blk_nonsense").status_code == 404
    assert (
        http.get(f"/v1/retirements/{public('ret', new_id())}/certificate.json").status_code == 404
    )


def test_lists_of_the_registry_page_without_gaps(
    market: Wiring, http: Http, token_for: Callable[..., str]
) -> None:
    enterprise, _ = an_owner(market, 7)
    token = token_for("enterprise", tenant=enterprise)
    for _ in range(5):
        assert http.post("/v1/retirements", RETIREMENT, token=token, key=key()).status_code == 201
    seen: list[str] = []
    cursor = ""
    while True:
        page = http.get(f"/v1/registry/retirements?limit=2{cursor}").get_json()
        seen += [each["id"] for each in page["data"]]
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 5


def test_a_certificate_can_be_printed(market: Wiring, http: Http, token_for: Tokens) -> None:
    enterprise, _ = an_owner(market, 1)
    token = token_for("enterprise", tenant=enterprise)
    body = {**RETIREMENT, "beneficiary": "杭州茶馆 (1980) 𠮷"}
    made = http.post("/v1/retirements", body, token=token, key=key()).get_json()
    path = made["certificate_url"].removesuffix(".json")
    answer = http.get(f"{path}.pdf")
    assert answer.content_type == "application/pdf"
    page = answer.get_data()
    assert page.startswith(b"%PDF-1.")
    with closing(PdfDocument(page)) as document:
        shown = document[0].get_textpage().get_text_bounded()
    for part in (body["beneficiary"], made["serials"][0]):
        assert part in shown
    assert http.get(f"{path}.docx").status_code == 404


def test_a_printed_serial_leads_to_the_blocks_in_which_its_numbers_are(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    enterprise, block_id = an_owner(market, 4)
    whole = http.get(f"/v1/registry/blocks/{public('blk', block_id)}").get_json()
    token = token_for("enterprise", tenant=enterprise)
    made = http.post("/v1/retirements", RETIREMENT, token=token, key=key()).get_json()
    found = http.get(f"/v1/registry/blocks?serial={made['serials'][0]}").get_json()["data"]
    assert [each["retirement_id"] for each in found] == [made["id"]]
    # The block was split since: its numbers are in both of its parts.
    parts = http.get(f"/v1/registry/blocks?serial={whole['serial']}&limit=1").get_json()
    assert parts["has_more"]
    rest = http.get(
        f"/v1/registry/blocks?serial={whole['serial']}&cursor={parts['next_cursor']}"
    ).get_json()
    both = parts["data"] + rest["data"]
    assert sorted(each["state"] for each in both) == ["active", "retired"]
    assert sum(int(each["quantity_t"]) for each in both) == 4


def test_a_serial_is_looked_up_number_by_number(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    enterprise, block_id = an_owner(market, 5)
    whole = http.get(f"/v1/registry/blocks/{public('blk', block_id)}").get_json()
    serial, tonnes = whole["serial"], 5
    token = token_for("enterprise", tenant=enterprise)
    assert http.post("/v1/retirements", RETIREMENT, token=token, key=key()).status_code == 201
    found = http.get(f"/v1/registry/serials/{serial}").get_json()
    assert (found["serial"], found["unit_class"], found["vintage"]) == (serial, "voluntary", 2026)
    assert (found["quantity_t"], found["found_t"], found["more"]) == (str(tonnes),) * 2 + (False,)
    first, rest = found["parts"]
    assert (first["state"], first["quantity_t"]) == ("retired", "1")
    assert first["retirement_id"] is not None
    assert (rest["state"], rest["quantity_t"]) == ("active", str(tonnes - 1))
    # A part of the numbers, and the old way to write them, lead to the same blocks.
    printed = parse_serial(serial, prefix="TPH")
    numbers = printed._replace(first=printed.first + 1, end=printed.end - 1)
    for unit_class in (None, "voluntary"):
        part = print_serial(numbers._replace(unit_class=unit_class), prefix="TPH")
        told = http.get(f"/v1/registry/serials/{part}").get_json()
        assert [each["block_id"] for each in told["parts"]] == [rest["block_id"]]
        assert told["found_t"] == told["quantity_t"] == str(tonnes - 2)
        assert http.get(f"/registry/units?serial={part}").status_code == 200
    for other in (
        numbers._replace(unit_class="compliance"),
        numbers._replace(vintage=2025),
        numbers._replace(family="other"),
        numbers._replace(first=10**12, end=10**12 + 1),
    ):
        refused = http.get(f"/v1/registry/serials/{print_serial(other, prefix='TPH')}")
        assert (refused.status_code, code(refused)) == (404, "NOT_FOUND")
    refused = http.get(f"/v1/registry/serials/{serial}0")
    assert (refused.status_code, code(refused)) == (422, "BAD_SERIAL")


def test_numbers_that_were_never_given_out_are_in_no_block(market: Wiring, http: Http) -> None:
    serial = print_serial(SerialRange("gd.distributed_pv", 2026, 900, 901), prefix="TPH")
    assert http.get(f"/v1/registry/blocks?serial={serial}").get_json()["data"] == []
    refused = http.get(f"/v1/registry/blocks?serial={serial[:-1]}")
    assert (refused.status_code, code(refused)) == (422, "BAD_SERIAL")
    assert refused.get_json()["errors"][0]["pointer"] == "?serial"


def test_a_certificate_and_the_published_keys_are_verified_from_their_files(
    market: Wiring, http: Http, token_for: Tokens, tmp_path: Path
) -> None:
    enterprise, _ = an_owner(market, 1)
    token = token_for("enterprise", tenant=enterprise)
    made = http.post("/v1/retirements", RETIREMENT, token=token, key=key()).get_json()
    files = {
        "certificate": http.get(made["certificate_url"]).get_data(as_text=True),
        "keys": http.get("/v1/registry/keys").get_data(as_text=True),
    }
    files["changed"] = files["certificate"].replace("Hangzhou", "Ningbo")
    files["others"] = files["keys"].replace(made["certificate"]["signature"]["key_id"], "0" * 16)
    paths = {name: tmp_path / f"{name}.json" for name in files}
    for name, path in paths.items():
        path.write_text(files[name], encoding="utf-8")

    def verified(name: str, *keys: str) -> tuple[int, str]:
        done = CliRunner().invoke(verify, [str(paths[name]), *keys])
        return done.exit_code, done.output

    status, said = verified("certificate", "--keys", str(paths["keys"]))
    assert status == 0, said
    assert "as it was signed, by the registry's key" in said
    assert verified("certificate")[0] == 0
    assert verified("changed", "--keys", str(paths["keys"]))[0] == 1
    assert verified("certificate", "--keys", str(paths["others"]))[0] == 1
    assert verified("certificate", "--keys", str(paths["certificate"]))[0] == 2
