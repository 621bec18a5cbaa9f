"""What proves users, and what was done to them; the users themselves stand beside the people."""

from app.store.tables import metadata as db
from behaviours.one_time_links import PURPOSES
from behaviours.users import ALL_STEPS

# Its secret is made from ``factor_id`` and kept nowhere.
second_factor = db.table(
    "second_factor",
    db.key("user_id"),
    db.uuid("factor_id"),
    # Counted in thirty seconds from 1970: no code of it or of an earlier one is taken again.
    db.whole("last_step"),
    db.count("wrong_codes"),
    db.moment("set_up_at"),
    *db.not_negative("wrong_codes"),
)

recovery_code = db.table(
    "recovery_code",
    db.key("user_id"),
    db.digest_key("code_digest"),
    db.moment("used_at", nullable=True),
)

one_time_link = db.table(
    "one_time_link",
    db.digest_key("link_digest"),
    db.uuid("user_id"),
    db.text("purpose"),
    db.uuid("factor_id"),
    # Null: at the command line of the server.
    db.uuid("made_by", nullable=True),
    *db.moments("made_at", "expires_at"),
    *db.moments("used_at", "replaced_at", nullable=True),
    # Of a way back for who lost everything.
    db.moment("good_from", nullable=True),
    db.digest("release_digest", nullable=True),
    db.one_of("purpose", *PURPOSES),
    *db.indexes("user_id", "expires_at"),
)

# A login of somebody who acts for the programme or an organisation; its tokens stand with it.
user_session = db.table(
    "user_session",
    db.key("session_id"),
    db.uuid("user_id"),
    db.moment("started_at"),
    db.text("address"),
    db.text("user_agent", nullable=True),
    # Null: it began with a password.
    db.uuid("openid_provider_id", nullable=True),
    *db.indexes("user_id", "started_at"),
)

user_step = db.table(
    "user_step",
    db.key("step_id"),
    db.uuid("user_id"),
    db.text("step"),
    # The authenticator, of a signature that is about one.
    db.uuid("about", nullable=True),
    # Null: at the command line of the server.
    db.uuid("taken_by", nullable=True),
    *db.texts("role", "reason", nullable=True),
    db.moment("taken_at"),
    db.one_of("step", *ALL_STEPS),
    db.pages("user_step", "user_id", by="step_id"),
)
