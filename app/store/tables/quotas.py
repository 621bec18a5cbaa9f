"""What providers reported on a civil day, where the programme states a quota, and the alarms."""

from sqlalchemy import Column, SmallInteger, UniqueConstraint

from app.store.tables import metadata as db

# In stripes, so that two lists of one provider seldom change the same row; the sum is what counts.
provider_day = db.table(
    "provider_day",
    db.key("provider_id"),
    db.day_key("day"),
    Column("stripe", SmallInteger, primary_key=True),
    # Without those that were held because the quota was used.
    *db.wholes("actions", "saved_mg"),
    *db.positive("actions"),
    *db.not_negative("saved_mg"),
    postgresql_with={"fillfactor": "70"},
)

# Told to the operators once for each provider and day.
quota_alarm = db.table(
    "quota_alarm",
    db.key("alarm_id"),
    db.uuid("provider_id"),
    db.day("day"),
    # All as they were when it was told; null where there was no quota, or mass was not counted.
    db.whole("actions"),
    *db.wholes("quota", "saved_mg", "quota_mg", nullable=True),
    db.moment("alarmed_at"),
    UniqueConstraint("provider_id", "day"),
)
