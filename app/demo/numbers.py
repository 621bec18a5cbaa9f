"""Whose the numbers of the demo are: the issuers that its two providers report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from app.clock import StandingClock
from app.store.database import Connection
from app.usecases.organisations.sign_for_issuer import sign_for_issuer
from app.usecases.organisations.sign_issuers import sign_issuers
from behaviours.issuers import NEVER, Issuer
from behaviours.viewer import Viewer
from rewards.signing import ROLES

ISSUERS = (
    Issuer("city_transit", "城市公共交通", "City Transit", ("ride",), NEVER),
    Issuer("city_grid", "城市电网", "City Grid", ("meter", "electricity_account_day"), NEVER),
    Issuer(
        "canteens", "城市食堂", "City Canteens", ("clean_plate_order", "tableware_order"), NEVER
    ),
    Issuer("couriers", "城市快递", "City Couriers", ("waybill",), NEVER),
    # A till begins anew every morning.
    Issuer("lake_market", "湖滨超市", "Lakeside Market", ("receipt",), "day"),
    Issuer("re_clothing", "旧衣回收", "Old Clothes", ("weigh_ticket",), NEVER),
    Issuer("cool_home", "清凉家电", "Cool Home Appliances", ("appliance_serial",), NEVER),
    Issuer("charge_net", "充电网", "Charge Net", ("charging_session",), NEVER),
    Issuer("second_life", "闲置交易", "Second Life", ("second_hand_order",), NEVER),
)
# Registered, and neither provider reports its receipts.
ANOTHER_SHOP = Issuer("west_market", "城西超市", "West City Market", ("receipt",), "day")


def register_demo_issuers(
    connection: Connection,
    providers: Sequence[UUID],
    users: Mapping[str, UUID],
    *,
    now: datetime,
) -> None:
    """Operator and authority sign the issuers, and the providers for all but one of them."""
    every, clock = [*ISSUERS, ANOTHER_SHOP], StandingClock(now)
    kinds = {kind for each in every for kind in each.kinds}
    both = [Viewer(role, None, users[role]) for role in ROLES]
    for by in both:
        sign_issuers(connection, every, kinds=kinds, by=by, clock=clock)
    # Nobody reports the numbers of an issuer that still awaits its second signature.
    for by in both:
        for each in ISSUERS:
            for provider in providers:
                sign_for_issuer(connection, each.code, provider, by=by, clock=clock)
