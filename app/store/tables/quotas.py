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
    db.whole("actions"),
    *db.positive("actions"),
    postgresql_with={"fillfactor": "70"},
)

# Told to the operators once for each provider and day.
quota_alarm = db.table(
    "quota_alarm",
    db.key("alarm_id"),
    db.uuid("provider_id"),
    db.day("day"),
    # Both as they were when it was told.
    *db.wholes("actions", "quota"),
    db.moment("alarmed_at"),
    UniqueConstraint("provider_id", "day"),
)
