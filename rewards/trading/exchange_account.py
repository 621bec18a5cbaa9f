"""Accounts at exchanges: whose account it is under which an exchange names a buyer.

An exchange's settlement says who bought by the number of an account there, and units go to whom the
register names for it. Whoever could write that register alone could have other people's units: an
account is let in by two people of two roles, and ended by either at once. It has the life of an
identity service::

    proposed ─admit─▶ trusted
    any but ended ─end─▶ ended
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from behaviours.actions.normal_form import DEFAULT, normal_form
from behaviours.identity_services import stage_after
from behaviours.refusal import Conflict, Invalid, UnknownId

# What is signed.
EXCHANGE_ACCOUNT: Final = "exchange_account"
ENTERPRISE: Final = "enterprise"


class UnknownExchangeAccount(UnknownId):
    """There is no such account in the register."""

    cases = ("exchange_account",)


class ExchangeAccountState(Conflict):
    """The account is admitted, or ended, already."""


class ExchangeAccountTaken(Conflict):
    """The number stands in the register already, for the same exchange."""


class AccountHolderUnfit(Invalid):
    """Whose the account is to be was not admitted as an enterprise."""


@dataclass(frozen=True, slots=True)
class ExchangeAccount:
    """An account as it stands; ``tie`` is what ties its holder to the exchange, if anything."""

    account_id: UUID
    exchange_id: UUID
    organisation_id: UUID
    number: str
    tie: str | None
    state: str
    proposed_at: datetime
    admitted_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def number_key(self) -> str:
        """The number in its one spelling."""
        return number_key(self.number)

    def move(self, step: str, *, now: datetime) -> ExchangeAccount:
        """The account after ``step``; raises ExchangeAccountState."""
        return replace(self, **stage_after(step, self.state, ExchangeAccountState, now=now))


def number_key(text: str) -> str:
    """A number of an exchange's as it is compared; raises UnusableNumber."""
    return normal_form(DEFAULT, text)
