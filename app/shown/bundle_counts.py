"""What a bundle holds and leaves out, as it is shown to those who work on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from app.messages.catalogues import LANGUAGES, in_words
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg
from behaviours.said import Said
from rewards.pooling.counting import (
    BEHAVIOUR,
    MONTH,
    OUTCOMES,
    REGION,
    TOO_LATE,
    VERSION,
    CountedDays,
    Forecast,
)
from rewards.pooling.documents import Amounts, NamedAmounts
from rewards.pooling.eligibility import (
    DECLARED_ELSEWHERE,
    IN_A_BUNDLE,
    NEVER_POOLED,
    NOT_ENTRUSTED,
    OF_A_COVERED_EMITTER,
    OTHER_DAYS,
    OTHER_METHODOLOGY,
    OTHER_REGION,
    OTHER_VINTAGE,
    OVER_CAP,
    REVERSED,
    SAVES_NOTHING,
    WEAK_FIGURES,
)

_WORDS: Final = {
    OTHER_METHODOLOGY: Said("excluded:other_methodology"),
    OTHER_REGION: Said("excluded:other_region"),
    OTHER_VINTAGE: Said("excluded:other_vintage"),
    OTHER_DAYS: Said("excluded:other_days"),
    SAVES_NOTHING: Said("excluded:saves_nothing"),
    NEVER_POOLED: Said("excluded:behaviour_only"),
    WEAK_FIGURES: Said("excluded:weak_figures"),
    REVERSED: Said("excluded:reversed"),
    IN_A_BUNDLE: Said("excluded:in_a_bundle"),
    OF_A_COVERED_EMITTER: Said("excluded:of_a_covered_emitter"),
    DECLARED_ELSEWHERE: Said("excluded:declared_elsewhere"),
    NOT_ENTRUSTED: Said("excluded:not_entrusted"),
    OVER_CAP: Said("excluded:over_cap"),
    TOO_LATE: Said("excluded:too_late"),
}


class AmountsAnswer(Schema):
    """How many reductions, and their mass."""

    reductions = plain.Integer()
    reduction_kg = plain.String(metadata={"example": "12345.678900"})
    saved_mg = plain.String(metadata={"description": "The same mass in whole milligrams."})


class NamedAmountsAnswer(AmountsAnswer):
    """Of one behaviour, month, region or version."""

    name = plain.String()


class ExcludedAnswer(AmountsAnswer):
    """Of what is left out, by the first reason for it."""

    reason = plain.String(metadata={"enum": list(OUTCOMES[1:])})
    text = plain.Dict(
        keys=plain.String(),
        values=plain.String(),
        metadata={"description": "zh-CN and en: why, and what would change it."},
    )


class CountedAnswer(Schema):
    """Every reduction that was credited for the bundle's days, in one line only.

    `eligible` and all of `excluded` add up to `whole`.
    """

    bundle_id = plain.String()
    counted_at = Moment()
    complete = plain.Boolean(
        metadata={"description": "Whether all days have been counted; until then it goes on."}
    )
    whole = plain.Nested(AmountsAnswer)
    eligible = plain.Nested(AmountsAnswer)
    excluded = plain.List(plain.Nested(ExcludedAnswer))


class EstimateAnswer(Schema):
    """What would be issued if the verifier deducted nothing."""

    carried_in_mg = plain.String(metadata={"description": "Left over from earlier bundles, today."})
    reserve_per_mille = plain.Integer()
    reserve_mg = plain.String()
    issued_t = plain.String(metadata={"example": "12"})
    carried_out_mg = plain.String()


class PreviewAnswer(CountedAnswer):
    """What a draft would hold; nothing is marked by it."""

    by_behaviour = plain.List(plain.Nested(NamedAmountsAnswer))
    by_month = plain.List(plain.Nested(NamedAmountsAnswer))
    by_region = plain.List(plain.Nested(NamedAmountsAnswer))
    by_version = plain.List(plain.Nested(NamedAmountsAnswer))
    estimate = plain.Nested(EstimateAnswer)


def counted_answer(counted: CountedDays) -> JsonObject:
    """What is in and what is left out, with the reasons in words."""
    return {
        "bundle_id": public("bdl", counted.bundle_id),
        "counted_at": moment(counted.counted_at),
        "complete": counted.complete,
        "whole": _amounts(counted.whole),
        "eligible": _amounts(counted.eligible),
        "excluded": [
            {
                "reason": each.name,
                "text": {one: in_words(_WORDS[each.name], one) for one in LANGUAGES},
                **_amounts(each.amounts),
            }
            for each in counted.excluded
        ],
    }


def preview_answer(forecast: Forecast) -> JsonObject:
    """A preview, with what would be issued."""
    counted, made = forecast.counted, forecast.issue
    return {
        **counted_answer(counted),
        "by_behaviour": _named(counted.of(BEHAVIOUR)),
        "by_month": _named(counted.of(MONTH)),
        "by_region": _named(counted.of(REGION)),
        "by_version": _named(counted.of(VERSION)),
        "estimate": {
            "carried_in_mg": str(forecast.carried_in_mg),
            "reserve_per_mille": forecast.reserve_per_mille,
            "reserve_mg": str(made.reserve_mg),
            "issued_t": str(made.issued_t),
            "carried_out_mg": str(made.carried_out_mg),
        },
    }


def _named(lines: Sequence[NamedAmounts]) -> list[JsonObject]:
    return [{"name": each.name, **_amounts(each.amounts)} for each in lines]


def _amounts(amounts: Amounts) -> JsonObject:
    return {
        "reductions": amounts.reductions,
        "reduction_kg": kg(amounts.saved_mg),
        "saved_mg": str(amounts.saved_mg),
    }
