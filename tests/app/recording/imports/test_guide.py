"""The guide of the mapping language: its examples run, its limits are true, its schema agrees."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from app.files.guide.pages import GUIDES, SCHEMA
from behaviours.file_refusals import BadMapping
from behaviours.files import limits, mapping_document
from behaviours.files.mapping_document import read_mapping
from behaviours.files.outcome import InstallationDraft
from tests.builders.civil import CHINA
from tests.builders.files import RIDE, a_reading, installations_read

_EXAMPLE = re.compile(r"```yaml\n(.*?)```\n\n```csv\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
JOURNEYS = Path(__file__).parents[3] / "journeys/mappings"
EXAMPLES = _EXAMPLE.findall(GUIDES["en"])


def shown(one: InstallationDraft) -> str:
    return f"{one.kind} {one.number} {one.capacity} {one.capacity_unit} {one.commissioned_on}"


@pytest.mark.parametrize(("mapping", "rows", "said"), EXAMPLES)
def test_an_example_of_the_guide_does_what_it_says(mapping: str, rows: str, said: str) -> None:
    if "installations" in yaml.safe_load(mapping):
        installed, flaws, counts = installations_read(rows, mapping)
        made = [(one.line, shown(one)) for one in installed]
    else:
        drafts, flaws, counts = a_reading(rows, mapping)
        made = []
        for draft in drafts:
            amounts = " ".join(f"{name}={value}" for name, value in draft.action.quantities.items())
            made.append((draft.line, f"{draft.action.behaviour} {amounts}"))
    made += [(flaw.line, flaw.code) for flaw in flaws]
    made.sort(key=lambda one: int(re.split(r"[+-]", one[0])[0]))
    assert [f"{line} {what}" for line, what in made] == said.splitlines()
    assert counts.fault is None


def test_the_guide_has_the_same_examples_in_every_language() -> None:
    assert len(EXAMPLES) == 6
    assert all(_EXAMPLE.findall(guide) == EXAMPLES for guide in GUIDES.values())


@pytest.mark.parametrize("guide", GUIDES.values(), ids=list(GUIDES))
def test_the_guide_states_the_limits_as_they_are(guide: str) -> None:
    mib = limits.MIB
    for most in (
        f"{limits.PACKED_BYTES // mib} MiB", f"{limits.UNPACKED_BYTES // mib} MiB",
        f"{limits.SHEET_BYTES // mib} MiB", f"{limits.LINES:,}", f"{limits.LINE_BYTES:,}",
        f"{limits.SHEET_TEXTS_BYTES // mib} MiB", f"{limits.SHEET_TEXTS:,}",
        f"{limits.SHEET_PART_BYTES // mib} MiB", f"{limits.GROUP_ROWS:,}",
        str(limits.RECORD_LINES), *mapping_document.ENCODINGS,
    ):  # fmt: skip
        assert most in guide


def accepted(document: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the reader takes a mapping, and whether the schema does."""
    try:
        read_mapping(json.dumps(document), CHINA)
        read = True
    except BadMapping:
        read = False
    return read, jsonschema.Draft202012Validator(json.loads(SCHEMA)).is_valid(document)


@pytest.mark.parametrize("path", sorted(JOURNEYS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_schema_takes_what_the_reader_takes(path: Path) -> None:
    assert accepted(yaml.safe_load(path.read_text("utf-8"))) == (True, True)


@pytest.mark.parametrize(("mapping", "_rows", "_said"), EXAMPLES)
def test_the_schema_takes_the_examples(mapping: str, _rows: str, _said: str) -> None:
    assert accepted(yaml.safe_load(mapping)) == (True, True)


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "x"},
        {"region": ["x"]},
        {"occurred_at": {"format": "%Y"}},
        {"occurred_at": {"value": "{at}", "clock": "24:30"}},
        {"external_id": {"value": "x", "replace": ["a"]}},
        {"quantities": {"n": {"value": "1", "times": 0}}},
        {"quantities": {"n": {"value": "1", "sum": "2"}}},
        {"quantities": {"n": {"distance": {"from": ["1"], "to": ["1", "2"]}}}},
        {"quantities": {"n": {"rise": "1", "resets": "from_zero"}}},
        {"group": {"by": ["x"]}},
        {"group": {"by": [], "rows": 2}},
        {"group": {"by": ["x"], "rows": 0}},
        {"pair": {"entry": {"a": "b"}, "exit": {"a": "c"}, "by": ["x"], "at": "{at}"}},
        {"pair": {}, "group": {"by": ["x"], "rows": 1}},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(change: dict[str, Any]) -> None:
    document = deepcopy(RIDE)
    document["records"][0].update(change)
    assert accepted(document) == (False, False)


INSTALLED: dict[str, Any] = {
    "installations": [
        {
            "kind": "meter",
            "number": "{no}",
            "commissioned_on": "{since}",
            "region": "CN-33",
            "evidence": "{bill}",
        }
    ]
}


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "x"},
        {"region": ["x"]},
        {"capacity": {"sum": "{kw}"}},
        {"capacity": {"value": "{kw}", "times": 0}},
        {"commissioned_on": {"format": "%Y-%m-%d"}},
        {"commissioned_on": {"value": "{since}", "clock": "12:00"}},
    ],
)
def test_the_schema_refuses_of_installations_what_the_reader_refuses(
    change: dict[str, Any],
) -> None:
    assert accepted(INSTALLED) == (True, True)
    document = deepcopy(INSTALLED)
    document["installations"][0].update(change)
    assert accepted(document) == (False, False)
    assert accepted({**INSTALLED, **RIDE}) == (False, False)
