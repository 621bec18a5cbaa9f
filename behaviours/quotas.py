"""Quotas: how much of a provider is credited on one civil day without a look, by count and by mass.

What goes over is held, never refused or lost. The day is that on which actions are reported, so
that old days sent all at once count as the flood they are. A reversal does not give a place back:
who reports, takes back and reports anew has reported twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from behaviours.document import Part

ALARM_AT_PER_MILLE = 800
MOST_ACTIONS = 10**9
MOST_KG = 10**9
MG_PER_KG = 10**6

_PROVIDER = re.compile(r"org_[0-9a-f]{32}")


class Reported(NamedTuple):
    """What a provider reported on a day: how many actions, and what they saved."""

    actions: int = 0
    saved_mg: int = 0

    def plus(self, saved_mg: int) -> Reported:
        """With one more action."""
        return Reported(self.actions + 1, self.saved_mg + saved_mg)


class Quota(NamedTuple):
    """A provider's day; None is without limit."""

    actions: int | None = None
    saved_mg: int | None = None

    def actions_full(self, reported: Reported) -> bool:
        """Whether there is no room for one more action."""
        return self.actions is not None and reported.actions >= self.actions

    def mass_full(self, reported: Reported, saved_mg: int) -> bool:
        """Whether there is no room for so much more."""
        return self.saved_mg is not None and reported.saved_mg + saved_mg > self.saved_mg

    def has_room_for(self, actions: int, reported: Reported) -> bool:
        """Whether so many more find room, whatever they save: never sure where mass is limited."""
        if self.saved_mg is not None:
            return False
        return self.actions is None or self.actions - reported.actions > actions

    @property
    def kg(self) -> int | None:
        return None if self.saved_mg is None else self.saved_mg // MG_PER_KG


@dataclass(frozen=True, slots=True)
class Quotas:
    """What a version of the programme states; None is without limit.

    ``of_providers`` by the 32 hexadecimal digits of the provider's id; ``by_default`` is everybody
    else's. Operators are told when ``alarm_at_per_mille`` of a quota are used on a day.
    """

    by_default: Quota | None = None
    of_providers: Mapping[str, Quota] = field(default_factory=dict)
    alarm_at_per_mille: int = ALARM_AT_PER_MILLE

    @property
    def are_stated(self) -> bool:
        return self.by_default is not None or bool(self.of_providers)

    def of(self, provider: str) -> Quota | None:
        """A provider's day; None without limit. The person herself is no provider."""
        return self.of_providers.get(provider, self.by_default) if provider else None

    def alarms(self, used: Reported, quota: Quota) -> bool:
        """Whether so much of a day's quota is to be told to the operators."""
        return any(
            most is not None and part * 1000 >= most * self.alarm_at_per_mille
            for part, most in zip(used, quota, strict=True)
        )


NO_QUOTAS = Quotas()


def read_quotas(part: Part | None) -> Quotas:
    """The quotas of a version; raises DocumentError."""
    if part is None:
        return NO_QUOTAS
    part.only("actions_per_day", "kg_per_day", "alarm_at_per_mille", "providers")
    alarm, providers = (part.maybe(name) for name in ("alarm_at_per_mille", "providers"))
    return Quotas(
        by_default=_quota(part),
        of_providers=_of_providers(providers) if providers else {},
        alarm_at_per_mille=alarm.whole(1000) if alarm else ALARM_AT_PER_MILLE,
    )


def _quota(part: Part) -> Quota | None:
    actions, kg = part.maybe("actions_per_day"), part.maybe("kg_per_day")
    if not actions and not kg:
        return None
    return Quota(
        actions.whole(MOST_ACTIONS) if actions else None,
        kg.whole(MOST_KG) * MG_PER_KG if kg else None,
    )


def _of_providers(part: Part) -> dict[str, Quota]:
    found: dict[str, Quota] = {}
    for each in part.each():
        each.only("provider", "actions_per_day", "kg_per_day")
        name = each.at("provider").text()
        if _PROVIDER.fullmatch(name) is None:
            raise each.at("provider").wrong("other_shape", value=name, shape="provider")
        provider = name.removeprefix("org_")
        if provider in found:
            raise each.at("provider").wrong("provider_twice", name=name)
        quota = _quota(each)
        if quota is None:
            raise each.wrong("missing", name="actions_per_day")
        found[provider] = quota
    return found
