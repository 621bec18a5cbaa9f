"""Every message stands in every language, says the same in each, and knows the facts it names."""

from __future__ import annotations

import ast
import io
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from app.http.errors import HTTP_CODES, STATUS
from app.messages.catalogues import LANGUAGES, messages
from app.messages.extraction import called, faults, keys_among, template_keys
from app.usecases.pooling.seat_another import VACANT
from app.web.console.desk import SIDE_NAMES
from app.web.look import SIZES, THEMES
from behaviours.actions.stored_action import REDUCTION_STATES
from behaviours.actions.waiting import (
    OUTCOMES as HOLD_OUTCOMES,
    PLATFORM,
    REFUSAL_REASONS as HOLD_REFUSALS,
    STATES as ACTION_STATES,
)
from behaviours.admission import STATES as APPLICATION_STATES
from behaviours.complaint_months import AXES
from behaviours.complaints import (
    AUTHORITY,
    COMPLAINANT,
    KINDS as COMPLAINT_KINDS,
    MERCHANT,
    OPERATOR,
    OUTCOMES as COMPLAINT_OUTCOMES,
    PARTICIPANT,
    PROVIDER,
    REFUSAL_REASONS,
    SAYINGS,
    STATES,
)
from behaviours.data_protection import BASES, GUARDS, PROCESSED_FOR
from behaviours.one_time_links import PURPOSES
from behaviours.organisation_papers import LACKING
from behaviours.organisations import ROLE_OF_KIND
from behaviours.paper_kinds import DOCUMENT_KINDS
from behaviours.project_terms import CALENDAR, WORKING
from behaviours.projects.design_change import KINDS as DESIGN_CHANGE_KINDS
from behaviours.projects.project import STATES as PROJECT_STATES
from behaviours.refusal import Refusal
from behaviours.region_register import named_regions
from behaviours.retention import FOR_EVER, KINDS as RETAINED, UNITS
from behaviours.rules.factors import GRADES, POLICIES, shipped_factors
from behaviours.rules.in_force import STANDINGS
from behaviours.rules.limit_rule import ABOVE as ABOVE_A_LIMIT, ACTIONS, PERIODS, RESULT
from behaviours.rules.trusted import CONFIRMATIONS, INSTALLATION_KINDS, OUTCOMES
from behaviours.users import PROGRAMME_ROLES
from behaviours.vocabulary import ACTION_CLASSES, CATEGORIES
from rewards.ledger.anchor import BOOKS
from rewards.ledger.points import OF_PEOPLE
from rewards.pooling.bundle import (
    ACCEPT,
    APPROVE,
    CANCEL,
    DECLINE,
    REJECT,
    SEAT,
    SUBMIT,
    UNSEAT,
    VERIFY,
)
from rewards.pooling.verifiers import REASONS, SEAT_ENDS, WAYS
from rewards.redemption.redemption import STATES as REDEMPTION_STATES
from rewards.registry.flow import NODES
from rewards.registry.searching import FOUND_KINDS
from tests.contracts.refusals import every_refusal
from tests.contracts.sources import ROOT, expect_none, nodes, place, python_files

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# On a page, in a terminal or in a file these words say nothing: below the routes nobody knows them.
ROUTES_ONLY = re.compile(r"/v1/|\bHTTP\b|\b[Hh]eader\b|\bETag\b|\b(GET|POST|PUT|PATCH|DELETE) ")
# What is a sentence beside the refusals.
SENTENCES = ("calculation", "field", "http", "mend", "remedy")
ABOVE = ("app.http.", "app.auth", "app.tokens", "app.api.", "app.web.")
TEMPLATES = ROOT / "app/web/templates"
# What stands behind the head of a family of keys.
FAMILIES = {
    "account:link.": PURPOSES,
    "account:role.": (*PROGRAMME_ROLES, *sorted(set(ROLE_OF_KIND.values()))),
    "anchors:book.": tuple(BOOKS),
    "anchors:unit.": tuple(BOOKS),
    "catalogue:state.": STANDINGS,
    "catalogue:class.": ACTION_CLASSES,
    "catalogue:grade.": GRADES,
    "catalogue:category.": tuple(CATEGORIES.values()),
    "catalogue:policy.": POLICIES,
    "catalogue:series.": {each.series for each in shipped_factors().factors.values()},
    "catalogue:signed_by.": PROGRAMME_ROLES,
    "catalogue:confirmation.": CONFIRMATIONS,
    "catalogue:otherwise.": OUTCOMES,
    "catalogue:limit_of.": (ACTIONS, RESULT),
    "catalogue:limit_per.": PERIODS,
    "catalogue:limit_above.": ABOVE_A_LIMIT,
    "catalogue:installation.": INSTALLATION_KINDS,
    "applying:kind.": DOCUMENT_KINDS,
    "applying:lack.": LACKING,
    "applying:next.": APPLICATION_STATES,
    "applying:state.": APPLICATION_STATES,
    "desk:kind.": COMPLAINT_KINDS,
    "desk:state.": STATES,
    "desk:step.": SAYINGS,
    "desk:by.": (PARTICIPANT, COMPLAINANT, PROVIDER, MERCHANT, OPERATOR, AUTHORITY, PLATFORM.role),
    "desk:outcome.": COMPLAINT_OUTCOMES,
    "desk:axis.": tuple(AXES),
    **{f"desk:{axis}.": cells for axis, cells in AXES.items()},
    "regions:province.": tuple(each for each in named_regions() if len(each) == 5),
    "verifications:step.": (
        *(APPROVE, SUBMIT, SEAT, DECLINE, UNSEAT, VACANT, ACCEPT, VERIFY, REJECT, CANCEL),
    ),
    "verifications:why.": SEAT_ENDS,
    "privacy:guard.": GUARDS,
    "console:nav.": SIDE_NAMES,
    "console:waits.": ("holds", "proposals", "bundles"),
    "console:action_state.": ACTION_STATES,
    "console:outcome.": HOLD_OUTCOMES,
    "console:refusal.": HOLD_REFUSALS,
    "look:theme.": THEMES,
    "look:size.": SIZES,
    "register:project_state.": PROJECT_STATES,
    "register:design_change_kind.": DESIGN_CHANGE_KINDS,
    "register:notice_days.": (WORKING, CALENDAR),
    "register:found.": FOUND_KINDS,
    "verifications:how.": WAYS,
    "verifications:reason.": REASONS,
    "wallet:state.": ACTION_STATES,
    "wallet:reduction.": REDUCTION_STATES,
    "wallet:entry.": OF_PEOPLE,
    "wallet:redemption.": REDEMPTION_STATES,
}


def keys_of(refusal: type[Refusal]) -> list[str]:
    own = vars(refusal)
    if "code" not in own and "cases" not in own:
        return []
    cases = [f"{refusal.code}.{case}" for case in own.get("cases", ())]
    return [f"title:{refusal.code}", *(cases or [refusal.code] * ("code" in own))]


@cache
def wanted() -> dict[str, str]:
    """Every key that the source asks for, and where."""
    found = {}
    for path in python_files("app", "behaviours", "rewards"):
        for line, _, key, _ in keys_among(nodes(path)):
            found[key] = place(path, line)
    for path in (each for each in TEMPLATES.rglob("*") if each.suffix in (".html", ".svg")):
        for line, _, key, _ in template_keys(io.BytesIO(path.read_bytes()), {}, ()):
            for name in FAMILIES[key] if key.endswith(".") else ("",):
                found[key + name] = place(path, line)
    for family, names, where in (
        ("grade", GRADES, "app/shown/calculation.py"),
        ("picked", POLICIES, "app/shown/calculation.py"),
        ("limit", PERIODS, "app/shown/calculation.py"),
        ("complaint_notice", STATES, "app/shown/complaints.py"),
        ("complaint_reason", REFUSAL_REASONS, "app/shown/complaints.py"),
        ("retention_kind", (*RETAINED, *FOR_EVER), "app/shown/retention.py"),
        ("flow_node", tuple(each for column in NODES for each in column), "app/shown/flow.py"),
        ("lane_state", STANDINGS, "app/web/catalogue/lanes.py"),
        ("purpose", PROCESSED_FOR, "app/shown/data_protection.py"),
        ("purpose_data", PROCESSED_FOR, "app/shown/data_protection.py"),
        ("lawful_basis", BASES, "app/shown/data_protection.py"),
        ("retention_because", FOR_EVER, "app/shown/retention.py"),
        ("retention_after", {each.after for each in RETAINED.values()}, "app/shown/retention.py"),
        ("retention_period", {*UNITS, *(each[:-1] for each in UNITS)}, "app/shown/retention.py"),
    ):
        found |= {f"{family}:{name}": where for name in names}
    for code, _ in HTTP_CODES.values():
        found[f"title:{code}"] = "app/http/errors.py"
    for status in {*STATUS.values(), *HTTP_CODES}:
        found[f"remedy:{status}"] = "app/http/errors.py"
    return found


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def is_sentence(key: str) -> bool:
    return key.partition(":")[0] in SENTENCES or ":" not in key


def test_the_extraction_finds_every_refusal() -> None:
    found = {key for refusal in every_refusal() for key in keys_of(refusal)}
    expect_none("Keys of classes that the extraction does not see", sorted(found - wanted().keys()))


def test_every_key_stands_in_every_language() -> None:
    missing = [
        f"{language}: {key} ({where})"
        for language in LANGUAGES
        for key, where in sorted(wanted().items())
        if key not in messages(language)
    ]
    expect_none("Keys without a message", missing)


def test_no_message_is_there_for_nothing() -> None:
    codes = {refusal.code for refusal in every_refusal()}
    unknown = []
    for language in LANGUAGES:
        facts = {name for each in messages(language).values() for name in placeholders(each)}
        for key in messages(language).keys() - wanted().keys():
            head, _, tail = key.partition(":")
            if head not in facts and not (head == "remedy" and tail in codes):
                unknown.append(f"{language}: {key}")
    expect_none("Messages that nothing asks for", sorted(unknown))


def test_every_language_says_the_same() -> None:
    first, *others = LANGUAGES
    different = [
        f"{key}: {sorted(placeholders(messages(first)[key]))} in {first},"
        f" {sorted(placeholders(messages(other)[key]))} in {other}"
        for other in others
        for key in messages(first).keys() & messages(other).keys()
        if placeholders(messages(first)[key]) != placeholders(messages(other)[key])
    ]
    alone = [
        f"{key} stands in one language only"
        for other in others
        for key in messages(first).keys() ^ messages(other).keys()
    ]
    expect_none("Messages that differ between the languages", sorted(different + alone))


def test_chinese_is_chinese_and_english_is_english() -> None:
    found = []
    for language in LANGUAGES:
        for key, message in messages(language).items():
            letters = re.sub(r"\{\w+(!r)?\}|\W", "", message)
            if language == "en" and CHINESE.search(message):
                found.append(f"en: {key}: {message}")
            if language == "zh-CN" and letters and is_sentence(key) and not CHINESE.search(message):
                found.append(f"zh-CN: {key}: {message}")
    expect_none("Messages in the wrong language", found)


def test_chinese_has_its_own_commas() -> None:
    half_width = re.compile(r"[\u4e00-\u9fff][,;:]|[,;:][\u4e00-\u9fff]")
    found = [
        f"{key}: {message}"
        for key, message in messages("zh-CN").items()
        # What is to be typed as it stands is quoted, or is a function's.
        if half_width.search(re.sub(r"“名称: 值”|\b(if|round)\([^)]*\)", "", message))
    ]
    expect_none("Chinese with half-width punctuation", found)


def test_sentences_end_like_sentences() -> None:
    found = [
        f"{language}: {key}: {message}"
        for language in LANGUAGES
        for key, message in messages(language).items()
        if is_sentence(key) and not re.search(r"([.。?？!！]|\})[)）\"”」`]*$", message)
    ]
    expect_none("Sentences without an end", found)


def test_below_the_routes_no_sentence_speaks_of_http() -> None:
    floors: dict[str, set[str]] = {}
    for refusal in every_refusal():
        for key in keys_of(refusal):
            floors.setdefault(key, set()).add(refusal.__module__)
    found = [
        f"{language}: {key}: {messages(language)[key]}"
        for key, modules in floors.items()
        if not all(module.startswith(ABOVE) for module in modules)
        for language in LANGUAGES
        if ROUTES_ONLY.search(messages(language).get(key, ""))
    ]
    expect_none("Sentences that a page could not show", found)


def test_sentences_stand_in_the_catalogues_and_not_where_they_are_raised() -> None:
    found = [
        f"{place(path, call.lineno)} {name}"
        for path, name, call in refusing_calls()
        if call.args and is_literal(call.args[0])
    ]
    expect_none("Refusals raised with a sentence", found)


def test_every_raised_refusal_gives_the_facts_that_its_sentence_names() -> None:
    found = [complaint for path in python_files("app", "behaviours", "rewards")
             for complaint in without_facts(path)]  # fmt: skip
    expect_none("Raise sites without a fact, or with a case that is none", found)


def without_facts(path: Path) -> Iterator[str]:
    for node in nodes(path):
        where = f"{place(path, getattr(node, 'lineno', 0))}"
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
            yield from (f"{where} {each}" for each in lacking(node.exc.id, "", set()))
        elif isinstance(node, ast.Call):
            given = {each.arg for each in node.keywords}
            if None in given:
                continue  # What stands behind ** is known at run time.
            name = name_of(node)
            for key in faults(node):
                named = placeholders(messages("en").get(key, ""))
                yield from (f"{where} {key} needs {fact}" for fact in sorted(named - given))
            case = node.args[0] if node.args else ast.Constant("")
            if is_literal(case):
                continue
            if name in classes() and isinstance(case, ast.Constant):
                yield from (f"{where} {each}" for each in lacking(name, case.value, given))
            elif (key := called(node)) and "said" not in key and name not in ("Said", "text"):
                named = placeholders(messages("en").get(key, ""))
                yield from (f"{where} {key} needs {fact}" for fact in sorted(named - given))


def lacking(name: str, case: str, given: set[str | None]) -> Iterator[str]:
    refusal = classes().get(name)
    if refusal is None or "__init__" in vars(refusal):
        return
    if case not in (refusal.cases or ("",)):
        yield f"{name} has no case {case!r}"
    key = f"{refusal.code}.{case}" if case else refusal.code
    for fact in sorted(placeholders(messages("en").get(key, "")) - given):
        yield f"{key} needs {fact}"


@cache
def classes() -> dict[str, type[Refusal]]:
    return {refusal.__name__: refusal for refusal in every_refusal()}


def refusing_calls() -> Iterator[tuple[Path, str, ast.Call]]:
    for path in python_files("app", "behaviours", "rewards"):
        for node in nodes(path):
            if isinstance(node, ast.Call) and name_of(node) in classes():
                yield path, name_of(node), node


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def is_literal(case: ast.expr) -> bool:
    """Whether what stands in the place of a case is a sentence."""
    parts = [each.value for each in ast.walk(case) if isinstance(each, ast.Constant)]
    return any(isinstance(each, str) and " " in each for each in parts)
