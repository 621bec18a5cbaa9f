"""Quotas: how many actions of a provider are credited on one civil day without a look.

What goes over is held, never refused or lost. The day is that on which they are reported, so that
old days sent all at once count as the flood they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from behaviours.document import Part

ALARM_AT_PER_MILLE = 800
MOST_ACTIONS = 10**9

_PROVIDER = re.compile(r"org_[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Quotas:
    """What a version of the programme states; None is without limit.

    ``of_providers`` by the 32 hexadecimal digits of the provider's id; ``by_default`` is everybody
    else's. Operators are told when ``alarm_at_per_mille`` of a quota are used on a day.
    """

    by_default: int | None = None
    of_providers: Mapping[str, int] = field(default_factory=dict)
    alarm_at_per_mille: int = ALARM_AT_PER_MILLE

    @property
    def are_stated(self) -> bool:
        return self.by_default is not None or bool(self.of_providers)

    def of(self, provider: str) -> int | None:
        """A provider's actions a day; None without limit. The person herself is no provider."""
        return self.of_providers.get(provider, self.by_default) if provider else None

    def alarms(self, used: int, quota: int) -> bool:
        """Whether so many of a day's actions are to be told to the operators."""
        return used * 1000 >= quota * self.alarm_at_per_mille


NO_QUOTAS = Quotas()


def read_quotas(part: Part | None) -> Quotas:
    """The quotas of a version; raises DocumentError."""
    if part is None:
        return NO_QUOTAS
    part.only("actions_per_day", "alarm_at_per_mille", "providers")
    default, alarm, providers = (
        part.maybe(name) for name in ("actions_per_day", "alarm_at_per_mille", "providers")
    )
    return Quotas(
        by_default=default.whole(MOST_ACTIONS) if default else None,
        of_providers=_of_providers(providers) if providers else {},
        alarm_at_per_mille=alarm.whole(1000) if alarm else ALARM_AT_PER_MILLE,
    )


def _of_providers(part: Part) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in part.each():
        each.only("provider", "actions_per_day")
        name = each.at("provider").text()
        if _PROVIDER.fullmatch(name) is None:
            raise each.at("provider").wrong("other_shape", value=name, shape="provider")
        provider = name.removeprefix("org_")
        if provider in found:
            raise each.at("provider").wrong("provider_twice", name=name)
        found[provider] = each.at("actions_per_day").whole(MOST_ACTIONS)
    return found
