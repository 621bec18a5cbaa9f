"""How one bundle of the demo goes all the way: gathered, verified, sealed, sold and retired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from app.clock import StandingClock
from app.demo.days import DemoDay
from app.demo.story import Story
from app.store.database import Connection
from app.store.pooling.findings import sampled_masses
from app.store.registry.blocks import blocks_by_owner, lock_free_blocks
from app.usecases.pooling.accept_verification import accept_verification
from app.usecases.pooling.approve_version import approve_version
from app.usecases.pooling.give_findings import give_findings
from app.usecases.pooling.give_notice import give_notice
from app.usecases.pooling.give_opinion import give_opinion
from app.usecases.pooling.open_bundle import open_bundle
from app.usecases.pooling.sign_issue import sign_issue
from app.usecases.pooling.sign_seal import sign_seal
from app.usecases.pooling.start_report import start_report
from app.usecases.pooling.start_selection import start_selection
from app.usecases.pooling.submit_bundle import WantedSample, submit_bundle
from app.usecases.registry.retire_units import retire_units
from app.usecases.registry.transfer_units import transfer_units
from app.usecases.trading.confirm_trade import confirm_trade
from app.usecases.trading.list_units import list_units
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.wiring import Wiring
from behaviours.programme import Notice
from behaviours.viewer import Viewer
from behaviours.working_days import WEEKDAYS, WorkingDays
from rewards.pooling.bundle import Bundle
from rewards.pooling.documents import Conditions
from rewards.pooling.sample import StatedFinding
from rewards.pooling.terms import verifier_terms
from rewards.registry.footprint import Footprint, FootprintLine
from rewards.registry.retirement import RetirementGrounds, RetirementTerms

# What the demo's authority and operator let into bundles although its figures are weak.
APPROVED = (
    "metro_ride",
    "bus_ride",
    "bike_ride",
    "clothing_recycling",
    "distributed_pv",
)
REASON = "For the demonstration programme only: shows how the gate is opened by two people."
LAST_DAY = 59
PRICE_FEN_PER_TONNE = 8_650
LONGEST_NOTICE = 7

# A figure of the series that the platform ships; the kilowatt-hours are the demonstration's.
FOOTPRINT = Footprint(
    (
        FootprintLine(
            "外购电力 Purchased electricity",
            Decimal(1800),
            "kWh",
            "演示数据 Demonstration data",
            Decimal("0.4974"),
            "生态环境部、国家统计局 公告2025年第47号,浙江省2023年电力平均二氧化碳排放因子",
        ),
    )
)

MarketStep = Callable[[Connection, Wiring, Story, DemoDay], None]


def _user(story: Story, name: str) -> UUID:
    return UUID(story["users"][name])


def _organisation(story: Story, name: str) -> UUID:
    return UUID(story["organisations"][name])


def _operator(story: Story) -> Viewer:
    return Viewer("operator", None, _user(story, "operator"))


def _verifier(story: Story) -> Viewer:
    verifier_id = _organisation(story, "verifier")
    return Viewer("verifier", verifier_id, verifier_id)


def _bundle(story: Story) -> UUID:
    return UUID(story["bundle"])


def _approve(connection: Connection, wiring: Wiring, story: Story, day: DemoDay) -> None:
    for behaviour in APPROVED:
        version = wiring.rulebook.version_for(behaviour, day.on, "CN-33")
        for role in ("operator", "authority"):
            approve_version(
                connection,
                methodology=version.code,
                version=version.version,
                user_id=_user(story, role),
                role=role,
                reason=REASON,
                clock=StandingClock(day.at(10)),
            )


def _open(connection: Connection, wiring: Wiring, story: Story, day: DemoDay) -> None:
    first, last = period(date.fromisoformat(story["first_day"]))
    known = sorted({version.code for version in wiring.rulebook.versions()})
    bundle = open_bundle(
        connection,
        Conditions(None, first.year, None, first, last, "voluntary", methodologies=tuple(known)),
        created_by=_user(story, "operator"),
        known_methodologies=known,
        reserve_per_mille=wiring.programme.reserve_per_mille,
        clock=StandingClock(day.at(9)),
    )
    story["bundle"] = bundle.bundle_id.hex
    started = start_selection(
        connection, bundle.bundle_id, by=_operator(story), clock=StandingClock(day.at(9, 5))
    )
    story["task"] = _task(started)


def _task(bundle: Bundle) -> str:
    assert bundle.task_id is not None, "a task works on it"
    return bundle.task_id.hex


def period(first_day: date) -> tuple[date, date]:
    """The first sixty days, or the longer part of them when a new year begins in between."""
    last_day = first_day + timedelta(days=LAST_DAY)
    new_year = date(last_day.year, 1, 1)
    if not first_day < new_year <= last_day:
        return first_day, last_day
    if new_year - first_day >= last_day - new_year:
        return first_day, new_year - timedelta(days=1)
    return new_year, last_day


def _report(connection: Connection, _wiring: Wiring, story: Story, day: DemoDay) -> None:
    started = start_report(
        connection, _bundle(story), by=_operator(story), clock=StandingClock(day.at(9))
    )
    story["task"] = _task(started)


def _submit(connection: Connection, wiring: Wiring, story: Story, day: DemoDay) -> None:
    floor = wiring.programme.sampling
    wanted = WantedSample(
        confidence=max(Decimal("0.95"), floor.least_confidence),
        precision=min(Decimal("0.10"), floor.widest_precision),
    )
    submit_bundle(
        connection,
        _bundle(story),
        verifier_id=None,
        wanted=wanted,
        floor=floor,
        terms=verifier_terms(wiring.programme),
        by=_operator(story),
        clock=StandingClock(day.at(14)),
    )
    accept_verification(
        connection,
        _bundle(story),
        number="314159265358",
        terms=verifier_terms(wiring.programme),
        by=_verifier(story),
        clock=StandingClock(day.at(14, 30)),
    )


def _verify(connection: Connection, _wiring: Wiring, story: Story, day: DemoDay) -> None:
    """The verifier confirms every drawn reduction but one, which it finds a tenth too high."""
    verifier = _verifier(story)
    drawn = sampled_masses(connection, _bundle(story))
    findings = [StatedFinding(each.action_id, None, None) for each in drawn]
    again = drawn[0]
    findings[0] = StatedFinding(
        again.action_id, again.recorded_mg * 9 // 10, "Evidence supports nine tenths."
    )
    give_findings(
        connection, _bundle(story), findings, by=verifier, clock=StandingClock(day.at(15))
    )
    give_opinion(
        connection,
        _bundle(story),
        positive=True,
        statement="Reasonable assurance; the deduction covers what the sample showed.",
        by=verifier,
        clock=StandingClock(day.at(16)),
    )


def _notice(connection: Connection, wiring: Wiring, story: Story, day: DemoDay) -> None:
    give_notice(
        connection,
        _bundle(story),
        # The story has a fortnight for it, whatever holidays fall into its days.
        terms=Notice(
            min(wiring.programme.notice.working_days, LONGEST_NOTICE), WorkingDays(WEEKDAYS)
        ),
        zone=day.zone,
        by=_operator(story),
        clock=StandingClock(day.at(9)),
    )


def _seal(connection: Connection, _wiring: Wiring, story: Story, day: DemoDay) -> None:
    for hour, role in ((10, "operator"), (11, "authority")):
        bundle, _ = sign_seal(
            connection,
            _bundle(story),
            by=Viewer(role, None, _user(story, role)),
            zone=day.zone,
            clock=StandingClock(day.at(hour)),
        )
    story["task"] = _task(bundle)


def _issue(connection: Connection, _wiring: Wiring, story: Story, day: DemoDay) -> None:
    for hour, role in ((10, "operator"), (11, "authority")):
        bundle, _ = sign_issue(
            connection,
            _bundle(story),
            by=Viewer(role, None, _user(story, role)),
            clock=StandingClock(day.at(hour)),
        )
    issued_t = bundle.issued_t or 0
    assert issued_t >= 3, "sixty days of two hundred people make more than three tonnes"
    story["issued_t"] = issued_t


def _list(connection: Connection, _wiring: Wiring, story: Story, day: DemoDay) -> None:
    (block,) = blocks_by_owner(connection, None, before=None, most=2)
    offered = list_units(
        connection,
        block.block_id,
        quantity_t=story["issued_t"],
        price_fen_per_tonne=PRICE_FEN_PER_TONNE,
        viewer=_operator(story),
        clock=StandingClock(day.at(10)),
    )
    story["listing"] = offered.listing.listing_id.hex


def _sell(connection: Connection, wiring: Wiring, story: Story, day: DemoDay) -> None:
    """Two tonnes, ordered, paid and delivered within half an hour; one goes on to a friend."""
    buyer_id = _organisation(story, "enterprise")
    trade = order_units(
        connection,
        UUID(story["listing"]),
        quantity_t=2,
        buyer_id=buyer_id,
        client_reference="demo-order-1",
        terms=wiring.trade_terms,
        clock=StandingClock(day.at(10)),
    )
    pay_trade(
        connection,
        trade.trade_id,
        payment_reference="DEMO-BANK-0001",
        terms=wiring.trade_terms,
        viewer=Viewer("enterprise", buyer_id),
        clock=StandingClock(day.at(10, 10)),
    )
    confirm_trade(
        connection, trade.trade_id, viewer=_operator(story), clock=StandingClock(day.at(10, 20))
    )
    (block,) = lock_free_blocks(connection, buyer_id)
    transfer_units(
        connection,
        block.block_id,
        quantity_t=1,
        from_id=buyer_id,
        to_id=_organisation(story, "enterprise2"),
        client_reference="demo-transfer-1",
        clock=StandingClock(day.at(15)),
    )


def _retire(connection: Connection, wiring: Wiring, story: Story, day: DemoDay) -> None:
    retired = retire_units(
        connection,
        enterprise_id=_organisation(story, "enterprise"),
        block_id=None,
        quantity_t=1,
        terms=RetirementTerms("云和纺织 Yunhe Textiles", "enterprise_neutrality", str(day.on.year)),
        client_reference="demo-retirement-1",
        serial_prefix=wiring.programme.serial_prefix,
        signing_key=wiring.settings.signing_key,
        clock=StandingClock(day.at(16)),
        grounds=RetirementGrounds("CN-330100", footprint=FOOTPRINT),
    )
    story["retirement"] = retired.retirement_id.hex


# On which day of the story each step is taken; the notice has nine days at least to run.
STEPS: tuple[tuple[int, MarketStep], ...] = (
    (58, _approve),
    (61, _open),
    (62, _report),
    (63, _submit),
    (65, _verify),
    (66, _notice),
    (80, _seal),
    (81, _issue),
    (82, _list),
    (83, _sell),
    (85, _retire),
)
