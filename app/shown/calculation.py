"""A calculation told in plain sentences, in Chinese and in English.

What a rule's document says (meanings, titles of sources) is quoted in the document's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from behaviours.actions.calculation import (
    ConditionShown,
    ExportedCalculation,
    InputShown,
    ParameterShown,
    StepShown,
)
from behaviours.rules.document import document_of

LANGUAGES = ("en", "zh-CN")

_Told: TypeAlias = InputShown | ParameterShown | StepShown | ConditionShown

# A text in quotes, or a name; what is in quotes is left alone.
_WORD = re.compile(r"'[^']*'|[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*")
_SIGNS = {" * ": " × ", " / ": " ÷ ", " - ": " − "}
# Sums and products of names and numbers, which can be written with what the names stand for.
_PLAIN_EQUATION = re.compile(r"[-+*/(). A-Za-z0-9_]+")
_GRADES = {
    "en": {
        "official": "read in the issuer's own text",
        "secondary": "read in a copy that cites the text",
        "press": "read in the press",
        "assumption": "an assumption, printed by nobody for this use",
    },
    "zh-CN": {
        "official": "出自发布机构原文",
        "secondary": "出自引用原文的转载",
        "press": "出自新闻报道",
        "assumption": "为假定值，无公开出处",
    },
}
_POLICIES = {
    "en": {
        "pinned": "the rule names the notice",
        "activity_year": "the rule takes the year of the action",
        "latest_published": "the rule takes the latest that was published by then",
    },
    "zh-CN": {
        "pinned": "方法学指定该公告",
        "activity_year": "方法学取行为当年数值",
        "latest_published": "方法学取记录时最新公布的数值",
    },
}
_SAID = {
    "en": {
        "action": "The action: {title}, done on {day} in {place}.",
        "rule": "It is counted by {methodology}, whose content is {digest}.",
        "text": "The rule follows “{title}”.",
        "input": "Reported: {name} = {amount} ({meaning}).",
        "evidence": "The rule reads {name}: “{value}” ({meaning}).",
        "condition": "A condition was met: {meaning} ({name}).",
        "history": "Of the days before it reads: {days}.",
        "figure": "{name} is {amount} ({meaning}), {grade}: “{source}”.",
        "table": "{name} is a table of {rows} values in {unit} ({meaning}), {grade}: “{source}”.",
        "factor": (
            "{name} is {amount} ({meaning}): the published factor of {area} for {year}, "
            "notice “{notice}”, {grade}; {policy}."
        ),
        "equal": "{name} = {amount} ({meaning}).",
        "step": "{name} = {equation} = {amount} ({meaning}).",
        "worked": "{name} = {equation} = {worked} = {amount} ({meaning}).",
        "rounding": (
            "The exact result is {exact} kg of CO2e; rounded once, down to whole milligrams, it is "
            "{mg} mg, that is {g} g."
        ),
        "negative": "The exact result is {exact} kg of CO2e, less than nothing; {mg} mg are saved.",
        "grade": "The weakest figure behind this result is {grade}.",
        "agrees": "Computed again just now, it is {mg} mg, as the books hold it.",
        "differs": "Computed again just now, it is {mg} mg; the books hold {stored} mg.",
    },
    "zh-CN": {
        "action": "行为：{title}，发生于{day}，地点{place}。",
        "rule": "按方法学 {methodology} 计算，其内容摘要为 {digest}。",
        "text": "该方法学依据《{title}》。",
        "input": "上报数据：{name} = {amount}（{meaning}）。",
        "evidence": "方法学读取凭证 {name}：“{value}”（{meaning}）。",
        "condition": "满足条件：{meaning}（{name}）。",
        "history": "读取此前各日数据：{days}。",
        "figure": "{name} 取 {amount}（{meaning}），{grade}：“{source}”。",
        "table": "{name} 为含 {rows} 个数值的表，单位 {unit}（{meaning}），{grade}：“{source}”。",
        "factor": (
            "{name} 取 {amount}（{meaning}）：{area}{year}年度公布因子，"
            "公告“{notice}”，{grade}；{policy}。"
        ),
        "equal": "{name} = {amount}（{meaning}）。",
        "step": "{name} = {equation} = {amount}（{meaning}）。",
        "worked": "{name} = {equation} = {worked} = {amount}（{meaning}）。",
        "rounding": (
            "精确结果为 {exact} 千克二氧化碳当量；仅在最后一次向下取整到毫克，得 {mg} 毫克，"
            "即 {g} 克。"
        ),
        "negative": "精确结果为 {exact} 千克二氧化碳当量，小于零；减排量记 {mg} 毫克。",
        "grade": "本结果所依据的最弱数据{grade}。",
        "agrees": "现时重新计算得 {mg} 毫克，与账本一致。",
        "differs": "现时重新计算得 {mg} 毫克；账本所记为 {stored} 毫克。",
    },
}


def tell_calculation(calculation: ExportedCalculation, language: str) -> list[str]:
    """The sentences of an exported calculation, in the order of the sum."""
    assert language in LANGUAGES, f"no sentences in {language!r}"
    return list(_sentences(calculation, language))


def _sentences(told: ExportedCalculation, language: str) -> Iterator[str]:
    said, grades, policies = _SAID[language], _GRADES[language], _POLICIES[language]
    document = document_of(told["document"])
    inputs = {one["name"]: one for one in told["inputs"]}
    region, day = inputs.pop("region"), inputs.pop("occurred_on")
    title = document.at("title").at("zh" if language == "zh-CN" else "en").text()
    place = f"{region['meaning']} ({region['value']})"
    yield said["action"].format(title=title, day=day["value"], place=place)
    yield said["rule"].format(**told)
    yield said["text"].format(title=document.at("document").at("title").text())
    for one in inputs.values():
        yield said["input" if "unit" in one else "evidence"].format(**_filled(one))
    for condition in told["conditions"]:
        yield said["condition"].format(**_filled(condition))
    if told["history"]:
        days = "; ".join(f"{one['on']}: {one['value']}" for one in told["history"])
        yield said["history"].format(days=days)
    for parameter in told["parameters"]:
        yield _figure(parameter, said, grades, policies)
    yield from _steps(told, inputs, said)
    yield from _result(told, said, grades)


def _figure(
    one: ParameterShown,
    said: Mapping[str, str],
    grades: Mapping[str, str],
    policies: Mapping[str, str],
) -> str:
    filled = {**_filled(one), "grade": grades[one["provenance"]], "source": one["source"]["title"]}
    if "factor_id" in one:
        filled |= {"year": one["data_year"], "policy": policies[one["policy"]]}
        return said["factor"].format(**filled)
    if "rows" in one:
        return said["table"].format(**{**filled, "rows": len(one["rows"])})
    return said["figure"].format(**filled)


def _steps(
    told: ExportedCalculation, inputs: Mapping[str, InputShown], said: Mapping[str, str]
) -> Iterator[str]:
    known = {
        one["name"]: _amount(one)
        for one in (*inputs.values(), *told["parameters"])
        if "unit" in one and "value" in one
    }
    for one in told["steps"]:
        equation = one["equation"]
        plain = _PLAIN_EQUATION.fullmatch(equation) is not None and all(
            word in known for word in _WORD.findall(equation)
        )
        # With their units, as the equation converts between them.
        worked = _WORD.sub(lambda word: known[word[0]], equation) if plain else equation
        filled = {**_filled(one), "equation": _signs(equation), "worked": _signs(worked)}
        shown = "worked" if worked not in (equation, _amount(one)) else "step"
        yield said["equal" if equation == one["value"] else shown].format(**filled)
        known[one["name"]] = _amount(one)


def _result(
    told: ExportedCalculation, said: Mapping[str, str], grades: Mapping[str, str]
) -> Iterator[str]:
    stored, again = int(told["saved_mg"]), int(told["recomputed_mg"])
    exact = told["rounding"]["exact_kg"]
    grams, rest = divmod(again, 1000)
    g = f"{grams:,}.{rest:03d}".rstrip("0").rstrip(".")
    kind = "negative" if exact.startswith("-") else "rounding"
    yield said[kind].format(exact=exact, mg=f"{again:,}", g=g)
    yield said["grade"].format(grade=grades[told["provenance"]])
    agrees = "agrees" if stored == again else "differs"
    yield said[agrees].format(mg=f"{again:,}", stored=f"{stored:,}")


def _filled(one: _Told) -> dict[str, object]:
    """Ready for a sentence, which brings its own full stop."""
    return {**one, "meaning": one["meaning"].rstrip(".。"), "amount": _amount(one)}


def _amount(one: Mapping[str, object]) -> str:
    """A value with its unit, if it has one."""
    value, unit = str(one.get("value", "")), one.get("unit", "1")
    return value if unit == "1" else f"{value} {unit}"


def _signs(equation: str) -> str:
    for plain, shown in _SIGNS.items():
        equation = equation.replace(plain, shown)
    return " ".join(equation.split())
