"""The contract: valid, complete, and read without anything from outside."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.commands.openapi import openapi
from app.http.openapi import described

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def contract(app):
    return app.test_client().get("/openapi.json").json


def operations(contract):
    for path, methods in contract["paths"].items():
        for method in METHODS:
            if method in methods:
                yield f"{method.upper()} {path}", methods[method]


def test_it_is_valid_openapi_3_1(contract):
    assert contract["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(contract).validate()


def test_every_route_of_the_api_is_in_it(app, contract):
    documented = {name for name, _ in operations(contract)}
    routes = {
        f"{method} {rule.rule.replace('<', '{').replace('>', '}')}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1/")
    }
    assert routes <= documented


def test_every_operation_says_who_may_ask_and_what_it_does(contract):
    for name, operation in operations(contract):
        assert operation["x-roles"], name
        assert operation["summary"], name
        public = operation["x-roles"] == ["public"]
        assert operation["security"] == ([] if public else [{"bearer": []}]), name
        problem = operation["responses"]["4XX"]["content"]["application/problem+json"]
        assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}, name
        assert [status for status in operation["responses"] if str(status)[0] in "123"], name


def test_every_answer_with_a_body_says_what_it_is_like(contract):
    for name, operation in operations(contract):
        for status, answer in operation["responses"].items():
            if status.startswith("2") and status != "204":
                assert answer.get("content"), f"{name} {status}"
                for media, said in answer["content"].items():
                    assert said.get("schema"), f"{name} {status} {media}"
                    if media == "application/pdf":
                        assert said["schema"] == {"type": "string", "format": "binary"}, name


def test_operations_are_sorted_by_few_subjects_that_are_told(contract):
    told = {each["name"]: each["description"] for each in contract["tags"]}
    used = {tag for _, operation in operations(contract) for tag in operation["tags"]}
    assert used == told.keys()
    assert len(told) <= 20
    assert all(told.values())


def test_pages_for_people_are_in_no_contract_for_programs(app, contract):
    assert "/docs" not in contract["paths"]
    assert "/docs" in described(app)["paths"]
    assert contract["info"]["license"]["identifier"] == "Apache-2.0"


def named(operation, place):
    return {each["name"] for each in operation.get("parameters", ()) if each["in"] == place}


def test_every_list_is_read_in_pages(contract):
    """Also the ones that are held in memory: a client reads every list in one way."""
    schemas = contract["components"]["schemas"]
    lists = 0
    for name, operation in operations(contract):
        content = operation["responses"].get("200", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        named_schema = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
        members = named_schema.get("properties", {})
        # An event has `data` of its own, which is no list.
        if members.get("data", {}).get("type") == "array":
            lists += 1
            assert {"has_more", "next_cursor"} <= members.keys(), name
            asked = named(operation, "query")
            # What never ends is gone on with after a place; every other list by its cursor.
            goes_on = {"after"} if name == "GET /v1/events" else {"cursor"}
            assert {"limit", *goes_on} <= asked, name
    assert lists > 20


MOVING = (
    "/v1/redemptions",
    "/v1/redemptions/{redemption_id}/cancel",
    "/v1/merchant/redemptions/capture",
    "/v1/merchant/redemptions/{out_request_no}/reverse",
    "/v1/me/contributions",
    "/v1/listings",
    "/v1/listings/{listing_id}/orders",
    "/v1/trades/{trade_id}/pay",
    "/v1/trades/{trade_id}/confirm",
    "/v1/transfers",
    "/v1/retirements",
    "/v1/bundles/{bundle_id}/seal",
    "/v1/bundles/{bundle_id}/issue",
)


@pytest.mark.parametrize("path", MOVING)
def test_what_moves_something_says_that_it_needs_a_key(contract, path):
    assert "Idempotency-Key" in named(contract["paths"][path]["post"], "header")


def test_operations_can_be_told_apart(contract):
    ids = [operation["operationId"] for _, operation in operations(contract)]
    assert sorted(ids) == sorted(set(ids))


def test_every_body_has_an_example(contract):
    without = [
        name
        for name, operation in operations(contract)
        for body in operation.get("requestBody", {}).get("content", {}).values()
        if "example" not in body and "examples" not in body
    ]
    assert without == []


def test_no_quantity_is_a_binary_fraction(contract):
    """Decimals travel as text: `type: number` appears nowhere."""
    assert '"type": "number"' not in json.dumps(contract["components"])


def test_unknown_members_are_announced_as_refused(contract):
    schema = contract["components"]["schemas"]["EnrolmentBody"]
    assert schema["additionalProperties"] is False


def test_the_page_loads_nothing_from_elsewhere(http):
    page = http.get("/docs/try")
    assert page.status_code == 200
    assert "//" not in page.text.replace("<!doctype html>", "")
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    for asset in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        answer = http.get(asset)
        assert answer.status_code == 200, asset
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "<script>" not in page.text, "an inline script would need a hole in the policy"
    assert http.get("/docs/assets/../factory.py").status_code == 404


def test_the_command_prints_the_same_contract(contract, tmp_path):
    result = CliRunner().invoke(openapi, env={"TANPUHUI_DATA_DIR": str(tmp_path)})
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == contract


def test_the_contract_is_not_sent_twice(http):
    first = http.get("/openapi.json")
    again = http.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
