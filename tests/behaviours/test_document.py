"""One reader for every document that people write: nothing is guessed and nothing grows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.messages.catalogues import sentence
from behaviours.document import DocumentError, canonical_digest
from behaviours.file_refusals import BadMapping
from behaviours.files.mapping_document import load_mapping
from behaviours.rules.document import InvalidMethodology, read_document
from behaviours.yaml_text import DEPTH_MAX, SIZE_MAX, read_plain, read_tree
from rewards.points.policy import read_documents
from tests.builders.civil import CHINA
from tests.builders.refusals import refuses

ROOT = Path(__file__).parents[2]
# Ten levels of ten: written out it would be ten thousand million texts.
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)

REFUSED = [
    (BOMB, "an anchor or an alias", 1),
    ("a: &here 1", "an anchor or an alias", 1),
    ("a: 1\nb: *here", "an anchor or an alias", 2),
    ("a: 1\n<<: {b: 2}", "a name is no text", 2),
    ("a: " + "[" * DEPTH_MAX + "]" * DEPTH_MAX, "nested too deeply", 1),
    ("[" * 100_000, "nested too deeply", 1),
    ("a: 1\na: 2", "the name a is doubled", 2),
    ("a: !!python/object/apply:os.system ['true']", "a tag", 1),
    ("a: !!binary aGk=", "a tag", 1),
    ("? [a, b]\n: 1", "a name is no text", 1),
    ("a: 'x", "", 1),
    ("x" * (SIZE_MAX + 1), "over 262144 characters", 1),
]


@pytest.mark.parametrize("read", [read_tree, read_plain])
@pytest.mark.parametrize(("text", "problem", "line"), REFUSED)
def test_what_is_no_plain_document_is_refused_with_its_line(read, text, problem, line):
    with pytest.raises(DocumentError) as caught:
        read(text, "some.yaml", DocumentError)
    assert problem in sentence(caught.value)
    assert (caught.value.facts["file"], caught.value.facts["line"]) == ("some.yaml", line)
    assert caught.value.facts["remedy"]


def test_every_value_stays_the_text_that_was_written():
    part = read_tree("a: 0.10\nb: 2024-10-01\nc: [yes, 1_000, ~]", "some.yaml", DocumentError)
    assert part.value == {"a": "0.10", "b": "2024-10-01", "c": ["yes", "1_000", "~"]}
    assert part.at("c").wrong("not_a_day").facts["line"] == 3


def test_a_number_or_date_that_cannot_be_is_refused_where_yaml_reads_them():
    for text in ("a: 2026-13-45", "a: " + "9" * 10_000):
        with pytest.raises(DocumentError):
            read_plain(text, "some.yaml", DocumentError)
    assert read_plain("a: 1\nb: [true]", "some.yaml", DocumentError) == {"a": 1, "b": [True]}
    assert read_plain("", "some.yaml", DocumentError) is None


def test_each_kind_of_document_is_refused_by_its_own_code():
    with pytest.raises(InvalidMethodology) as caught:
        read_document(BOMB, "methodology.yaml")
    assert caught.value.code == "INVALID_METHODOLOGY"
    assert sentence(caught.value).startswith("methodology.yaml:1: document: an anchor")
    with pytest.raises(InvalidMethodology):
        read_document("a: 1", "methodology.yaml").at("b")


def test_a_mapping_and_a_policy_that_would_grow_are_refused(tmp_path):
    (tmp_path / "p").mkdir()
    (tmp_path / "p/1.yaml").write_text(BOMB, encoding="utf-8")
    with refuses(DocumentError, match="an anchor or an alias"):
        read_documents(tmp_path)
    with pytest.raises(BadMapping):
        load_mapping(tmp_path / "p/1.yaml", CHINA)


def test_the_digest_does_not_see_the_order_of_names():
    assert canonical_digest({"a": "1", "b": "2"}) == canonical_digest({"b": "2", "a": "1"})


def test_nothing_else_reads_yaml():
    readers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "behaviours", "rewards")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(
            r"\byaml\.(safe_load|load|unsafe_load|full_load|compose|parse|scan|C?SafeLoader)",
            _text(path),
        )
    }
    assert readers == {"behaviours/yaml_text.py"}


def _text(path: Path) -> str:
    return path.read_text("utf-8")
