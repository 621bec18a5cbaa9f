"""Rule documents: what the loader refuses, and that it says where and what to do."""

from __future__ import annotations

import contextlib
import shutil

import pytest
from hypothesis import given, settings, strategies as st

from app.messages.catalogues import in_words, sentence
from behaviours.actions.drafts import check_document, document_text
from behaviours.actions.shipped import METHODOLOGIES_FOLDER, load_rulebook, load_version
from behaviours.document import DocumentError, canonical_digest
from behaviours.rules.building import FIELDS
from behaviours.rules.document import read_document
from behaviours.rules.examples import FIELDS as EXAMPLE_FIELDS
from behaviours.rules.units import COUNTS
from tests.behaviours.builders import EXAMPLES, a_document, a_version
from tests.builders.refusals import refuses

GOOD = a_document()
EXAMPLE = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="2000000")


def error_of(document: str, examples: str = EXAMPLE) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        load_version(document, examples, "test/methodology.yaml")
    error = caught.value
    assert sentence(error).startswith(f"{error.facts['file']}:{error.facts['line']}: ")
    assert in_words(error.facts["remedy"]).endswith((".", ":"))
    return error


def test_the_plain_document_of_these_tests_is_accepted():
    assert a_version(GOOD).label == "test.rule@1"


@pytest.mark.parametrize(
    ("old", "new", "field", "problem"),
    [
        ('    unit: "kgCO2e/kg"\n', "", "parameters.EF", "'unit' is missing"),
        ("unit: kg, ", "", "quantities.mass", "'unit' is missing"),
        ('{value: "2", source: book', '{value: "2"', "parameters.EF.values[0]", "'source'"),
        ('"2", source: book', '"2", source: hearsay', "parameters.EF.values[0].source", "hearsay"),
        ('"2", source: book, grade: official', '"2", source: book', "parameters.EF.values[0]",
         "'grade' is missing"),
        ("grade: official}\nequations", "grade: sure}\nequations", "parameters.EF.values[0].grade",
         "'sure' is not known"),
        ('value: "2"', 'value: "2e1"', "parameters.EF.values[0].value", "plain decimal"),
        ('value: "2"', 'value: "２"', "parameters.EF.values[0].value", "plain decimal"),
        ('value: "2"', 'value: "1_0"', "parameters.EF.values[0].value", "plain decimal"),
        ("unit: kg, ", "unit: pood, ", "quantities.mass.unit", "unknown unit 'pood'"),
        ("result: ER", "result: XX", "result", "no equation is called 'XX'"),
        ("result: ER\n", "result: ER\nspeed: 1\n", "speed", "no such field"),
        ("code: test.rule\n", "", "", "'code' is missing"),
        ("code: test.rule\n", "code: Test Rule\n", "code", "unusable form"),
        ("category: 用", "category: x", "category", "not known"),
        ("action_class: scene", "action_class: y", "action_class", "not known"),
        ("{from: 2024-01-01}", "{from: 2024-13-01}", "in_force.from", "not a date"),
        ("claims: [{kind: thing, evidence: [thing_id]}]", "claims: []", "claims", "claimed twice"),
        ("evidence: [thing_id]", "evidence: [other]", "claims[0].evidence", "no evidence"),
        ("regions: all", "regions: [CN-99]", "regions", "unknown regions"),
        ('most: "100000000"', 'most: "-1"', "quantities.mass", "bounds contradict"),
        ("mode: down", "mode: up", "rounding.mode", "'up' is not known"),
        ("mass * EF", "mass * mass * EF", "equations[0].is", "does not fit"),
        ("mass * EF", "mass * EG", "equations[0].is", "nothing is called 'EG'"),
        ("mass * EF", "mass * 2", "equations[0].is", "yields kg"),
        ("EF:\n", "mass:\n", "parameters.mass", "declared twice"),
        ("EF:\n", "on:\n", "parameters.on", "not a usable name"),
        ("caps: []", "caps: []\ncaps: []", "", "doubled"),
        ("scope: Trials.", "scope: !!python/object:os.system x", "scope", "a tag"),
        ("sources:\n  book", "sources:\n  boot", "parameters.EF.values[0].source",
         "no source is called"),
    ],
)  # fmt: skip
def test_a_flawed_document_is_refused_at_its_place(old, new, field, problem):
    assert old in GOOD
    error = error_of(GOOD.replace(old, new, 1))
    assert error.facts["field"] == field
    assert problem in in_words(error.facts["problem"])
    assert sentence(error, "zh-CN").startswith(
        f"{error.facts['file']} 第 {error.facts['line']} 行，{field or '全文'}："
    )


def test_a_parameter_needs_a_value_on_the_first_day():
    document = GOOD.replace('{value: "2"', '{from: 2025-01-01, value: "2"')
    assert "no value on the first day" in sentence(error_of(document))


def test_a_quantity_or_figure_that_no_equation_reads_is_refused():
    document = a_document(parameters={"EF": ("2", "kgCO2e/kg"), "idle": ("1", "kg")})
    assert error_of(document).facts["field"] == "parameters.idle"


@pytest.mark.parametrize(
    ("examples", "problem"),
    [
        (EXAMPLE.replace("2000000", "2000001"), "gives 2000000, the example says 2000001"),
        (EXAMPLE.replace('"1"', '"1e3"'), "gives INVALID_QUANTITY"),
        ("examples: []", "no example saves anything"),
        (EXAMPLE.replace('"1"', '"0"').replace("2000000", "0"), "no example saves anything"),
        (EXAMPLE.replace("CN-44", "CN-99"), "gives UNKNOWN_REGION"),
    ],
)
def test_examples_must_come_out_to_the_milligram(examples, problem):
    error = error_of(GOOD, examples)
    assert error.facts["file"] == "test/examples.yaml"
    assert problem in sentence(error)


def test_a_document_without_examples_is_refused(tmp_path):
    folder = tmp_path / "x" / "y" / "1"
    folder.mkdir(parents=True)
    (folder / "methodology.yaml").write_text(GOOD, encoding="utf-8")
    with refuses(DocumentError, match=r"x/y/1/methodology.yaml:1: .*no examples.yaml"):
        load_rulebook(tmp_path)


def test_one_label_stands_for_one_document(tmp_path):
    for folder in ("a", "b"):
        shutil.copytree(METHODOLOGIES_FOLDER / "bj/metro_ride", tmp_path / folder / "metro_ride")
    with refuses(DocumentError, match="stands twice"):
        load_rulebook(tmp_path)


def test_the_digest_is_of_the_content_and_not_of_the_layout():
    commented = "# a remark\n" + GOOD.replace('value: "2"', "value: '2'").replace(
        "scope: Trials.", "scope:   Trials.   # why"
    )
    digest = canonical_digest(read_document(GOOD, "x").value)
    assert canonical_digest(read_document(commented, "x").value) == digest
    changed = GOOD.replace('value: "2"', 'value: "2.0"')
    assert canonical_digest(read_document(changed, "x").value) != digest


def test_deep_nesting_is_refused_with_its_line_and_does_not_end_the_process():
    with refuses(DocumentError, match="nested too deeply"):
        read_document("code: x\ndeep: " + "[" * 100_000, "methodology.yaml")


def test_aliases_and_unreadable_yaml_are_refused_with_a_line():
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    for text, line in ((bomb, 1), ("a: [1\nb: 2", 2), ("", 1), ("- a", 1), ("a: " + "[" * 60, 1)):
        with pytest.raises(DocumentError) as caught:
            read_document(text, "x.yaml")
        assert caught.value.facts["line"] >= line


@settings(max_examples=300)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 40), st.text(max_size=12))
def test_any_damage_to_a_document_is_refused_or_harmless(at, length, inserted):
    damaged = GOOD[:at] + inserted + GOOD[at + length :]
    with contextlib.suppress(DocumentError):
        load_version(damaged, EXAMPLE, "test/methodology.yaml")


RICH = sorted(
    path
    for code in ("ccer/mangrove_establishment", "acef/smart_waste_sorting", "sh/pv_project",
                 "hb/proven_transit_ride", "jjj/low_carbon_trip", "sz/household_electricity")
    for path in METHODOLOGIES_FOLDER.glob(f"{code}/*/methodology.yaml")
)  # fmt: skip


@settings(max_examples=300)
@given(st.data())
def test_any_damage_to_a_rich_rule_or_its_examples_is_refused_or_harmless(data):
    path = data.draw(st.sampled_from(RICH))
    texts = [path.read_text("utf-8"), path.with_name("examples.yaml").read_text("utf-8")]
    which = data.draw(st.integers(0, 1))
    lines = texts[which].splitlines()
    line = data.draw(st.integers(0, len(lines) - 1))
    at = data.draw(st.integers(0, len(lines[line])))
    length, inserted = data.draw(st.integers(0, 20)), data.draw(st.text(max_size=8))
    lines[line] = lines[line][:at] + inserted + lines[line][at + length :]
    if data.draw(st.booleans()):
        # A field that stands where none is expected, or under another name.
        lines.insert(line, lines[data.draw(st.integers(0, len(lines) - 1))])
    texts[which] = "\n".join(lines)
    with contextlib.suppress(DocumentError):
        load_version(*texts, path.name)


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_rule_in_the_guide_is_one_that_loads(page):
    guide = (METHODOLOGIES_FOLDER / page).read_text(encoding="utf-8")
    document, examples = (part.split("```")[0] for part in guide.split("```yaml\n")[1:])
    assert load_version(document, examples, "example/methodology.yaml").label == "example.kettle@1"
    flawed = document.replace('"energy * EF_grid', '"energy + cups * EF_grid')
    message = sentence(error_of(flawed, examples))
    assert message.replace("test/", "example/") in guide


def test_both_guides_name_every_field_that_a_rule_or_an_example_may_have():
    for page in ("README.md", "README.zh-CN.md"):
        guide = (METHODOLOGIES_FOLDER / page).read_text(encoding="utf-8")
        assert [name for name in (*FIELDS, *EXAMPLE_FIELDS) if f"`{name}`" not in guide] == []


def test_both_guides_list_what_can_be_counted():
    for page in ("README.md", "README.zh-CN.md"):
        guide = (METHODOLOGIES_FOLDER / page).read_text(encoding="utf-8")
        blocks = [part.split() for part in guide.split("\n\n") if part.startswith("    ")]
        assert sorted(COUNTS) in blocks, page


def test_a_published_document_is_taken_back_with_the_same_digest():
    """As it is answered: a JSON object of texts. Those that are changes have their own cases."""
    versions = load_rulebook().versions()
    assert len(versions) > 50
    for version in versions:
        document = document_text(dict(version.tree), "/document")
        assert canonical_digest(read_document(document, "x").value) == version.digest
        cases = document_text(dict(version.examples), "/examples")
        assert check_document(version.code, version.version, document, cases).tree == version.tree


def test_what_only_yaml_takes_for_the_end_of_a_line_comes_back():
    odd = {"scope": "a\x85b\u2028c\u2029d\ufeffe\x7ff\n  g\t'\"\\ h"}
    assert read_document(document_text(odd, ""), "x").value == odd
