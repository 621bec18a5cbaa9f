"""The house is in order: sizes, names, exactness, and nothing lying about.

Each test names every offender at once, with its place, so that one run shows all the work.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.sources import (
    DOMAIN,
    PACKAGES,
    ROOT,
    SOURCES,
    FunctionNode,
    expect_none,
    functions,
    lines_of,
    nodes,
    offenders,
    place,
    tree,
)

TOP_LEVEL = {
    ".ci",
    ".gitignore",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "app",
    "behaviours",
    "migrations",
    "pyproject.toml",
    "requirements-test.lock",
    "requirements.lock",
    "rewards",
    "tests",
    "wsgi.py",
}
# What tools and running leave behind, beside what .gitignore names.
LEFT_BEHIND = {".git", ".idea", ".vscode", ".coverage"}

FILE_LINES, TEST_FILE_LINES = 400, 600
FUNCTION_LINES = 70
COLUMNS = 100
NAMES_THAT_SAY_NOTHING = re.compile(r"(Manager|Helper|Utils?|Dao)$|(^|_)(utils?|helpers?|dao)(_|$)")
# With a class of one letter in each word, so that this file does not accuse itself.
LEFT_FOR_LATER = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X])\b")
SOMEBODYS_MACHINE = re.compile(r"/(home|root|Users|work|opt)/\w")


def test_no_file_is_too_long() -> None:
    def too_long(path: Path) -> Iterator[str]:
        lines = len(lines_of(path))
        most = TEST_FILE_LINES if path.is_relative_to(ROOT / "tests") else FILE_LINES
        if lines > most:
            yield f"{place(path, 1)} has {lines} lines of at most {most}"

    expect_none("Files to split by subject", offenders(SOURCES, too_long))


def test_no_function_is_too_long() -> None:
    def too_long(path: Path) -> Iterator[str]:
        for function in functions(path):
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{place(path, function.lineno)} {function.name} has {lines} lines"

    expect_none(f"Functions over {FUNCTION_LINES} lines", offenders(SOURCES, too_long))


def test_no_line_is_too_wide() -> None:
    def too_wide(path: Path) -> Iterator[str]:
        for number, line in enumerate(lines_of(path), 1):
            # A note to the linter at the end of a line is no part of its sentence.
            if len(re.sub(r"\s+# (noqa|type:).*$", "", line)) > COLUMNS:
                yield f"{place(path, number)} has {len(line)} columns"

    expect_none(f"Lines over {COLUMNS} columns", offenders(SOURCES, too_wide))


def test_the_domain_counts_exactly() -> None:
    def floats(path: Path) -> Iterator[str]:
        for node in nodes(path):
            if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
                yield f"{place(path, node.lineno)} writes {node.value!r}"
            elif isinstance(node, ast.Name) and node.id == "float":
                yield f"{place(path, node.lineno)} says float"

    expect_none("Binary fractions where only Decimal and int may be", offenders(DOMAIN, floats))


def test_every_import_stands_at_the_top() -> None:
    def hidden(path: Path) -> Iterator[str]:
        imports = (each for each in nodes(path) if isinstance(each, ast.Import | ast.ImportFrom))
        indented = {each: each.lineno for each in imports if each.col_offset}
        for function in functions(path):
            for node in ast.walk(function) if indented else ():
                if node in indented:
                    yield f"{place(path, indented[node])} imports inside {function.name}"

    expect_none("Imports that hide inside functions", offenders(SOURCES, hidden))


def test_every_package_opens_with_one_sentence_and_nothing_else() -> None:
    def untidy(path: Path) -> Iterator[str]:
        if path.name == "__init__.py":
            body = tree(path).body
            if len(body) != 1 or ast.get_docstring(tree(path)) is None:
                yield f"{place(path, 1)} must be one docstring, no code, no re-exports"
        elif not (path.parent / "__init__.py").exists() and path.parent.name != "versions":
            yield f"{place(path, 1)} stands in a folder without __init__.py"

    expect_none("Packages", sorted(set(offenders(PACKAGES, untidy))))


def test_every_module_says_what_it_is() -> None:
    def silent(path: Path) -> Iterator[str]:
        if ast.get_docstring(tree(path)) is None:
            yield place(path, 1)

    expect_none("Files without a docstring", offenders(PACKAGES, silent))


def test_every_name_says_something() -> None:
    def empty_names(path: Path) -> Iterator[str]:
        if NAMES_THAT_SAY_NOTHING.search(path.stem):
            yield f"{place(path, 1)} is a file called {path.stem}"
        for node in nodes(path):
            if isinstance(node, ast.ClassDef | FunctionNode) and NAMES_THAT_SAY_NOTHING.search(
                node.name
            ):
                yield f"{place(path, node.lineno)} {node.name}"

    expect_none("Names that say nothing", offenders(SOURCES, empty_names))


def test_nothing_is_left_for_later_and_nothing_names_a_machine() -> None:
    found = [
        f"{place(path, number)} {line.strip()[:80]}"
        for path in text_files()
        for number, line in enumerate(lines_of(path), 1)
        if LEFT_FOR_LATER.search(line) or SOMEBODYS_MACHINE.search(line)
    ]
    expect_none("Notes to oneself, or paths of somebody's machine", found)


def test_the_top_level_holds_what_it_should_and_no_more() -> None:
    ignored = {line.strip("/ ") for line in (ROOT / ".gitignore").read_text().splitlines()}
    patterns = [re.compile(name.replace(".", r"\.").replace("*", ".*")) for name in ignored]
    found = {
        path.name
        for path in ROOT.iterdir()
        if path.name not in LEFT_BEHIND
        and not any(pattern.fullmatch(path.name) for pattern in patterns)
    }
    expect_none("Names that do not belong on the top level", sorted(found - TOP_LEVEL))


def test_every_room_says_what_it_is_and_every_path_it_names_exists() -> None:
    named = re.compile(r"`((?:app|behaviours|rewards|migrations|tests)/[\w./-]+)`")
    readmes = [ROOT / "README.md", *(ROOT / folder / "README.md" for folder in SOURCES)]
    found = [str(readme.relative_to(ROOT)) for readme in readmes if not readme.exists()]
    for readme in set(readmes) - {ROOT / name for name in found}:
        paths = named.findall(readme.read_text())
        found += [
            f"{readme.relative_to(ROOT)} names {path}"
            for path in paths
            if not (ROOT / path).exists()
        ]
    expect_none("Rooms without a README, and paths that are gone", sorted(found))


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_the_locks_pin_by_hash_and_name_no_place_to_fetch_from(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    pins = [number for number, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]
    unpinned = [
        lines[number]
        for number in pins
        if "==" not in lines[number] or "--hash=sha256:" not in lines[number + 1]
    ]
    places = [line for line in lines if "://" in line or line.startswith(("-", "/"))]
    assert len(pins) > 40
    expect_none("Lines without version and hash, or with an address", unpinned + places)


def text_files() -> Iterator[Path]:
    suffixes = {".py", ".md", ".toml", ".yaml", ".yml", ".html", ".css", ".js", ".mako", ".sh"}
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and "__pycache__" not in path.parts:
                yield path
    yield from (ROOT / name for name in ("Makefile", "pyproject.toml", "wsgi.py", ".ci/run"))
    yield from ROOT.glob("*.md")
