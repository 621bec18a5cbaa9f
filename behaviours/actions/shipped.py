"""The shipped rules, read from their folder with every worked example checked."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

from behaviours.actions.trying import check_examples
from behaviours.document import Faults, Part
from behaviours.rules import clauses
from behaviours.rules.amending import AMENDS, amended, is_amendment
from behaviours.rules.building import build_version
from behaviours.rules.cases import Cases
from behaviours.rules.common_clauses import is_of_projects
from behaviours.rules.document import InvalidMethodology, read_document
from behaviours.rules.factors import FactorBook, shipped_factors
from behaviours.rules.honesty import check_honest
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook, lock_line
from behaviours.said import fault

METHODOLOGIES_FOLDER = Path(__file__).parents[1] / "methodologies"
LOCK_NAME = "published.lock"
# How many changes of changes are followed back.
_AMENDED_MAX = 20


def load_rulebook(root: Path | None = None) -> Rulebook:
    """The rules of a folder, checked whole; the shipped ones by default, read once.

    Raises DocumentError with file, line, field and remedy.
    """
    return _shipped() if root is None else _load(root, load_file)


def load_shipped(root: Path = METHODOLOGIES_FOLDER) -> Rulebook:
    """The shipped rules as a process needs them, which knows all and counts by a few.

    What published.lock names was tried when it was put there, and is not tried again; anything
    else is, as in any other folder. Its equations are compiled when first run, its cases read when
    somebody asks for them.
    """
    promised = frozenset((root / LOCK_NAME).read_text("utf-8").splitlines())
    return _load(root, partial(_load_promised, promised))


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
    cases = faults.read(read_document, examples, beside)
    return _tried(version, cases, [], faults, _of_projects(document, faults))


def published_version(text: str, examples: str, name: str, book: FactorBook) -> Version:
    """A version that two have signed: its cases came out then, and are not tried again.

    A value that is added to a series later may change what a case of later days comes to.
    """
    cases = partial(read_document, examples, name.replace("methodology", "examples"))
    return replace(build_version(read_document(text, name), book), worked=Cases(cases))


def load_file(path: Path, root: Path, folder: Folder | None = None) -> Version:
    """The version of a methodology.yaml and the examples.yaml beside it; raises DocumentError.

    One that amends an earlier version lies beside it, and the earlier one's examples are its own:
    they come out to the same milligram. Whoever loads several gives them one ``folder``.
    """
    faults, folder = Faults(), folder or Folder(root)
    whole = faults.read(folder.whole, path)
    version = faults.read(_built, whole)
    document, amending = whole if faults.has(whole) else (faults.lost(), [])
    of_projects = _of_projects(document, faults)
    read = [faults.read(folder.examples, each) for each in amending]
    earlier = [each for each in read if faults.has(each)]
    return _tried(version, faults.read(folder.examples, path), earlier, faults, of_projects)


def _built(whole: tuple[Part, list[Path]]) -> Version:
    version = build_version(whole[0], shipped_factors())
    check_honest(version, whole[0])
    return version


def _of_projects(document: Part, faults: Faults) -> bool:
    return faults.has(document) and is_of_projects(document)


def _tried(
    version: Version, examples: Part, earlier: Sequence[Part], faults: Faults, of_projects: bool
) -> Version:
    """The version with its examples; raises the faults of both texts as one DocumentError."""
    tried = version if faults.has(version) else None
    faults.read(check_examples, tried, examples, earlier, of_projects=of_projects)
    faults.check()
    read = [partial(_itself, each) for each in (examples, *earlier)]
    return replace(version, worked=Cases(read[0], read[1:]))


def _itself(part: Part) -> Part:
    return part


class Folder:
    """The documents of a folder, each read once: many are taken over by one that amends them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._read: dict[Path, Part] = {}

    def examples(self, path: Path) -> Part:
        """The examples.yaml beside a methodology.yaml; DocumentError where there is none."""
        return self.examples_later(path)()

    def examples_later(self, path: Path) -> Callable[[], Part]:
        """What reads it; the text is taken now, so that it is that of the document."""
        name = path.relative_to(self.root).as_posix()
        beside = path.with_name("examples.yaml")
        if not beside.is_file():
            raise InvalidMethodology(name, 1, "", fault("no_examples"))
        return partial(self._part, beside, beside.read_text("utf-8"))

    def whole(self, path: Path, depth: int = 0) -> tuple[Part, list[Path]]:
        """A document with what it takes over, and those of the versions that it amends."""
        document = self._part(path)
        if not is_amendment(document):
            return document, []
        named = document.at(AMENDS)
        before = path.parents[1] / named.text() / path.name
        version = clauses.matching(named, clauses.VERSION)
        if version == path.parent.name or not before.is_file() or depth >= _AMENDED_MAX:
            raise named.wrong("no_amended", name=version)
        earlier, more = self.whole(before, depth + 1)
        return amended(document, earlier), [*more, before]

    def _part(self, path: Path, text: str | None = None) -> Part:
        if path not in self._read:
            name = path.relative_to(self.root).as_posix()
            self._read[path] = read_document(text or path.read_text("utf-8"), name)
        return self._read[path]


def _load_promised(promised: Container[str], path: Path, root: Path, folder: Folder) -> Version:
    document, amending = folder.whole(path)
    version = build_version(document, shipped_factors())
    if lock_line(version) not in promised:
        return load_file(path, root, folder)
    earlier = [folder.examples_later(each) for each in amending]
    return replace(version, worked=Cases(folder.examples_later(path), earlier))


@lru_cache(maxsize=1)
def _shipped() -> Rulebook:
    return load_shipped()


def _load(root: Path, load: Callable[[Path, Path, Folder], Version]) -> Rulebook:
    versions: dict[str, Version] = {}
    folder = Folder(root)
    for path in sorted(root.glob("*/*/*/methodology.yaml")):
        version = load(path, root, folder)
        if version.label in versions:
            name = path.relative_to(root).as_posix()
            twice = fault("label_twice", methodology=version.label)
            raise InvalidMethodology(name, 1, "version", twice)
        versions[version.label] = version
    return Rulebook(versions.values(), shipped_factors())
