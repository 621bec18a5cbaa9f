"""The shipped rules, read from their folder with every worked example checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from behaviours.actions.trying import check_examples
from behaviours.document import Faults, Part
from behaviours.rules import clauses
from behaviours.rules.amending import AMENDS, amended, is_amendment
from behaviours.rules.building import build_version
from behaviours.rules.document import InvalidMethodology, read_document
from behaviours.rules.examples import taken_over
from behaviours.rules.factors import FactorBook, shipped_factors
from behaviours.rules.honesty import check_honest
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook
from behaviours.said import fault

METHODOLOGIES_FOLDER = Path(__file__).parents[1] / "methodologies"
LOCK_NAME = "published.lock"
# How many changes of changes are followed back.
_AMENDED_MAX = 20


def load_rulebook(root: Path | None = None) -> Rulebook:
    """The rules of a folder, checked whole; the shipped ones by default, read once.

    Raises DocumentError with file, line, field and remedy.
    """
    return _shipped() if root is None else _load(root, shipped_factors())


def load_version(
    text: str, examples: str, name: str, book: FactorBook | None = None, *, new: bool = False
) -> Version:
    """One document with its examples, checked whole; raises DocumentError with all its faults.

    One that is ``new`` also has to be honest about itself, as nobody asked of older ones.
    """
    beside, faults = name.replace("methodology", "examples"), Faults()
    document = faults.read(read_document, text, name)
    version = faults.read(build_version, document, book or shipped_factors())
    if new:
        faults.read(check_honest, version, document)
    return _tried(version, faults.read(read_document, examples, beside), [], faults)


def published_version(text: str, examples: str, name: str, book: FactorBook) -> Version:
    """A version that two have signed: its cases came out then, and are not tried again.

    A value that is added to a series later may change what a case of later days comes to.
    """
    beside = read_document(examples, name.replace("methodology", "examples"))
    assert isinstance(beside.value, dict)
    return replace(build_version(read_document(text, name), book), examples=beside.value)


def load_file(path: Path, root: Path) -> Version:
    """The version of a methodology.yaml and the examples.yaml beside it; raises DocumentError.

    One that amends an earlier version lies beside it, and the earlier one's examples are its own:
    they come out to the same milligram.
    """
    faults = Faults()
    whole = faults.read(_whole, path, root)
    version = faults.read(_built, whole)
    earlier = whole[1] if faults.has(whole) else []
    return _tried(version, faults.read(examples_beside, path, root), earlier, faults)


def _built(whole: tuple[Part, list[Part]]) -> Version:
    version = build_version(whole[0], shipped_factors())
    check_honest(version, whole[0])
    return version


def _tried(version: Version, examples: Part, earlier: Sequence[Part], faults: Faults) -> Version:
    """The version with its examples; raises the faults of both texts as one DocumentError."""
    tried = version if faults.has(version) else None
    faults.read(check_examples, tried, examples, earlier)
    faults.check()
    own = examples.at("examples").value
    assert isinstance(own, list)
    # Written out, so that the whole document can be tried without those that it amends.
    more = [case for before in earlier for case in taken_over(before)]
    return replace(version, examples={"examples": [*own, *more]})


def examples_beside(path: Path, root: Path) -> Part:
    """The examples.yaml beside a methodology.yaml; raises DocumentError where there is none."""
    name = path.relative_to(root).as_posix()
    beside = path.with_name("examples.yaml")
    if not beside.is_file():
        raise InvalidMethodology(name, 1, "", fault("no_examples"))
    return read_document(beside.read_text("utf-8"), name.replace("methodology", "examples"))


def _whole(path: Path, root: Path, depth: int = 0) -> tuple[Part, list[Part]]:
    """A document with what it takes over, and the examples of the versions that it amends."""
    document = read_document(path.read_text("utf-8"), path.relative_to(root).as_posix())
    if not is_amendment(document):
        return document, []
    named = document.at(AMENDS)
    before = path.parents[1] / named.text() / path.name
    version = clauses.matching(named, clauses.VERSION)
    if version == path.parent.name or not before.is_file() or depth >= _AMENDED_MAX:
        raise named.wrong("no_amended", name=version)
    earlier, examples = _whole(before, root, depth + 1)
    return amended(document, earlier), [*examples, examples_beside(before, root)]


@lru_cache(maxsize=1)
def _shipped() -> Rulebook:
    return _load(METHODOLOGIES_FOLDER, shipped_factors())


def _load(root: Path, book: FactorBook) -> Rulebook:
    versions: dict[str, Version] = {}
    for path in sorted(root.glob("*/*/*/methodology.yaml")):
        version = load_file(path, root)
        if version.label in versions:
            name = path.relative_to(root).as_posix()
            twice = fault("label_twice", methodology=version.label)
            raise InvalidMethodology(name, 1, "version", twice)
        versions[version.label] = version
    return Rulebook(versions.values(), book)
