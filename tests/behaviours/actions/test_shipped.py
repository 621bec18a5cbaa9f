"""What a process reads when it starts, and what only whoever checks a folder has to try."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from behaviours.actions import shipped
from behaviours.actions.shipped import (
    LOCK_NAME,
    METHODOLOGIES_FOLDER,
    load_file,
    load_rulebook,
    load_shipped,
)
from behaviours.document import DocumentError
from behaviours.rules.rulebook import lock_lines
from behaviours.yaml_text import read_tree
from tests.builders.refusals import refuses

RULE = Path("cainiao/parcel_box_return")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The versions of one rule, and a lock that names them all."""
    shutil.copytree(METHODOLOGIES_FOLDER / RULE, tmp_path / RULE)
    lines = lock_lines(load_rulebook(tmp_path))
    (tmp_path / LOCK_NAME).write_text("\n".join(lines), "utf-8")
    return tmp_path


def spoil(folder: Path) -> Path:
    """Let one case of the first version come out otherwise."""
    path = min((folder / RULE).glob("*/examples.yaml"))
    text = path.read_text("utf-8")
    assert "saved_mg:" in text
    path.write_text(text.replace("saved_mg:", "saved_mg: '1' #", 1), "utf-8")
    return path


def test_what_a_process_reads_is_what_was_checked(folder):
    whole, read = load_rulebook(folder), load_shipped(folder)
    assert lock_lines(read) == lock_lines(whole)
    for before, after in zip(whole.versions(), read.versions(), strict=True):
        assert before.examples == after.examples
        assert before.examples["examples"]


def test_the_cases_of_what_the_lock_names_are_tried_by_whoever_checks(folder):
    path = spoil(folder)
    load_shipped(folder)
    with refuses(DocumentError):
        load_rulebook(folder)
    with refuses(DocumentError):
        load_file(path.with_name("methodology.yaml"), folder)


def test_the_cases_of_what_no_lock_names_are_tried_when_it_is_read(folder):
    spoil(folder)
    (folder / LOCK_NAME).write_text("", "utf-8")
    with refuses(DocumentError):
        load_shipped(folder)


def test_each_text_of_a_catalogue_is_read_once(monkeypatch):
    read = []

    def noting(text, source, error):
        read.append(source)
        return read_tree(text, source, error)

    monkeypatch.setattr("behaviours.rules.document.read_tree", noting)
    shipped.load_rulebook(METHODOLOGIES_FOLDER)
    assert len(read) == len(set(read)) == len(list(METHODOLOGIES_FOLDER.glob("*/*/*/*.yaml")))
    read.clear()
    load_shipped()
    assert all(source.endswith("methodology.yaml") for source in read)
