"""The project's own source, read for tests about its order."""

from __future__ import annotations

import ast
import gc
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = ("behaviours", "rewards")
PACKAGES = (*DOMAIN, "app", "migrations")
SOURCES = (*PACKAGES, "tests")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Every Python file of the folders, without what tools leave behind."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(sorted(path for path in found if "__pycache__" not in path.parts))


@cache
def source(path: Path) -> str:
    return path.read_text()


@cache
def lines_of(path: Path) -> tuple[str, ...]:
    return tuple(source(path).splitlines())


@cache
def tree(path: Path) -> ast.Module:
    # Nodes are made by the million and none of them is garbage: looking for some on the way takes
    # twice as long as the parsing, and later it would go on during all other tests.
    gc.disable()
    try:
        return ast.parse(source(path), filename=str(path))
    finally:
        gc.freeze()
        gc.enable()


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file, walked once for all tests."""
    return tuple(ast.walk(tree(path)))


@cache
def name_in_project(path: Path) -> str:
    return str(path.relative_to(ROOT))


def place(path: Path, line: int) -> str:
    return f"{name_in_project(path)}:{line}"


def functions(path: Path) -> Iterator[FunctionNode]:
    return (node for node in nodes(path) if isinstance(node, FunctionNode))


def offenders(folders: tuple[str, ...], complaints: Callable[[Path], Iterator[str]]) -> list[str]:
    return [complaint for path in python_files(*folders) for complaint in complaints(path)]


def expect_at_most(most: int, what: str, found: list[str]) -> None:
    """A wall that is being reached: no more offenders than before. At the end ``most`` is 0."""
    assert len(found) <= most, f"{what} ({len(found)}, {most} before):\n  " + "\n  ".join(found)


def expect_none(what: str, found: list[str]) -> None:
    assert not found, f"{what} ({len(found)}):\n  " + "\n  ".join(found)
