"""Read a provider as it sees itself: what it may report, what is used, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.organisations import admitted_organisation
from app.store.recording.of_provider import count_installations, waiting_of_provider
from app.store.recording.quotas import alarmed_at, reported_on
from behaviours.actions.reportable import Reportable, WaitingOfProvider, reportable_by
from behaviours.actions.waiting import WaitTerms
from behaviours.checks import Checks
from behaviours.civil_time import civil_day, day_ends_at
from behaviours.issuers import Issuer
from behaviours.organisations import PROVIDER, AdmittedOrganisation, UnknownProvider
from behaviours.quotas import Quota, Reported
from behaviours.rules.in_force import ProgrammeRulebook


class QuotaToday(NamedTuple):
    """A provider's quota of a civil day, and what is used of it until the day ends.

    ``used`` is None without a quota: nothing is counted then.
    """

    day: date
    ends_at: datetime
    quota: Quota | None
    used: Reported | None
    alarm_at_per_mille: int
    alarmed_at: datetime | None


class SeenProvider(NamedTuple):
    """Everything of a provider, and nothing of anybody else.

    ``waiting`` by state; ``installations`` by kind and state; ``checks`` are the programme's.
    """

    admitted: AdmittedOrganisation
    reportable: list[Reportable]
    issuers: list[Issuer]
    quota: QuotaToday
    checks: Checks
    waiting: Mapping[str, WaitingOfProvider]
    installations: Mapping[tuple[str, str], int]


def read_provider(
    connection: Connection,
    provider_id: UUID,
    *,
    rulebook: ProgrammeRulebook,
    terms: WaitTerms,
    now: datetime,
) -> SeenProvider:
    """The provider with its day as it is; raises UnknownProvider."""
    admitted = admitted_organisation(connection, provider_id)
    if admitted is None or admitted.organisation.kind != PROVIDER:
        raise UnknownProvider
    today = civil_day(now, rulebook.zone)
    quota = terms.quotas.of(provider_id.hex)
    used, told = None, None
    if quota is not None:
        used = reported_on(connection, [provider_id.hex], today).get(provider_id.hex, Reported())
        told = alarmed_at(connection, provider_id, today)
    return SeenProvider(
        admitted,
        reportable_by(provider_id.hex, rulebook, today, now),
        rulebook.claiming.register.of_provider(provider_id.hex),
        QuotaToday(
            today,
            day_ends_at(today, rulebook.zone),
            quota,
            used,
            terms.quotas.alarm_at_per_mille,
            told,
        ),
        terms.checks,
        waiting_of_provider(connection, provider_id),
        count_installations(connection, provider_id),
    )
