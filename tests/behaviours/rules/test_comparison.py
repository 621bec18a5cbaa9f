"""Two versions side by side: what differs, and nothing else."""

from __future__ import annotations

from behaviours.rules.comparison import compared
from tests.behaviours.builders import a_document, a_version


def test_fields_figures_and_equations_are_compared_each_by_itself():
    first = a_version(a_document())
    later = a_document(
        "mass * EF + more",
        parameters={"EF": ("3", "kgCO2e/kg"), "more": ("0", "kgCO2e")},
        quantities={"mass": "t"},
    )
    later = later.replace('version: "1"', 'version: "2"').replace("scope: Trials.", "scope: More.")
    second = a_version(later, saved_mg="3000000000")
    found = compared(first, second)
    assert [each.name for each in found.figures] == ["EF", "more"]
    assert found.figures[1].before is None
    assert [each.name for each in found.equations] == ["ER"]
    assert found.equations[0].after.text == "mass * EF + more"
    assert [each.name for each in found.fields] == ["scope", "quantities.mass"]
    assert (found.fields[0].before, found.fields[0].after) == ("Trials.", "More.")
    assert "unit: t" in found.fields[1].after
    assert found.same == 0


def test_backwards_it_says_the_same_the_other_way_round():
    first = a_version(a_document())
    second = a_version(
        a_document(parameters={"EF": ("3", "kgCO2e/kg")}, evidence="  more: {meaning: m}"),
        saved_mg="3000000",
        evidence=", more: x",
    )
    there, back = compared(first, second), compared(second, first)
    assert [(e.name, e.before, e.after) for e in there.fields] == [
        (e.name, e.after, e.before) for e in back.fields
    ]
    assert there.fields[0].name == "evidence.more"
    assert there.fields[0].before is None
    assert there.same == back.same == 1


def test_a_version_does_not_differ_from_itself():
    version = a_version(a_document())
    assert compared(version, version) == ([], [], [], 2)
