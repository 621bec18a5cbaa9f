"""Teams, rankings and people's certificates: what somebody asked for, with sums to look up.

A sum stands beside the version of its person's reduction account at which it was counted. It is
read where the account still has that version, and counted anew where not: it can be late, and is
never wrong.
"""

from sqlalchemy import CheckConstraint

from app.store.tables import metadata as db
from behaviours.households import AGREERS
from behaviours.teams import TEAM_KINDS

team = db.table(
    "team",
    db.key("team_id"),
    *db.choice("kind", *TEAM_KINDS),
    db.text("name"),
    # Means nothing any more once that person has left.
    db.uuid("made_by"),
    *db.since("made_at", until="closed_at"),
)

team_member = db.table(
    "team_member",
    *db.keys("participant_id", "membership_id"),
    db.uuid("team_id"),
    *db.texts("kind", "text_version", "agreed_by"),
    *db.since("joined_at", until="left_at"),
    db.moment("withdrawn_at", nullable=True),
    # Of what was done in the time of it; null: not counted yet, or it counts no more.
    *db.wholes("saved_mg", "actions", "counted_version", nullable=True),
    db.one_of("kind", *TEAM_KINDS),
    db.one_of("agreed_by", *AGREERS),
    CheckConstraint(
        "withdrawn_at is null or (left_at is not null and counted_version is null)",
        name="withdrawn",
    ),
    CheckConstraint("num_nulls(saved_mg, actions, counted_version) in (0, 3)", name="counted"),
    db.once_where("ix_team_member_standing", "participant_id", "kind", where="left_at is null"),
    db.index_where("ix_team_member_team_id", "team_id", where="withdrawn_at is null"),
)

ranking_entry = db.table(
    "ranking_entry",
    *db.keys("participant_id", "entry_id"),
    # Chosen to be read by others; it goes with the entry.
    db.text("pseudonym", nullable=True),
    *db.texts("text_version", "agreed_by"),
    *db.since("agreed_at", until="ended_at"),
    # Of which version of the account the months are; null: not counted yet.
    db.whole("counted_version", nullable=True),
    db.one_of("agreed_by", *AGREERS),
    CheckConstraint("(ended_at is null) = (pseudonym is not null)", name="pseudonym"),
    db.once_where("ix_ranking_entry_standing", "participant_id", where="ended_at is null"),
)

# What somebody in the rankings saved in a civil month of the programme, named by its first day.
ranking_month = db.table(
    "ranking_month",
    db.key("participant_id"),
    db.day_key("month"),
    *db.wholes("saved_mg", "actions"),
)

# Who is in the rankings by a name: each once, whoever asks.
ranking_name = db.table(
    "ranking_name",
    db.digest_key("name_digest"),
    db.uuid("participant_id"),
)

personal_certificate = db.table(
    "personal_certificate",
    *db.keys("participant_id", "certificate_id"),
    *db.days("first_day", "last_day"),
    *db.moments("starts_at", "ends_at", "issued_at"),
    db.moment("revoked_at", nullable=True),
    *db.wholes("actions", "saved_mg"),
    # The signed text, for who has the person's data key.
    db.digest("seal"),
    *db.positive("actions"),
    CheckConstraint("first_day <= last_day and starts_at < ends_at", name="days"),
    *db.indexes("certificate_id"),
)
