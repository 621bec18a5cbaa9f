"""The cast of the demo: people of a small city, who reports for them, and who buys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from app.clock import StandingClock
from app.demo.admitting import admit_demo_organisations
from app.demo.credentials import Credentials
from app.demo.habits import SEED
from app.demo.numbers import register_demo_issuers
from app.demo.paper import TEXT_VERSION, publish_texts
from app.demo.scenes import EVERYTHING, open_demo_scenes
from app.demo.story import Story
from app.store.database import Connection
from app.usecases.organisations.apply_organisations import NewOrganisation
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.organisations.create_user import NewUser, create_user
from app.usecases.people.enrol import Enrolment, enrol
from app.usecases.pooling.declare_ties import declare_ties
from app.usecases.pooling.sign_verifiers import PoolAdmission, sign_verifiers
from app.usecases.redemption.draft_offers import draft_offers
from app.usecases.redemption.publish_offer import publish_offer
from app.wiring import Wiring
from behaviours.people import Consenting
from behaviours.scenes import Scenes
from behaviours.viewer import Viewer
from rewards.redemption.offer import OfferTerms
from rewards.registry.ties import ToldTies
from rewards.signing import ROLES

PEOPLE = 200
ORGANISATIONS = {
    "provider": ("provider", "市民出行 Citizen Travel"),
    "provider2": ("provider", "绿色生活 Green Living"),
    "merchant": ("merchant", "湖畔咖啡 Lakeside Coffee"),
    "merchant2": ("merchant", "城西书店 West City Books"),
    "merchant3": ("merchant", "运河面馆 Canal Noodles"),
    "enterprise": ("enterprise", "云和纺织 Yunhe Textiles"),
    "enterprise2": ("enterprise", "钱江物流 Qianjiang Logistics"),
    "verifier": ("verifier", "华东核查 East China Verification"),
    "exchange": ("exchange", "省环境交易所 Provincial Environment Exchange"),
}
# merchant, titles, points, fen, stock, limit for each person
OFFERS = (
    ("merchant", "美式咖啡一杯", "A cup of coffee", 300, 900, 2_000, None),
    ("merchant", "拿铁一杯（自带杯）", "A latte in your own cup", 500, 1_400, 1_000, 10),
    ("merchant2", "十元购书券", "Ten yuan off a book", 600, 1_000, 500, 5),
    ("merchant3", "阳春面一碗", "A bowl of plain noodles", 800, 1_200, 800, None),
    ("merchant3", "限量青团", "Green dumplings, while they last", 200, 600, 12, 1),
)
# What each provider is trusted with; the first also takes what the second takes.
SCENES = {
    "provider": ("travel", "food", "clothing", "housing", "goods", "office", "digital_finance"),
    "provider2": ("travel", "food", "clothing", "housing", "goods", "digital_finance"),
}


def region_of(number: int) -> str:
    """Most live in Zhejiang, some in Guangdong and Beijing."""
    return "CN-44" if number % 9 == 4 else "CN-11" if number % 9 == 7 else "CN-33"


def bring_in(
    connection: Connection, wiring: Wiring, credentials: Credentials, *, now: datetime
) -> Story:
    """Create organisations, users, people with their consents, and offers.

    Returns the ids that the story needs.
    """
    users = _users(connection, credentials, now=now)
    organisations = _organisations(connection, wiring, credentials, users, now=now)
    publish_texts(connection, wiring, users, now=now)
    scenes = open_demo_scenes(
        connection,
        wiring,
        {None: EVERYTHING, **{organisations[name]: SCENES[name] for name in SCENES}},
        users,
        now=now,
    )
    register_demo_issuers(connection, [organisations[name] for name in SCENES], users, now=now)
    _verifiers(connection, wiring, organisations, users, now=now)
    people = _people(connection, wiring, organisations, scenes, now=now)
    users |= _logins(connection, credentials, people, now=now)
    offers = _offers(connection, organisations, users["operator"], now=now)
    return {
        "organisations": {name: each.hex for name, each in organisations.items()},
        "users": {name: each.hex for name, each in users.items()},
        "people": [each.hex for each in people],
        "offers": [each.hex for each in offers],
    }


def _organisations(
    connection: Connection,
    wiring: Wiring,
    credentials: Credentials,
    users: Mapping[str, UUID],
    *,
    now: datetime,
) -> dict[str, UUID]:
    """Admit the organisations, and give each a client with the secret of demo.json."""
    new = [NewOrganisation(kind, name, False) for kind, name in ORGANISATIONS.values()]
    admitted = admit_demo_organisations(connection, wiring, new, users, now=now)
    found = dict(zip(ORGANISATIONS, admitted, strict=True))
    create_client(
        connection,
        [
            NewClient(
                kind,
                name,
                client_id=credentials.clients[key]["client_id"],
                client_secret=credentials.clients[key]["client_secret"],
                organisation_id=found[key],
            )
            for key, (kind, name) in ORGANISATIONS.items()
        ],
        now=now,
    )
    return found


def _verifiers(
    connection: Connection,
    wiring: Wiring,
    organisations: Mapping[str, UUID],
    users: Mapping[str, UUID],
    *,
    now: datetime,
) -> None:
    """Two people admit the verifier to the pool, and the verifier declares that it is free."""
    verifier_id, clock = organisations["verifier"], StandingClock(now)
    reason = "Accredited for the demonstration programme only."
    for role in ROLES:
        sign_verifiers(
            connection,
            [PoolAdmission(verifier_id, None, reason)],
            known_behaviours=wiring.scenes.categories().keys(),
            by=Viewer(role, None, users[role]),
            clock=clock,
        )
    declare_ties(
        connection,
        verifier_id,
        ToldTies(),
        by=Viewer("verifier", verifier_id, verifier_id),
        clock=clock,
    )


def _people(
    connection: Connection,
    wiring: Wiring,
    organisations: dict[str, UUID],
    open_scenes: Scenes,
    *,
    now: datetime,
) -> list[UUID]:
    people: list[UUID] = []
    for provider, scenes in SCENES.items():
        enrolled = enrol(
            connection,
            [
                Enrolment(
                    identity=f"demo-resident-{number:03d}",
                    region=region_of(number),
                    consents=tuple(Consenting(scene, TEXT_VERSION) for scene in scenes),
                )
                for number in range(PEOPLE)
            ],
            organisation_id=organisations[provider],
            identity_key=wiring.settings.identity_key,
            scenes=open_scenes,
            clock=StandingClock(now),
        )
        people = [each.participant_id for each in enrolled]
    return people


def _users(connection: Connection, credentials: Credentials, *, now: datetime) -> dict[str, UUID]:
    roles = {"operator": "operator", "operator2": "operator", "authority": "authority"}
    return _let_in(
        connection, credentials, {name: (role, None) for name, role in roles.items()}, now=now
    )


def _logins(
    connection: Connection, credentials: Credentials, people: list[UUID], *, now: datetime
) -> dict[str, UUID]:
    """Two of the people have a login of their own."""
    own = {"participant": ("participant", people[0]), "participant2": ("participant", people[1])}
    return _let_in(connection, credentials, own, now=now)


def _let_in(
    connection: Connection,
    credentials: Credentials,
    roles: Mapping[str, tuple[str, UUID | None]],
    *,
    now: datetime,
) -> dict[str, UUID]:
    made = create_user(
        connection,
        [
            NewUser(**credentials.users[name], role=role, participant_id=person)
            for name, (role, person) in roles.items()
        ],
        now=now,
    )
    return {name: each.user_id for name, each in zip(roles, made, strict=True)}


def _offers(
    connection: Connection, organisations: dict[str, UUID], operator_id: UUID, *, now: datetime
) -> list[UUID]:
    offers: list[UUID] = []
    for merchant, title_zh, title_en, points, settlement_fen, stock, limit in OFFERS:
        draft = OfferTerms(
            title_zh=title_zh,
            title_en=title_en,
            points=points,
            settlement_fen=settlement_fen,
            stock_total=stock,
            per_person_limit=limit,
            opens_at=now,
            closes_at=now + timedelta(days=730),
            reversal_window_s=7 * 86_400,
        )
        (drafted,) = draft_offers(
            connection, organisations[merchant], [draft], clock=StandingClock(now)
        )
        offer_id = drafted.offer.offer_id
        publish_offer(connection, offer_id, published_by=operator_id, clock=StandingClock(now))
        offers.append(offer_id)
    return offers


def entrusts(number: int) -> bool:
    """Four of five let their reductions be pooled; chosen by dice that always fall alike."""
    return number < 2 or Random(f"{SEED}:entrusts:{number}").random() < 0.8


def entrusted_until(first_day: date) -> date:
    """A contribution covers ten years from the first day of the story."""
    return first_day.replace(year=first_day.year + 10, day=1)
