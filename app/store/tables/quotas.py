"""What providers reported on a civil day, where the programme states a quota, and the alarms."""

from sqlalchemy import CheckConstraint, Column, Date, SmallInteger, Table, UniqueConstraint

from app.store.tables.metadata import key, metadata, moment, uuid, whole

# In stripes, so that two lists of one provider seldom change the same row; the sum is what counts.
provider_day = Table(
    "provider_day",
    metadata,
    key("provider_id"),
    Column("day", Date, primary_key=True),
    Column("stripe", SmallInteger, primary_key=True),
    # Without those that were held because the quota was used.
    whole("actions"),
    CheckConstraint("actions > 0", name="actions"),
    postgresql_with={"fillfactor": "70"},
)

# Told to the operators once for each provider and day.
quota_alarm = Table(
    "quota_alarm",
    metadata,
    key("alarm_id"),
    uuid("provider_id"),
    Column("day", Date, nullable=False),
    # Both as they were when it was told.
    whole("actions"),
    whole("quota"),
    moment("alarmed_at"),
    UniqueConstraint("provider_id", "day"),
)
