"""The walls between the floors, which imports alone do not show.

A number beside a wall is how many offenders there still are; it is lowered as they go, never
raised.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

from tests.contracts.sources import (
    DOMAIN,
    PACKAGES,
    ROOT,
    SOURCES,
    expect_at_most,
    expect_none,
    functions,
    lines_of,
    name_in_project,
    nodes,
    offenders,
    place,
    python_files,
    tree,
)

BELOW_HTTP = (*DOMAIN, "app/usecases", "app/store", "app/files", "app/outbox")
HTTP_WORDS = re.compile(
    r"/v1/|\bHTTP\b|\bETag\b|\bIf-Match\b|\bstatus code\b|\b(GET|POST|PATCH|PUT|DELETE) /"
)
# Words of an older way of speaking; the API's words are used instead.
OLD_WORDS = re.compile(
    r"(?i)(?<![a-z])(deeds?|doors?|wish(es)?|purses?|shel(f|ves)|bells?|vouch(es|ed|ing)?"
    r"|let_go|g[ia]ven?_back|take_out|taken_out|nobody.s.business)(?![a-z])"
)
# Where one word of a state means something else.
OTHER_MEANINGS = {
    "open": "how a file is opened",
    "prepared": "a statement that a connection keeps",
    "refused": "what was not taken in, in the answers of imports and questions",
}
# Loose JSON, whose members nobody below the edge knows.
LOOSE_JSON = {
    "app/http/openapi.py": "the contract, an OpenAPI document while it is being completed",
    "behaviours/actions/judgement.py": "the facts of a refusal",
    "behaviours/rules/compiled.py": "the names among which a compiled formula runs",
    "behaviours/rules/formula_functions.py": "the names among which a compiled formula runs",
    "behaviours/refusal.py": "the facts of a refusal",
    "behaviours/rules/methodology.py": "what a document says for readers only",
    "rewards/pooling/documents.py": "the one translation between a value and its JSON document",
}
# Where a state may stand in quotes outside the domain, beside the tables.
STATES_AGAIN = {
    "app/store/audit": "the audit says everything a second time, on purpose",
}

# What changes nothing, by the beginning of its name.
ONLY_READING = ("read_", "prepare", "list_")
VERBS_TO_SHAPE = 0
HTTP_BELOW_HTTP = 0
QUOTED_STATES = 0
NAMES_TWICE = 0
OLD_WORDS_LEFT = 0
ROUTES_AT_THE_STORE = 0
MOMENTS_TOLD_TO_VERBS = 0
LONG_FUNCTIONS_PER_MILLE = 10
MEDIAN_FILE_LINES = 80
PURE_PER_CENT = 25
LOOSE = re.compile(r"dict\[str, (Any|object)\]|(Mutable)?Mapping\[str, Any\]")
DICTS_FOR_THINGS = 0
DICTS_AT_THE_EDGE = 0


def test_a_use_case_is_one_public_function_of_its_own_name() -> None:
    def shapeless(path: Path) -> Iterator[str]:
        if path.name == "__init__.py":
            return
        public = [
            node
            for node in tree(path).body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        ]
        names = [node.name for node in public]
        if names != [path.stem]:
            yield f"{place(path, 1)} defines {', '.join(names) or 'no function'}"
        elif [each.arg for each in public[0].args.args[:1]] != ["connection"]:
            yield f"{place(path, public[0].lineno)} {path.stem} does not begin with connection"

    found = offenders(("app/usecases",), shapeless)
    expect_at_most(VERBS_TO_SHAPE, "Files of app/usecases that are no verb and no read", found)


def test_nothing_below_the_routes_knows_http() -> None:
    def knowing(path: Path) -> Iterator[str]:
        for number, line in enumerate(lines_of(path), 1):
            if HTTP_WORDS.search(line):
                yield f"{place(path, number)} {line.strip()[:80]}"

    found = offenders(BELOW_HTTP, knowing)
    expect_at_most(HTTP_BELOW_HTTP, "Words of HTTP below the routes", found)


@cache
def states() -> frozenset[str]:
    """Every state that a table of the domain names (``STATES``)."""
    found: set[str] = set()
    for path in python_files(*DOMAIN):
        named = [
            target.id
            for node in tree(path).body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        ]
        if "STATES" in named:
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found |= {str(state) for state in importlib.import_module(module).STATES}
    return frozenset(found)


def test_states_are_named_by_the_domain_alone() -> None:
    words = states() - OTHER_MEANINGS.keys()
    quoted = re.compile(rf"'({'|'.join(sorted(words))})'")

    def quoting(path: Path) -> Iterator[str]:
        if name_in_project(path).startswith(("app/store/tables/", *STATES_AGAIN)):
            return
        names = names_of_members(path)
        for node in nodes(path):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                continue
            if node in names:
                continue
            for word in [node.value] if node.value in words else quoted.findall(node.value):
                yield f"{place(path, node.lineno)} says {word!r}"

    found = offenders(("app",), quoting)
    expect_at_most(QUOTED_STATES, "States in quotes outside the domain", found)


def names_of_members(path: Path) -> set[ast.expr]:
    """Constants that name a member of a mapping (``{"held": …}``, ``STEPS["draft"]``)."""
    found: set[ast.expr] = set()
    for node in nodes(path):
        if isinstance(node, ast.Dict):
            found |= {key for key in node.keys if key is not None}
        elif isinstance(node, ast.Subscript):
            found.add(node.slice)
    return found


def test_no_two_classes_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for path in python_files(*DOMAIN, "app"):
        for node in nodes(path):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(place(path, node.lineno))
    found = [f"{name}: {', '.join(where)}" for name, where in places.items() if len(where) > 1]
    expect_at_most(NAMES_TWICE, "Names that mean two things", sorted(found))


def test_one_word_for_each_thing() -> None:
    def old(path: Path) -> Iterator[str]:
        if OLD_WORDS.search(path.stem):
            yield f"{place(path, 1)} is called {path.stem}"
        for number, line in enumerate(lines_of(path), 1):
            if OLD_WORDS.search(line):
                yield f"{place(path, number)} {line.strip()[:80]}"

    found = offenders(PACKAGES, old)
    expect_at_most(OLD_WORDS_LEFT, "Older words for things", found)


def test_routes_and_pages_never_import_the_store() -> None:
    def reaching(path: Path) -> Iterator[str]:
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.store"):
                yield f"{place(path, node.lineno)} {node.module}"

    found = offenders(("app/api", "app/web", "app/shown"), reaching)
    expect_at_most(ROUTES_AT_THE_STORE, "Imports of the store from above the use cases", found)


def test_routes_tell_the_moment_to_reads_alone() -> None:
    """A verb takes the clock and reads it once it has its locks: who waited is judged after it."""

    def telling(path: Path) -> Iterator[str]:
        verbs = {
            name.asname or name.name: name.name
            for node in nodes(path)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.usecases")
            for name in node.names
        }
        for node in nodes(path):
            if isinstance(node, ast.Call) and any(each.arg == "now" for each in node.keywords):
                asked = [each.id for each in node.args if isinstance(each, ast.Name)]
                for verb in (verbs[name] for name in asked if name in verbs):
                    if not verb.startswith(ONLY_READING):
                        yield f"{place(path, node.lineno)} {verb}"

    found = offenders(("app/api", "app/web"), telling)
    expect_at_most(MOMENTS_TOLD_TO_VERBS, "Verbs told of a moment before the lock", found)


def test_functions_are_short() -> None:
    long, count = [], 0
    for path in python_files(*SOURCES[:-1]):
        for function in functions(path):
            count += 1
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > 40:
                long.append(f"{place(path, function.lineno)} {function.name} has {lines} lines")
    most = count * LONG_FUNCTIONS_PER_MILLE // 1000
    expect_at_most(most, f"Functions over 40 lines, of {count}", long)


def test_files_are_short_and_the_domain_is_large() -> None:
    lines = {
        path: len(lines_of(path)) for path in python_files(*DOMAIN, "app")
    }  # fmt: skip
    middle = median(count for path, count in lines.items() if path.name != "__init__.py")
    assert middle <= MEDIAN_FILE_LINES
    pure = sum(count for path, count in lines.items() if not path.is_relative_to(ROOT / "app"))
    share = 100 * pure / sum(lines.values())
    assert share >= PURE_PER_CENT, f"{share:.1f} % of the lines are pure domain"


def test_things_have_types() -> None:
    def untyped(path: Path) -> Iterator[str]:
        if name_in_project(path) in LOOSE_JSON:
            return
        for node in nodes(path):
            if isinstance(node, ast.Subscript) and LOOSE.fullmatch(ast.unparse(node)):
                yield f"{place(path, node.lineno)} {ast.unparse(node)}"

    found = offenders((*DOMAIN, "app/usecases", "app/store"), untyped)
    expect_at_most(DICTS_FOR_THINGS, "dict[str, Any] in the place of a thing", found)
    edge = [each for each in offenders(("app",), untyped) if each not in found]
    expect_at_most(DICTS_AT_THE_EDGE, "dict[str, Any] in the place of a thing", edge)


def test_what_is_excused_is_still_there() -> None:
    gone = [name for name in (*LOOSE_JSON, *STATES_AGAIN) if not (ROOT / name).exists()]
    expect_none("Excuses for files that are gone", gone)
    assert len(LOOSE_JSON) <= 20


def test_no_migration_imports_the_program() -> None:
    def importing(path: Path) -> Iterator[str]:
        for node in nodes(path):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                if name.split(".")[0] in (*DOMAIN, "app"):
                    yield f"{place(path, node.lineno)} {name}"

    found = offenders(("migrations/versions",), importing)
    expect_none("Migrations that change when the program does", found)
