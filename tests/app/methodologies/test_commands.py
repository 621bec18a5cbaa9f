"""The life of a rule as it is typed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.commands.main import tanpuhui
from app.usecases.organisations.create_user import NewUser, create_user
from app.wiring import Wiring
from behaviours.actions.shipped import METHODOLOGIES_FOLDER, load_file
from behaviours.civil_time import civil_day
from tests.builders.actions import a_ride
from tests.builders.civil import CHINA
from tests.builders.commands import environment
from tests.builders.market import a_person, recorded
from tests.builders.methodologies import FILING, Rule
from tests.builders.people import an_organisation

PASSWORD = "three old bicycles"
Typing = Callable[..., Result]


@pytest.fixture
def typed(own: Wiring) -> Typing:
    """Types ``tanpuhui methodology …``, as ``who`` if somebody is named."""
    users = [
        NewUser(username=name, password=PASSWORD, role=name.rstrip("2"))
        for name in ("operator", "operator2", "authority", "authority2")
    ]
    own.database.transact(create_user, users, now=own.clock.now())

    def typing(*words: str, who: str | None = None, password: str = PASSWORD) -> Result:
        environ = {**environment(own), "TANPUHUI_PASSWORD": password}
        acting = ("--as", who) if who else ()
        return CliRunner().invoke(tanpuhui, ["methodology", *words, *acting], env=environ)

    return typing


@pytest.fixture
def rule(own: Wiring, tmp_path: Path) -> Rule:
    """A rule in a folder."""
    # Tomorrow: a shipped rule of this behaviour may begin today.
    tomorrow = civil_day(own.clock.now(), CHINA) + timedelta(days=1)
    made = Rule(tomorrow, 50_000, behaviour="metro_ride")
    write(made, tmp_path)
    return made


def write(rule: Rule, folder: Path) -> None:
    for name, text in rule.body().items():
        file = {"document": "methodology", "examples": "examples"}[name]
        (folder / f"{file}.yaml").write_text(text, encoding="utf-8")


def test_a_rule_is_drafted_filed_reviewed_and_published(
    typed: Typing, rule: Rule, own: Wiring, tmp_path: Path
) -> None:
    form = tmp_path / "form.json"
    form.write_text(json.dumps(FILING), encoding="utf-8")
    steps = [
        (("draft", str(tmp_path)), "operator", "is draft, revision 1"),
        (("draft", str(tmp_path)), "operator", "is draft, revision 2"),
        (("file", rule.label, str(form)), "operator", "is filed"),
        (
            ("review", rule.label, "--opinion", "approve", "--reasons", "Read.", "--employer", "x",
             "--no-interest"), "authority", "is reviewed",
        ),
        (("reopen", rule.label, "--reason", "A slip."), "operator", "is draft, revision 3"),
        (("file", rule.label, str(form)), "operator", "is filed"),
        (
            ("review", rule.label, "--opinion", "approve", "--reasons", "Read.", "--employer", "x",
             "--no-interest"), "authority", "is reviewed",
        ),
        (("publish", rule.label), "operator", "takes the signature of an authority"),
        # Not by who reviewed it.
        (("publish", rule.label), "authority2", "is published"),
    ]  # fmt: skip
    for words, who, said in steps:
        answer = typed(*words, who=who)
        assert answer.exit_code == 0, (words, answer.output)
        assert said in answer.output
    told = typed("status", rule.label)
    assert told.stdout.startswith(f"{rule.label} is published")
    taken = [line.split()[3] for line in told.stdout.splitlines()[1:]]
    assert taken[:5] == ["draft", "revise", "file", "review", "reopen"]
    assert taken[5:] == ["file", "review", "sign", "publish"]
    day = (civil_day(own.clock.now(), CHINA) + timedelta(days=3)).isoformat()
    for who, said in (("operator", "authority for the same day"), ("authority", "is withdrawn")):
        answer = typed("withdraw", rule.label, "--from", day, "--reason", "Repealed.", who=who)
        assert said in answer.output, answer.output


def test_who_acts_is_asked_for(typed: Typing, rule: Rule, tmp_path: Path) -> None:
    wrong = typed("draft", str(tmp_path), who="operator", password="guess")
    assert (wrong.exit_code, "INVALID_GRANT" in wrong.output) == (3, True), wrong.output
    other = typed("draft", str(tmp_path), who="authority")
    assert (other.exit_code, "authority is not an operator" in other.output) == (1, True)
    assert typed("draft", str(tmp_path)).exit_code == 2
    unsaid = typed(
        "review", rule.label, "--opinion", "approve", "--reasons", "a", "--employer", "b",
        who="authority",
    )  # fmt: skip
    assert "--no-interest" in unsaid.output
    assert typed("publish", "nonsense", who="operator").exit_code == 2
    missing = typed("status", "no.such@1")
    assert (missing.exit_code, "UNKNOWN_METHODOLOGY" in missing.output) == (3, True)


def test_a_slip_in_the_document_is_told_with_its_place(
    typed: Typing, rule: Rule, tmp_path: Path
) -> None:
    write(replace(rule, equation="trips + EF_trip"), tmp_path)
    answer = typed("draft", str(tmp_path), who="operator")
    assert answer.exit_code == 3
    assert "methodology.yaml:" in answer.output
    assert "equations[0].is" in answer.output
    (tmp_path / "methodology.yaml").write_text("[" * 100_000, encoding="utf-8")
    for words, who in (
        (("draft", str(tmp_path)), "operator"),
        (("shadow", str(tmp_path), "--from", "2026-03-01", "--to", "2026-03-02"), None),
    ):
        deep = typed(*words, who=who)
        assert (deep.exit_code, "nested too deeply" in deep.output) == (3, True), deep.output


def test_a_folder_is_run_in_shadow_before_it_is_even_a_draft(
    typed: Typing, rule: Rule, own: Wiring, tmp_path: Path
) -> None:
    provider = an_organisation(own, "provider")
    person = a_person(own, provider)
    at = datetime(2026, 3, 2, tzinfo=UTC)
    recorded(own, [a_ride(person, provider, occurred_at=at + timedelta(hours=n)) for n in range(5)])
    picture = tmp_path / "shadow.svg"
    words = ("shadow", str(tmp_path), "--from", "2026-03-01", "--to", "2026-03-31")
    answer = typed(*words, "--picture", str(picture))
    assert answer.exit_code == 0, answer.output
    assert "5 actions of 1 people, 230 g → 250 g (+20 g)" in answer.output
    assert picture.read_text("utf-8").startswith("<svg")
    whole = typed(*words, "--json")
    assert json.loads(whole.stdout)["totals"]["change_mg"] == "20000"
    shipped = typed(*("shadow", "bj.low_carbon_travel@2024", *words[2:]))
    assert "230 g → 230 g (0)" in shipped.output
    assert typed(*words[:5], "2026-02-01").exit_code == 3
    assert typed("shadow", "nothing", *words[2:]).exit_code == 2


def test_who_is_there_for_one_city_takes_no_step(
    typed: Typing, rule: Rule, own: Wiring, tmp_path: Path
) -> None:
    assert rule.label
    with own.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into staff_area (user_id, region, set_at)"
            " select user_id, 'CN-330100', now() from app_user where username = 'operator2'"
        )
    refused = typed("draft", str(tmp_path), who="operator2")
    assert refused.exit_code == 4, refused.output
    assert "CN-330100" in refused.output


def test_every_rule_below_a_folder_is_drafted_and_what_would_be_refused_is_told(
    typed: Typing, rule: Rule, own: Wiring, tmp_path: Path
) -> None:
    past = Rule(rule.starts_on - timedelta(days=9))
    for name, each in (("a", past), ("b/c", Rule(rule.starts_on))):
        (tmp_path / name).mkdir(parents=True)
        write(each, tmp_path / name)
    answer = typed("draft", str(tmp_path), who="operator")
    assert answer.exit_code == 0, answer.output
    drafted = [line for line in answer.output.splitlines() if "is draft, revision 1" in line]
    assert len(drafted) == 3
    told = [line for line in answer.output.splitlines() if line.startswith("  Before")]
    assert len(told) == 1, answer.output
    assert past.label in told[0]
    # One that cannot be used stops them all.
    write(replace(Rule(rule.starts_on), equation="trips + EF_trip"), tmp_path / "a")
    other = Rule(rule.starts_on)
    write(other, tmp_path / "b/c")
    refused = typed("draft", str(tmp_path), who="operator")
    assert (refused.exit_code, "a/methodology.yaml:" in refused.output) == (3, True)
    assert typed("status", other.label).exit_code == 3


def test_a_change_to_a_rule_is_drafted_whole(typed: Typing, own: Wiring, tmp_path: Path) -> None:
    """And what is published beside it with the same content is left out."""
    shutil.copytree(METHODOLOGIES_FOLDER / "bj/metro_ride", tmp_path / "metro_ride")
    texts = {
        "methodology.yaml": 'amends: "2024"\nversion: "9"\nin_force: {from: 2099-01-01}\n',
        "examples.yaml": (
            "examples:\n  - {title: One, origin: computed, region: CN-44, occurred_on: 2099-01-01,"
            ' quantities: {trips: "1"}, evidence: {ride_id: x}, saved_mg: "46000"}\n'
        ),
    }
    (tmp_path / "metro_ride/9").mkdir()
    for name, text in texts.items():
        (tmp_path / "metro_ride/9" / name).write_text(text, "utf-8")
    answer = typed("draft", str(tmp_path), who="operator")
    assert answer.exit_code == 0, answer.output
    (line,) = answer.output.splitlines()
    assert line.startswith("bj.low_carbon_travel@9 is draft, revision 1")
    assert load_file(tmp_path / "metro_ride/9/methodology.yaml", tmp_path).digest in line
    words = ("--set", "trips=2", "--region", "CN-44", "--json")
    shown = json.loads(typed("calc", "bj.low_carbon_travel/9", *words).stdout)
    assert (shown["saved_mg"], shown["methodology"]) == (92_000, "bj.low_carbon_travel@9")
    (tmp_path / "metro_ride/9" / "methodology.yaml").unlink()
    nothing = typed("draft", str(tmp_path), who="operator")
    assert "is published with this content" in nothing.output


def test_awaited_figures_are_supplied_from_the_command_line(typed: Typing, tmp_path: Path) -> None:
    figure = ("fill", "acef.stop_driving/draft-2", "--figure", "EF_instead=1.5")
    told = ("--unit", "kgCO2/day", "--source", "stop", "--grade", "assumption")
    half = typed(*figure, *told, who="operator")
    assert half.exit_code == 0, half.output
    assert "acef.stop_driving@draft-3 is draft, revision 1" in half.output
    assert "It awaits more figures." in half.output
    file = tmp_path / "figures.yaml"
    file.write_text(
        "figures:\n  EF_day:\n    unit: kgCO2/day\n    grade: secondary\n"
        "    source: {title: A text of this test, url: '', read: Its table.}\n    rows:\n"
        + "".join(
            f"      - {{key: [{car}], value: '{value}'}}\n"
            for car, value in (("fuel", "6.5"), ("hybrid", "4"), ("battery_electric", "2.5"))
        ),
        "utf-8",
    )
    whole = typed("fill", "acef.stop_driving@draft-3", str(file), "--name", "x", who="operator")
    assert whole.exit_code == 0, whole.output
    assert "acef.stop_driving@x is draft" in whole.output
    assert "It rests on: assumption" in whole.output
    words = ("--set", "days=1", "--evidence", "car=fuel", "--region", "CN-44")
    shown = typed("calc", "acef.stop_driving/x", *words)
    assert "Result: 5000000 mg CO2e" in shown.output, shown.output
    for words, said in (
        ((*figure, *told[:2], *told[4:]), "FIGURE_WITHOUT_SOURCE"),
        ((*figure[:3], "EF_week=1", *told), "FIGURE_NOT_AWAITED"),
        ((*figure, "--unit", "kgCO2/km", *told[2:]), "FIGURE_UNIT_DIFFERS"),
        ((*figure, "--unit", "furlong", *told[2:]), "furlong is no unit"),
        (figure[:2], "Name a file of figures"),
    ):
        refused = typed(*words, who="operator")
        assert refused.exit_code in (2, 3)
        assert said in refused.output, refused.output
