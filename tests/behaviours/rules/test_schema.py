"""What an editor says of a rule document, the reader says too."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from behaviours.actions.shipped import METHODOLOGIES_FOLDER, load_version
from behaviours.document import DocumentError
from behaviours.rules.document import read_document
from behaviours.rules.schema import examples_schema, methodology_schema
from tests.behaviours.builders import EXAMPLES, a_document

METHODOLOGY = Draft202012Validator(methodology_schema())
CASES = Draft202012Validator(examples_schema())
SHIPPED = sorted(METHODOLOGIES_FOLDER.glob("*/*/*/methodology.yaml"))
EXAMPLE = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="2000000")


@pytest.mark.parametrize(
    ("name", "made"),
    [("methodology", methodology_schema), ("examples", examples_schema)],
)
def test_the_files_for_editors_are_what_the_tables_make(name, made):
    file = METHODOLOGIES_FOLDER / f"{name}.schema.json"
    assert json.loads(file.read_text("utf-8")) == made(), (
        f"write it anew: tanpuhui methodology schema {name} > behaviours/methodologies/{file.name}"
    )
    Draft202012Validator.check_schema(made())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: "/".join(path.parts[-4:-1]))
def test_every_shipped_document_has_the_shape(path):
    for validator, file in ((METHODOLOGY, path), (CASES, path.with_name("examples.yaml"))):
        tree = read_document(file.read_text("utf-8"), file.name).value
        assert [error.message for error in validator.iter_errors(tree)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("scope: Trials.\n", ""),
        ("scope: Trials.", "scope: Trials.\nscop: Trials."),
        ("scope: Trials.", "scope: ''"),
        ("scope: Trials.", "scope: [Trials]"),
        ("code: test.rule", "code: Test Rule"),
        ("category: 用", "category: 玩"),
        ("action_class: scene", "action_class: other"),
        ("subject: person", "subject: dog"),
        ("title: {zh: 试验, en: Trial}", "title: {zh: 试验}"),
        ("applicability: [Whatever the test needs.]", "applicability: Whatever"),
        ("from: 2024-01-01", "from: soon"),
        ('least: "0"', 'least: "0,5"'),
        ('most_hours: "24"', 'most_hours: "a day"'),
        ("interval: {required: false", "interval: {required: perhaps"),
        ("claims: [{kind: thing,", "claims: [{kind: thing, per: week,"),
        ("grade: official", "grade: hearsay"),
        ("mode: down", "mode: up"),
        ("negative: zero", "negative: maybe"),
        ("caps: []", "caps: {}"),
        ("missing: []", "missing: [{what: a figure}]"),
        (
            'sources:\n  book: {title: "An author: A book", url: "https://example.org/book",',
            'sources:\n  book: {title: "An author: A book",',
        ),
        ("equations:\n  - {name: ER,", "equations:\n  - {"),
        ("exclusions: []", "exclusions: [{group: a, side: b, per: week}]"),
        ("caps: []", "caps: []\ngases: {counted: [XY], gwp_set: AR5}"),
        ("caps: []", "caps: []\nownership: {owner: nobody, delegation: open}"),
    ],
)
def test_a_broken_document_is_refused_by_both(old, new):
    document = a_document()
    assert old in document
    assert METHODOLOGY.is_valid(read_document(document, "m").value)
    broken = document.replace(old, new, 1)
    assert not METHODOLOGY.is_valid(read_document(broken, "m").value)
    with pytest.raises(DocumentError):
        load_version(broken, EXAMPLE, "test/methodology.yaml")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    origin: computed\n", ""),
        ("origin: computed", "origin: guessed"),
        ("occurred_on: 2025-01-01", "occurred_on: new year"),
        ("    region: CN-44\n", ""),
        ('    saved_mg: "2000000"', "    comment: none"),
        ('    saved_mg: "2000000"', '    saved_mg: "2000000"\n    ended_after_hours: "long"'),
        ('    saved_mg: "2000000"', '    saved_mg: "2000000"\n    history: [{day: 2025-01-01}]'),
        ('    saved_mg: "2000000"', '    saved_mg: "2000000"\n    reported_by: nobody'),
    ],
)
def test_a_broken_example_is_refused_by_both(old, new):
    assert old in EXAMPLE
    assert CASES.is_valid(read_document(EXAMPLE, "e").value)
    broken = EXAMPLE.replace(old, new, 1)
    assert not CASES.is_valid(read_document(broken, "e").value)
    with pytest.raises(DocumentError):
        load_version(a_document(), broken, "test/methodology.yaml")
