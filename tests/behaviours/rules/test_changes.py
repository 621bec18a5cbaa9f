"""The list of changes says what the rules say, and names what differs."""

from __future__ import annotations

from behaviours.actions.shipped import METHODOLOGIES_FOLDER, load_rulebook
from behaviours.rules.changes import change_lines
from behaviours.rules.factors import shipped_factors
from behaviours.rules.rulebook import Rulebook
from tests.behaviours.builders import a_document, a_version


def test_the_file_holds_a_line_of_every_shipped_version():
    text = (METHODOLOGIES_FOLDER / "CHANGES.md").read_text("utf-8")
    assert text.endswith("\n".join(change_lines(load_rulebook())) + "\n"), "write CHANGES.md anew"
    for version in load_rulebook().versions():
        assert f"* **{version.label}**" in text


def test_a_later_version_names_what_it_replaces_and_what_differs():
    first = a_version(a_document())
    later = a_document(parameters={"EF": ("3", "kgCO2e/kg")})
    later = later.replace('version: "1"', 'version: "2"').replace("from: 2024", "from: 2025")
    second = a_version(later, saved_mg="3000000")
    lines = change_lines(Rulebook([first, second], shipped_factors()))
    assert [line for line in lines if line.startswith("*")] == [
        (
            "* **test.rule@2** (test_action): actions from 2025-01-01, all provinces, in place of "
            "test.rule@1; changed: EF. By A trial."
        ),
        (
            "* **test.rule@1** (test_action): first rule, actions from 2024-01-01, all provinces. "
            "By A trial."
        ),
    ]


def test_a_figure_that_is_only_better_graded_is_named_as_that():
    first = a_version(a_document().replace("grade: official", "grade: press", 1))
    later = a_document().replace('version: "1"', 'version: "2"').replace("from: 2024", "from: 2025")
    lines = change_lines(Rulebook([first, a_version(later)], shipped_factors()))
    assert "in place of test.rule@1; changed: the grade of EF. By A trial." in "\n".join(lines)


def test_a_new_first_day_alone_changes_no_figure():
    first = a_version(a_document())
    later = a_document().replace('version: "1"', 'version: "2"').replace("from: 2024", "from: 2025")
    lines = change_lines(Rulebook([first, a_version(later)], shipped_factors()))
    assert "in place of test.rule@1; changed: no figure. By A trial." in "\n".join(lines)
