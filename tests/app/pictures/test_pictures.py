"""Pictures are drawn to scale from whole numbers, and say in words what they show."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from defusedxml import ElementTree
from hypothesis import given, strategies as st

from app.shown.pictures import stacked as bars, svg
from app.shown.pictures.amounts import KG, TONNE, mass, unit_for
from app.shown.pictures.lanes import NAMES, Lane, lanes, window_around
from app.shown.pictures.ranked import RankedBar, ranked
from app.shown.pictures.sankey import ROOM, FlowWords, Ribbon, placed, sankey
from app.shown.pictures.stacked import BarPart, StackedBar, scale_of, stacked, tick_amounts

COLUMNS = (("a", "b"), ("c", "d"), ("e",))
NODES = {"a": 300, "b": 100, "c": 250, "d": 150, "e": 250}
LINKS = [Ribbon("a", "c", 200), Ribbon("a", "d", 100), Ribbon("b", "c", 50), Ribbon("b", "d", 50),
         Ribbon("c", "e", 250)]  # fmt: skip


def words(gaps: dict[str, str] | None = None) -> FlowWords:
    amounts = {each: f"{each} kg" for each in (*NODES.values(), *(link.amount for link in LINKS))}
    return FlowWords(
        "What it shows <all>", {each: each.upper() for each in NODES}, amounts, gaps or {}
    )


def parsed(drawn: str) -> Any:
    assert "style=" not in drawn
    assert "<script" not in drawn
    # Whole pixels: no number in it has a point.
    assert not re.search(r'="-?\d+\.\d', drawn)
    return ElementTree.fromstring(drawn)


def test_heights_of_a_flow_are_proportional_to_what_flows() -> None:
    at = placed(COLUMNS, NODES, LINKS)
    assert {name: node.high for name, node in at.items()} == {
        name: amount * ROOM // 400 for name, amount in NODES.items()
    }
    drawn = parsed(sankey(COLUMNS, NODES, LINKS, words()))
    assert drawn.get("role") == "img"
    assert drawn.get("aria-label") == "What it shows <all>"
    titles = {each.text for each in drawn.iter("title")}
    assert {"A → C: 200 kg", "C: 250 kg", "E: 250 kg"} <= titles


def test_a_node_that_does_not_come_out_is_drawn_broken_and_says_so() -> None:
    drawn = parsed(sankey(COLUMNS, NODES, LINKS, words({"e": "Gap: 5 kg"})))
    (broken,) = [each for each in drawn.iter("rect") if "broken" in (each.get("class") or "")]
    assert broken[0].text == "E: 250 kg · Gap: 5 kg"
    assert "Gap: 5 kg" in {each.text for each in drawn.iter("text")}


def test_what_goes_out_of_a_node_into_which_nothing_came_is_drawn_too() -> None:
    nodes = {name: amount for name, amount in NODES.items() if name != "c"}
    told = words({"c": "Gap: -250 kg"})
    told = told._replace(amounts={0: "0 kg", **told.amounts})
    drawn = parsed(sankey(COLUMNS, nodes, LINKS, told))
    assert "C: 0 kg · Gap: -250 kg" in {each.text for each in drawn.iter("title")}


def test_bars_start_at_nought_and_what_was_taken_back_is_hatched_below() -> None:
    shown = [
        StackedBar("1", [BarPart(0, 600, "travel 600"), BarPart(1, 300, "food 300")]),
        StackedBar("2", [BarPart(0, 100, "travel 100"), BarPart(0, -200, "taken back 200")]),
    ]
    scale = scale_of(shown)
    assert (scale.step, scale.top, scale.bottom) == (200, 1000, 200)
    assert list(tick_amounts(shown)) == [-200, 0, 200, 400, 600, 800, 1000]
    told = [str(each) for each in tick_amounts(shown)]
    drawn = parsed(stacked(shown, ["travel", "food"], told, "Most on 1."))
    marks = {each[0].text: each for each in drawn.iter("rect") if len(each)}
    zero = scale.y(0)
    travel, food, back = (marks[each] for each in ("travel 600", "food 300", "taken back 200"))
    assert int(travel.get("y", "")) + int(travel.get("height", "")) + 1 == zero
    # One stands on the other, with a pixel between them.
    assert int(food.get("y", "")) + int(food.get("height", "")) + 1 == int(travel.get("y", ""))
    assert int(back.get("y", "")) == zero
    assert len([each for each in drawn.iter("path") if each.get("class") == "stripes"]) == 1


def test_the_longest_bar_is_first_and_takes_all_the_room() -> None:
    drawn = parsed(ranked([RankedBar("A", 5, "5 kg"), RankedBar("B", 10, "10 kg")], "B most."))
    first, second = list(drawn.iter("rect"))
    assert [each[0].text for each in (first, second)] == ["B: 10 kg", "A: 5 kg"]
    assert int(first.get("width", "")) == 2 * int(second.get("width", ""))


def test_a_version_stands_where_its_days_are() -> None:
    today = date(2026, 11, 28)
    window = window_around(today)
    assert (window.first, window.end) == (date(2024, 11, 1), date(2027, 11, 1))
    lane = Lane("2025", "in_force", date(2025, 11, 1), None, "2025: in force")
    past = Lane("2022", "superseded", date(2022, 1, 1), date(2025, 10, 31), "2022: superseded")
    drawn = parsed(lanes([past, lane], today, "Two versions."))
    old, new = list(drawn.iter("rect"))
    assert int(old.get("x", "")) == NAMES
    assert int(new.get("x", "")) == window.x(date(2025, 11, 1))
    assert window.first < date(2025, 11, 1) < window.end


@pytest.mark.parametrize(
    ("mg", "told"),
    [
        (0, "0.00 kg"),
        (1_234_500_000, "1,234.50 kg"),
        (1_005_000, "≈ 1.01 kg"),
        (-5_000, "≈ −0.01 kg"),
    ],
)
def test_masses_are_rounded_half_up_and_marked(mg: int, told: str) -> None:
    assert mass(mg, KG) == told


def test_tonnes_from_ten_of_them() -> None:
    assert unit_for(9_999_999_999) is KG
    assert unit_for(10_000_000_000) is TONNE


@given(st.integers(1, 10**15))
def test_ticks_are_round_and_few_and_reach_the_top(top: int) -> None:
    marks = svg.ticks(top)
    assert marks[0] == 0
    assert marks[-1] >= top
    assert 2 <= len(marks) <= 6
    assert re.fullmatch(r"[125]0*", str(marks[1]))


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=90))
def test_no_bar_leaves_the_picture(amounts: list[int]) -> None:
    shown = [StackedBar(str(at), [BarPart(0, each, str(each))]) for at, each in enumerate(amounts)]
    told = [str(each) for each in tick_amounts(shown)]
    for each in parsed(stacked(shown, ["all"], told, "x")).iter("rect"):
        top, high = int(each.get("y", "")), int(each.get("height", ""))
        if len(each):
            assert top >= bars.TOP
            assert top + high <= bars.HEIGHT - bars.BOTTOM + 1
