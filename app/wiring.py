"""Wiring: the parts that a running process shares, put together once."""

from __future__ import annotations

import gc
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.calendars_in_force import CalendarsInForce
from app.clock import Clock
from app.key_sets import KeySets
from app.openid.providers import OpenidProviders
from app.programme import paid_for, policies_of, programmes_of
from app.rules_in_force import RulesInForce
from app.secrecy.identities import claim_key
from app.secrecy.one_time_codes import FactorTerms
from app.secrecy.sealing import MasterKeys
from app.settings import Settings
from app.store.database import OF_WORK, Database, Patience
from app.store.faults import DATABASE_FAULTS
from app.store.organisations.allowance import Allowances, shared_storage
from app.store.organisations.guessing import Guesses
from app.usecases.platform.read_readiness import MigrationSteps, read_readiness
from behaviours.actions.drawing import Drawing
from behaviours.actions.waiting import WaitTerms
from behaviours.calendars import CalendarYear, with_supplied
from behaviours.civil_time import civil_day
from behaviours.complaints import Deadlines
from behaviours.guardians import Childhood
from behaviours.programme import Programme, Programmes
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.scenes import Scenes
from behaviours.working_days import WorkingDays
from rewards.points.earning import Policies
from rewards.points.publishing import PublishingRules
from rewards.registry.compliance import ComplianceCaps
from rewards.trading.terms import TradeTerms

log = structlog.get_logger(__name__)
# A list of five thousand actions is a hundred and fifty thousand objects that all live until its
# end; Python by itself would look through them every seven hundred, and find nothing. So many more
# that it has forgotten are fifty megabytes at most.
_OBJECTS_BETWEEN_LOOKS = 250_000
# A server that takes a connection and says nothing is as good as none.
_REDIS_S = 2.0


@dataclass(frozen=True)
class Wiring:
    """One for each process; routes, jobs and commands get everything from here."""

    settings: Settings
    clock: Clock
    database: Database
    redis: Redis
    allowances: Allowances
    guesses: Guesses
    rules: RulesInForce
    # Those of the programme's own documents.
    stated_policies: Policies
    programmes: Programmes
    calendars: CalendarsInForce
    key_sets: KeySets
    openid: OpenidProviders

    @property
    def programme(self) -> Programme:
        """The programme's document as it is in force today."""
        return self.programmes.on(civil_day(self.clock.now(), self.zone))

    @property
    def wait_terms(self) -> WaitTerms:
        """How long actions wait, which are drawn, providers' quotas and the checks."""
        return self._terms_from[self.programme.effective_from]

    @cached_property
    def _terms_from(self) -> Mapping[date, WaitTerms]:
        """By the first day of each version; made once, every single action asks for them."""
        return {
            each.effective_from: _wait_terms(each, self.settings.identity_key)
            for each in self.programmes.versions
        }

    @property
    def factor_terms(self) -> FactorTerms:
        """Whether staff needs a second factor, always in live mode, and what makes it."""
        return FactorTerms(not self.settings.is_test_mode, self.settings.identity_key)

    @property
    def childhood(self) -> Childhood:
        """Until which age somebody has a guardian."""
        return Childhood(self.programme.people.guardian_until_age, self.zone)

    @property
    def deadlines(self) -> Deadlines:
        """How complaints' clocks run by the programme as it is in force today."""
        return Deadlines(self.programme.complaints, self.calendar, self.zone)

    @property
    def project_deadlines(self) -> ProjectDeadlines:
        """How projects' clocks run by the programme as it is in force today."""
        return ProjectDeadlines(self.programme.projects, self.calendar, self.zone)

    @property
    def trade_terms(self) -> TradeTerms:
        """How long ordered units are kept and payments wait, as the programme says today."""
        programme = self.programme
        return TradeTerms(programme.pay_within, programme.payments, self.calendar, self.zone)

    @property
    def compliance_caps(self) -> ComplianceCaps:
        """How many tonnes a year may be retired for compliance, as the programme says today."""
        return ComplianceCaps(self.programme.compliance, self.zone)

    @property
    def supplied_years(self) -> Mapping[int, CalendarYear]:
        """What two people published last of each year's days."""
        return self.calendars.of(self.database)

    @property
    def calendar(self) -> WorkingDays:
        """The working days by which every clock goes that begins now."""
        return with_supplied(self.programme.notice.calendar, self.supplied_years)

    @property
    def zone(self) -> ZoneInfo:
        """Whose days, months and years the programme counts."""
        return self.programmes.zone

    @property
    def rulebook(self) -> ProgrammeRulebook:
        """The rules in force: ask for them once in a piece of work, they may change between."""
        return self.rules.of(self.database)

    @property
    def policies(self) -> Policies:
        """What actions earn: by the programme's documents, and what two people published here."""
        return self.rules.policies(self.database, self.stated_policies)

    @property
    def publishing_rules(self) -> PublishingRules:
        """What a policy has to fit that is signed now."""
        days = self.programme.points.policy_notice_days
        return PublishingRules(self.stated_policies, paid_for(self.rulebook), self.zone, days)

    @property
    def scenes(self) -> Scenes:
        """What a consent can be about: behaviours and categories of behaviours."""
        return self.rulebook.scenes

    def migration_steps(self) -> MigrationSteps | None:
        """Where the database stands and has to stand; None while it does not answer."""
        try:
            return self.database.transact(read_readiness)
        except DATABASE_FAULTS as fault:
            # Of which kind, and no more: its text holds addresses.
            log.warning("database_not_ready", reason=type(fault).__name__)
            return None

    def close(self) -> None:
        """Close every connection."""
        self.database.close()
        self.redis.close()


def prompt_redis(url: str) -> Redis:
    """A client for what has to be answered at once: whatever Redis does, nobody waits for it long.

    Not for a read that waits for something to come: that takes a client of its own.
    """
    return Redis.from_url(
        url,
        socket_timeout=_REDIS_S,
        socket_connect_timeout=_REDIS_S,
        # Once more when a connection that lay idle turns out to be dead; twice the time at most.
        retry=Retry(NoBackoff(), 1),
    )


def wire(settings: Settings, *, patience: Patience = OF_WORK) -> Wiring:
    """Put the parts together; nothing is connected before it is first used."""
    assert settings.database_url, "settings name no database: start the engines first"
    assert settings.redis_url, "settings name no Redis: start the engines first"
    programmes = programmes_of(settings)
    clock = Clock(settings.clock_path)
    return Wiring(
        settings=settings,
        clock=clock,
        database=Database(
            settings.database_url,
            pool_size=max(4, min(settings.web_threads, 16)),
            patience=patience,
            keys=MasterKeys(settings.master_key, settings.other_master_keys),
            now=clock.now,
        ),
        redis=prompt_redis(settings.redis_url),
        allowances=Allowances(settings.redis_url, settings.rate_limit_per_minute),
        guesses=Guesses(
            shared_storage(settings.redis_url),
            key=hmac.digest(settings.identity_key, b"known addresses", "sha256"),
        ),
        rules=RulesInForce(programmes.zone, claim_key(settings.identity_key)),
        stated_policies=policies_of(programmes, settings.programme_path),
        programmes=programmes,
        calendars=CalendarsInForce(),
        key_sets=KeySets(open_net_only=not settings.is_test_mode, inside=settings.openid_inside),
        openid=OpenidProviders(
            open_net_only=not settings.is_test_mode, inside=settings.openid_inside
        ),
    )


def _wait_terms(programme: Programme, identity_key: bytes) -> WaitTerms:
    """What one version says of actions that wait."""
    terms = programme.holds
    key = hmac.digest(identity_key, b"drawn for confirmation", "sha256")
    drawing = Drawing(key, terms.confirmed_per_mille)
    return WaitTerms(
        terms.lapse_after, terms.look_within, drawing, programme.quotas, programme.checks
    )


def settle_memory() -> None:
    """Tell the garbage collector what this process is: call it when its parts stand.

    The rulebook, the routes and their documentation live as long as the process, and are not
    walked again; what a list makes is looked through once in a while. Both together were a quarter
    of the time of five thousand actions.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)
    # Whoever starts may have stopped it until now.
    gc.enable()
