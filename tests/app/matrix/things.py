"""One thing of each kind that nobody makes by the way, for the matrix: whose it is, and its id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.ids import new_id, public
from app.secrecy.signatures import sign
from app.store.engagement.certificates import add_certificate
from app.wiring import Wiring
from behaviours.civil_time import civil_day, start_of_day
from behaviours.engagement import LiveSum
from behaviours.personal_certificates import (
    CertificateMade,
    CertifiedLine,
    certificate_number,
    personal_certificate_of,
)
from tests.builders.points import give_points
from tests.builders.redemption import an_offer, redeeming


class Owners(NamedTuple):
    """Whose the things are: a person, a provider with a user of it, and an enterprise."""

    person: UUID
    provider: UUID
    boss: UUID
    enterprise: UUID


_TASK = """
    insert into task (task_id, name, subject_id, started_by, arguments, state, done, created_at,
                      run_after, finished_at)
    values (:id, '{name}', :provider, :provider, '{{}}', 'done', 0, now(), now(), now())
"""
_APP = """
    insert into mobile_app (app_id, organisation_id, platform, store_id, name_zh, name_en, state,
                            registered_at)
    values (:id, :provider, 'ios', 'cn.example.x', 'x', 'x', 'registered', now())
"""
_IDENTITY_CHANGE = """
    insert into identity_change (participant_id, change_id, reason, note, evidence_sha256,
                                 bound_digest, asked_by, asked_at, notice_until)
    values (:person, :id, 'reassigned', 'x', decode(repeat('00', 32), 'hex'),
            decode(repeat('00', 32), 'hex'), :boss, now(), now() + interval '7 days')
"""
_DOCUMENT = """
    insert into organisation_document (document_id, organisation_id, kind, media_type, size_bytes,
                                       sha256, handed_in_by, handed_in_at)
    values (:id, :provider, 'contract', 'application/pdf', 1, decode(repeat('00', 32), 'hex'),
            :boss, now())
"""
_COMPLAINT_FILE = """
    insert into complaint_file (participant_id, complaint_id, file_id, added_by, added_at,
                                media_type, size_bytes, sha256)
    select participant_id, complaint_id, :id, 'complainant', now(), 'image/png', 1,
           decode(repeat('00', 32), 'hex')
      from complaint where participant_id = :person limit 1
"""
_NOTICE = """
    insert into holder_notice (notice_id, organisation_id, bundle_id, reversed_mg, shortfall_mg,
                               written_at)
    select :id, :enterprise, bundle_id, 1, 1, now() from bundle limit 1
"""
_LOT = """
    insert into listing (listing_id, seller_id, block_id, quantity_t, remaining_t,
                         price_fen_per_tonne, state, created_at, kind)
    select :id, null, block_id, 1, 1, 100, 'open', now(), 'auction' from unit_block limit 1
"""
_EXCHANGE_LOT = """
    insert into listing (listing_id, seller_id, block_id, quantity_t, remaining_t,
                         price_fen_per_tonne, state, created_at, kind)
    select :id, :enterprise, block_id, 1, 1, 100, 'open', now(), 'exchange'
      from unit_block limit 1
"""
_HANDED = """
    insert into exchange_lot (listing_id, exchange_id, returns_at, document, serials_csv,
                              document_digest)
    values (:id, :provider, now() + interval '9 days', '{}', '', sha256('{}'))
"""
_SETTLEMENT = """
    insert into exchange_settlement (settlement_id, exchange_id, reference, digest, lines, state,
                                     sent_at, ended_at)
    values (:id, :enterprise, 'x', sha256('x'), 1,
            'settled', now(), now())
"""
_AUCTION = """
    insert into auction (listing_id, seller_id, state, ends_at, extensions, bids, awards)
    values (:id, null, 'bidding', now() + interval '1 day', 0, 0, 0)
"""
_AUCTION_TERMS = """
    insert into auction_terms (listing_id, minimum_fen_per_tonne, raise_fen_per_tonne, opens_at,
                               closes_at, extend_minutes, most_extensions, passes_on)
    values (:id, 100, 1, now(), now() + interval '1 day', 0, 0, false)
"""
_NEGOTIATION = """
    insert into negotiation (negotiation_id, seller_id, buyer_id, block_id, quantity_t,
                             price_fen_per_tonne, valid_until, state, rounds, made_at)
    select :id, null, :enterprise, block_id, 1, 1, now() + interval '1 day', 'offered', 1, now()
      from unit_block limit 1
"""
_OPENID_PROVIDER = """
    insert into openid_provider (provider_id, organisation_id, name, issuer, client_id,
                                 redirect_uri, trusted_amr, trusted_acr, state, proposed_by,
                                 proposed_at)
    values (:id, :provider, 'x', 'https://login.example', 'x', 'https://here.example', '{}', '{}',
            'proposed', :boss, now())
"""
_REPLACEMENT = """
    insert into replacement (replacement_id, bundle_id, block_id, quantity_t, organisation_id,
                             client_reference, asked_by, asked_at)
    select :id, b.bundle_id, u.block_id, 1, :enterprise, 'x', :boss, now()
      from bundle b cross join unit_block u limit 1
"""
_REQUEST = """
    insert into personal_request (participant_id, request_id, organisation_id, kind, scene,
                                  text_version, state, asked_at)
    values (:person, :id, :provider, 'consent', 'metro_ride', '2026-01', 'open', now())
"""
_SHADOW_RUN = """
    insert into shadow_run (run_id, code, version, occurred_from, occurred_to, seed, started_by,
                            started_at)
    values (:id, 'bj.low_carbon_travel', '2024', current_date, current_date, 'x', :boss, now())
"""
# By one name: what a word opened of the person, and where the user is logged in.
_WORD_SESSION = """
    insert into word_session (participant_id, session_id, organisation_id, link_id, started_at,
                              expires_at)
    values (:person, :id, :provider, :provider, now(), now() + interval '1 hour')
"""
_USER_SESSION = """
    insert into user_session (session_id, user_id, started_at, address)
    values (:id, :boss, now(), '192.0.2.1')
"""
_BUDGET = """
    insert into budget (budget_id, title_zh, title_en, sponsor_id, scenes, region, starts_on,
                        ends_on, closes_on, points, shares, pays, state, proposed_by, proposed_at,
                        returned_points)
    select :id, 'x', 'x', organisation_id, '{own_bag}', null, current_date + 9, current_date + 9,
           current_date + 10, 100, '{100}', '{100}', 'proposed', :boss, now(), 0
      from unnest(array[cast(:provider as uuid)]) organisation_id
"""
_ADDITION = """
    insert into budget_addition (budget_id, number, points, state, proposed_by, proposed_at)
    values (:id, 1, 100, 'proposed', :boss, now())
"""
_STATEMENT = """
    insert into merchant_statement (statement_id, merchant_id, number, first_day, last_day,
                                    captures, captured_items, captured_points, captured_fen,
                                    reversals, reversed_items, reversed_points, reversed_fen,
                                    brought_fen, starts_at, ends_at, drawn_at)
    select :id, merchant_id, 1, current_date, current_date, 1, 1, 1, 1, 0, 0, 0, 0, 0,
           now() - interval '1 day', now(), now()
      from offer limit 1
"""
_WEBHOOK = """
    insert into webhook_endpoint (endpoint_id, organisation_id, url, description, types, secret_id,
                                  state, revision, created_at, state_at, after)
    values (:id, :provider, 'https://hooks.example', 'x', '{}', :id, 'enabled', 1, now(), now(), 0)
"""
_DELIVERY = """
    insert into webhook_attempt (attempt_id, endpoint_id, message_id, type, subject, number,
                                 started_at, duration_ms, outcome, status, answer, is_replay,
                                 is_trial)
    select :id, endpoint_id, :id, 'trade.paid', 'x', 1, now(), 1, 'delivered', 200, '', false,
           false
      from webhook_endpoint where organisation_id = :provider limit 1
"""
_TEAM = """
    insert into team (team_id, kind, name, made_by, made_at)
    values (:id, 'community', 'Green Lane', :person, now())
"""
_TEAM_MEMBER = """
    insert into team_member (participant_id, membership_id, team_id, kind, text_version, agreed_by,
                             joined_at)
    values (:person, :id, :id, 'community', '1', 'person', now())
"""
_RANKED = """
    insert into ranking_entry (participant_id, entry_id, pseudonym, text_version, agreed_by,
                               agreed_at)
    values (:person, :id, 'Spring River', '1', 'person', now())
"""
# By the member of a path: what the id begins with outside, and how one comes to be.
THINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "app_id": ("app", _APP),
    "auction_id": ("lst", _LOT, _AUCTION, _AUCTION_TERMS),
    "budget_id": ("bgt", _BUDGET, _ADDITION),
    "change_id": ("idc", _IDENTITY_CHANGE),
    "document_id": ("doc", _DOCUMENT),
    "file_id": ("cfl", _COMPLAINT_FILE),
    "import_id": ("imp", _TASK.format(name="import_file")),
    "lot_id": ("lst", _EXCHANGE_LOT, _HANDED),
    "negotiation_id": ("ngt", _NEGOTIATION),
    "notice_id": ("ntc", _NOTICE),
    "provider_id": ("oip", _OPENID_PROVIDER),
    "replacement_id": ("rpl", _REPLACEMENT),
    "request_id": ("ask", _REQUEST),
    "run_id": ("tsk", _TASK.format(name="shadow_run"), _SHADOW_RUN),
    "statement_id": ("mst", _STATEMENT),
    "settlement_id": ("xst", _SETTLEMENT),
    "session_id": ("ses", _WORD_SESSION, _USER_SESSION),
    "team_id": ("team", _TEAM, _TEAM_MEMBER, _RANKED),
    "webhook_id": ("whk", _WEBHOOK),
    "delivery_id": ("dlv", _DELIVERY),
}


def written(wiring: Wiring, owners: Owners) -> dict[str, str]:
    """Write one of each; what each is called, by the member that names it in paths."""
    found = {}
    with wiring.database.engine.begin() as connection:
        for member, (prefix, *statements) in THINGS.items():
            identifier = new_id()
            for statement in statements:
                done = connection.execute(text(statement), {**owners._asdict(), "id": identifier})
                assert done.rowcount == 1, member
            found[member] = public(prefix, identifier)
    return found


def certified(wiring: Wiring, person: UUID) -> str:
    """The number of a certificate that the person has."""
    now = wiring.clock.now()
    day = civil_day(now, wiring.zone) - timedelta(2)
    starts_at, ends_at = (start_of_day(day + timedelta(each), wiring.zone) for each in (0, 1))
    made = CertificateMade(person, new_id(), day, day, starts_at, ends_at, now, 1, 50_000)
    lines = [CertifiedLine("metro_ride", LiveSum(50_000, 1))]
    document = personal_certificate_of(made, lines, programme=("x", "x"), zone=wiring.zone)
    signed = sign(document, wiring.settings.signing_key)
    wiring.database.transact(add_certificate, made, signed)
    return certificate_number(made.certificate_id)


def redeemed(wiring: Wiring, person: UUID) -> None:
    """The person redeems something online."""
    offer = an_offer(wiring)
    points = 50 * (1 + offer.points // 50)
    give_points(wiring, person, points, available_at=wiring.clock.now())
    redeeming(wiring, person, offer)
