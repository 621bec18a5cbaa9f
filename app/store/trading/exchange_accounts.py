"""SQL of accounts at exchanges: under which number an exchange names whom."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.admitted import statements_of, write_admitted
from app.store.inserting import by_name
from app.store.log.acting import kept
from app.store.paging import newest_first
from behaviours.identity_services import ENDED, TRUSTED
from rewards.trading.exchange_account import ExchangeAccount

# ruff: noqa: S608 - these statements are put together from constants only

_NAMES = tuple(each.name for each in fields(ExchangeAccount))
_COLUMNS = ", ".join(_NAMES)
_ADD = text(
    f"""
    insert into exchange_account ({_COLUMNS}, number_key)
    values ({", ".join(f":{name}" for name in _NAMES)}, :number_key)
        on conflict (exchange_id, number_key) where state <> '{ENDED}' do nothing
    """
)
_FIND = text(f"select {_COLUMNS} from exchange_account where account_id = :id")
_HOLD, _, _WRITE = statements_of("exchange_account", "account_id", _COLUMNS)
_LIST = newest_first(
    f"""
    select {_COLUMNS} from exchange_account
     where (:every or organisation_id = :tenant_id or exchange_id = :tenant_id)
    """,
    by="account_id",
)
# The one that stands now; none where the number was somebody else's when it was bought under it.
_BUYING = text(
    f"""
    select {_COLUMNS} from exchange_account a
     where exchange_id = :exchange_id and number_key = :number_key and state = '{TRUSTED}'
       and not exists (select from exchange_account f
                        where f.exchange_id = a.exchange_id and f.number_key = a.number_key
                          and f.organisation_id <> a.organisation_id
                          and f.admitted_at <= :traded_at and f.ended_at > :traded_at)
       for share
    """
)


def add_exchange_account(connection: Connection, added: ExchangeAccount) -> bool:
    """Keep what was proposed; False when the number stands in the register already."""
    done = connection.execute(_ADD, by_name((*_NAMES, "number_key"), added)).rowcount == 1
    if done:
        kept(added)
    return done


def find_exchange_account(connection: Connection, account_id: UUID) -> ExchangeAccount | None:
    """The account as it stands at this moment."""
    row = connection.execute(_FIND, {"id": account_id}).one_or_none()
    return ExchangeAccount(*row) if row else None


def hold_exchange_account(connection: Connection, account_id: UUID) -> ExchangeAccount | None:
    """The account, which nobody else moves until the transaction ends."""
    row = connection.execute(_HOLD, {"id": account_id}).one_or_none()
    return ExchangeAccount(*row) if row else None


def write_exchange_account(connection: Connection, moved: ExchangeAccount) -> None:
    """Keep the state that an account moved to."""
    write_admitted(connection, _WRITE, moved.account_id, moved)
    kept(moved)


def list_exchange_accounts(
    connection: Connection, tenant_id: UUID | None, *, before: UUID | None, most: int
) -> list[ExchangeAccount]:
    """Accounts of an enterprise, or at an exchange, newest first; None reads all of them."""
    given = {"tenant_id": tenant_id, "every": tenant_id is None, "before": before, "most": most}
    return [ExchangeAccount(*row) for row in connection.execute(_LIST, given)]


def buying_account(
    connection: Connection, exchange_id: UUID, number_key: str, *, traded_at: datetime
) -> ExchangeAccount | None:
    """Whose account it is under which something was bought; it does not end meanwhile."""
    given = {"exchange_id": exchange_id, "number_key": number_key, "traded_at": traded_at}
    row = connection.execute(_BUYING, given).one_or_none()
    return ExchangeAccount(*row) if row else None
