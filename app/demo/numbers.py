"""Whose the numbers of the demo are: the issuers that its two providers report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.clock import StandingClock
from app.store.database import Connection
from app.usecases.organisations.admit_for_issuer import admit_for_issuer
from app.usecases.organisations.register_issuers import register_issuers
from behaviours.issuers import NEVER, Issuer

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
    connection: Connection, providers: Sequence[UUID], *, registered_by: UUID, now: datetime
) -> None:
    """Register the issuers, and admit the providers for all but one of them."""
    every = [*ISSUERS, ANOTHER_SHOP]
    kinds = {kind for each in every for kind in each.kinds}
    register_issuers(
        connection, every, kinds=kinds, registered_by=registered_by, clock=StandingClock(now)
    )
    for each in ISSUERS:
        admit_for_issuer(
            connection, each.code, providers, admitted_by=registered_by, clock=StandingClock(now)
        )
