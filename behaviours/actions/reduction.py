"""Reduction: what an action saved, with everything that a stranger needs to get the same number."""

from __future__ import annotations

from typing import NamedTuple

from behaviours.actions.calculation import RecordedInputs, ReductionRecord


class Reduction(NamedTuple):
    """Whole milligrams of CO2e, rounded down once, and the rule and inputs they come from.

    ``methodology`` and ``version`` name the document, ``digest`` its content. ``provenance`` is the
    worst grade that the result depends on: official, secondary, press or assumption. ``inputs``
    (quantities, evidence the rule reads, region, occurred_on, history) and ``factors`` (parameter
    name to factor id) are plain JSON.
    """

    saved_mg: int
    methodology: str
    version: str
    digest: str
    provenance: str
    action_class: str
    vintage: int
    inputs: RecordedInputs
    factors: dict[str, str]

    @property
    def label(self) -> str:
        """``code@version``, as the app is answered."""
        return f"{self.methodology}@{self.version}"

    def record(self) -> ReductionRecord:
        """What is stored: plain JSON from which ``recompute`` gets the same milligrams."""
        return {
            "saved_mg": self.saved_mg,
            "methodology": self.methodology,
            "version": self.version,
            "digest": self.digest,
            "provenance": self.provenance,
            "action_class": self.action_class,
            "vintage": self.vintage,
            "inputs": self.inputs,
            "factors": self.factors,
        }
