"""What a programme says of trades, for tests that have none at hand."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from behaviours.payment_terms import UNSTATED, PaymentTerms
from behaviours.working_days import WEEKDAYS, WorkingDays
from rewards.trading.terms import TradeTerms


def trade_terms(
    pay_within: timedelta = timedelta(hours=1), payments: PaymentTerms = UNSTATED
) -> TradeTerms:
    """By a calendar in which Monday to Friday work."""
    return TradeTerms(pay_within, payments, WorkingDays(WEEKDAYS), ZoneInfo("Asia/Shanghai"))
