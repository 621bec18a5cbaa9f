"""Every colour of the style sheets can be told from what it stands on, by light and in the dark.

WCAG 2.2: text 4.5 to 1 (1.4.3), what is needed to see a control, its state or a picture 3 to 1
(1.4.11). Rules between rows say nothing that the rows do not say, and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import pytest

from tests.contracts.sources import ROOT

SHEETS = tuple(sorted((ROOT / "app/web/templates").glob("*.css")))
TEXT: Final = 4.5
SHAPE: Final = 3.0
# What separates rows and sections: nothing is known by it alone.
SEPARATOR = "--line"
THEMES = ("light", "dark")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
DARK = re.compile(
    r"@media \(prefers-color-scheme: dark\) \{\s*:root:not\(\[data-theme=\"light\"\]\) "
    r"\{([^}]*)\}\s*\}"
)
SWITCHED = re.compile(r":root\[data-theme=\"dark\"\] \{([^}]*)\}")
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b")
NAME = re.compile(r"var\((--[\w-]+)\)")
# What a box of a page lies on, and what is written or drawn anywhere on a page.
SURFACES = ("--paper", "--sunk", "--wrong-bg")
ANYWHERE = ("--ink", "--quiet", "--leaf")


class Declared(NamedTuple):
    """What a rule says of colours."""

    sheet: str
    selector: str
    said: dict[str, str]

    def names(self, *starts: str) -> list[str]:
        return [
            name
            for key, value in self.said.items()
            if key.startswith(starts)
            for name in NAME.findall(value)
        ]


class Pair(NamedTuple):
    """One colour on another, and how far apart they must be."""

    colour: str
    ground: str
    least: float
    where: str


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    digits = colour.removeprefix("#")
    digits = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def declarations(block: str) -> dict[str, str]:
    parts = (each.partition(":") for each in block.split(";") if ":" in each)
    return {key.strip(): value.strip() for key, _, value in parts}


@cache
def themes() -> dict[str, dict[str, str]]:
    """The colours by name: those of the light, and of the dark what differs."""
    sheet = (ROOT / "app/web/templates/look.css").read_text()
    [dark] = DARK.findall(sheet)
    [light] = re.findall(r":root \{([^}]*)\}", DARK.sub("", sheet))
    light, dark = (
        {name: value for name, value in declarations(block).items() if name.startswith("--")}
        for block in (light, dark)
    )
    return {"light": light, "dark": light | dark}


@cache
def rules() -> tuple[Declared, ...]:
    found = []
    for path in SHEETS:
        sheet = DARK.sub("", path.read_text())
        for selector, block in RULE.findall(sheet):
            if ":root" not in selector:
                name = selector.rpartition("{")[2].strip()
                found.append(Declared(path.name, name, declarations(block)))
    return tuple(found)


def pairs() -> Iterator[Pair]:
    """Each colour with all that it may lie on."""
    for rule in rules():
        where = f"{rule.sheet}: {rule.selector}"
        grounds = rule.names("background")
        texts = rule.names("color")
        for ground in grounds:
            # Of a rule that names no colour of its own, whatever is written on a page may be in it.
            for colour in texts or ANYWHERE:
                yield Pair(colour, ground, TEXT, where)
        if not grounds:
            for colour in (*texts, *rule.names("fill") * ("text" in rule.selector)):
                for ground in SURFACES:
                    yield Pair(colour, ground, TEXT, where)
        for colour in rule.names("border", "outline", "stroke", "fill"):
            if colour != SEPARATOR:
                yield Pair(colour, "--paper", SHAPE, where)


@pytest.mark.parametrize("theme", THEMES)
def test_every_colour_can_be_told_from_what_it_stands_on(theme):
    colours = themes()[theme]
    wrong = [
        f"{each.where}: {each.colour} on {each.ground} is {ratio:.2f}, not {each.least}"
        for each in pairs()
        if (ratio := contrast(colours[each.colour], colours[each.ground])) < each.least
    ]
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_every_colour_has_a_name_and_each_name_one_for_the_dark():
    own = [
        (rule.selector, value)
        for rule in rules()
        for value in rule.said.values()
        if HEX.search(value)
    ]
    assert not own, "a colour without a name is the same in the dark"
    light, dark = (themes()[each] for each in THEMES)
    used = {
        name for rule in rules() for value in rule.said.values() for name in NAME.findall(value)
    }
    assert used == light.keys() == dark.keys()
    assert not [name for name in light if light[name] == dark[name]]


def test_who_switches_to_the_dark_gets_the_same_as_who_likes_it():
    sheet = (ROOT / "app/web/templates/look.css").read_text()
    [dark], [switched] = DARK.findall(sheet), SWITCHED.findall(sheet)
    named = {each: value for each, value in declarations(switched).items() if each[:2] == "--"}
    assert named == declarations(dark)


def test_what_the_pages_are_made_of_is_among_the_pairs():
    """The reading of the sheets finds what is known to be there."""
    found = {(each.colour, each.ground, each.least) for each in pairs()}
    for known in (
        *(("--on-leaf", "--leaf", TEXT), ("--leaf", "--paper", TEXT), ("--quiet", "--sunk", TEXT)),
        *(("--bad", "--bad-bg", TEXT), ("--edge", "--paper", SHAPE), ("--ring", "--paper", SHAPE)),
        *(("--wrong", "--paper", SHAPE), ("--ink", "--wrong-bg", TEXT)),
    ):
        assert known in found


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000", "#fff", 21),
        ("#ffffff", "#FFF", 1),
        ("#767676", "#fff", 4.54),
        ("#777", "#fff", 4.48),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


def weight(selector: str) -> tuple[int, int, int]:
    """Specificity of one selector; ``:not`` counts as the heaviest of what is in it."""
    bare, inside = re.subn(r":not\(([^,)]*)[^)]*\)", r"\1", selector)
    assert inside or bare == selector
    ids = len(re.findall(r"#[\w-]+", bare))
    bare = re.sub(r"#[\w-]+", "", bare)
    classes = re.findall(r"\.[\w-]+|\[[^\]]*\]|:[\w-]+", bare)
    elements = re.findall(r"(?:^|[\s>+~])([a-z][\w-]*)", re.sub(r"\[[^\]]*\]", "", bare))
    return ids, len(classes), len(elements)


def test_a_field_that_is_wrong_has_the_border_of_it_whatever_its_kind():
    borders = [
        (weight(each.strip()), at, each.strip(), rule.names("border"))
        for at, rule in enumerate(rules())
        if rule.sheet == "look.css" and rule.names("border")
        for each in re.split(r",(?![^(]*\))", re.sub(r"/\*.*?\*/", "", rule.selector))
    ]
    [wrong] = [each for each in borders if "[aria-invalid]" in each[2]]
    kinds = [each for each in borders if each[2].startswith(("input", "select", "textarea"))]
    assert wrong[3] == ["--wrong"]
    assert {each[3][0] for each in kinds} == {"--edge"}
    assert len(kinds) == 3
    assert all(wrong[:2] > each[:2] for each in kinds), (wrong, kinds)
