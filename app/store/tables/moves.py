"""People who move from one installation to another, and what they bring along."""

from sqlalchemy import Index, text

from app.store.tables import metadata as db
from behaviours.identity_services import STATES

# Another installation whose signed exports are taken in. Who proposed, admitted and ended it stands
# among the signatures.
origin = db.table(
    "origin",
    db.key("origin_id"),
    db.text("name"),
    # A JSON Web Key Set.
    db.document("keys"),
    db.text("state"),
    db.moment("proposed_at"),
    *db.moments("admitted_at", "ended_at", nullable=True),
    db.one_of("state", *STATES),
    *db.trusted_until("ended_at"),
    Index("ix_origin_name", "name", unique=True, postgresql_where=text("ended_at is null")),
)

# A person asked for an export that goes to another installation, which its key names.
asked_move = db.table(
    "asked_move",
    *db.keys("participant_id", "move_id"),
    db.text("audience"),
    *db.moments("asked_at", "expires_at"),
)

# A record that was taken in from elsewhere. It is nobody's reduction here.
moved_record = db.table(
    "moved_record",
    *db.keys("participant_id", "record_id"),
    db.uuid("origin_id"),
    db.text("origin"),
    # The account there.
    db.uuid("person"),
    db.uuid("move_id"),
    db.digest("document_digest"),
    db.count("actions"),
    db.whole("saved_mg"),
    # Actions that could not be told from another one when they are reported here.
    db.count("unmatched"),
    db.moment("taken_at"),
    *db.not_negative("actions", "saved_mg", "unmatched"),
)

# One account elsewhere is taken in once, into one account here.
taken_record = db.table(
    "taken_record",
    # Stands for the origin and the account there.
    db.digest_key("account_digest"),
    *db.uuids("participant_id", "record_id"),
)

# Each action of such a record, under the id that it has where it was recorded.
moved_action = db.table(
    "moved_action",
    *db.keys("participant_id", "action_id"),
    db.uuid("record_id"),
    # The key of the installation in whose books it is counted.
    db.text("recorded_by"),
    *db.texts("behaviour", "region"),
    db.moment("occurred_at"),
    db.moment("ended_at", nullable=True),
    db.moment("recorded_at"),
    *db.texts("methodology", "version"),
    db.digest("digest"),
    db.text("provenance"),
    db.small("vintage"),
    db.whole("saved_mg"),
    *db.not_negative("saved_mg"),
)
