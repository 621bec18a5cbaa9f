"""The audit finds the demo's books in order, and sees each invariant break when it is broken."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import InternalError

from app.store.audit.finding import AuditFinding
from app.store.audit.snapshot import snapshot
from app.usecases.audit.audit import INVARIANTS, audit
from app.usecases.audit.recompute_reductions import recompute_reductions
from app.wiring import Wiring
from tests.builders.audit import audited, tables_written

# Lines about what the demo does not come to: the tests that break them.
BROKEN_ELSEWHERE = {
    "project_notices": "test_projects_steps_are_audited.py",
    "project_validations": "test_projects_steps_are_audited.py",
    "project_registrations": "test_projects_steps_are_audited.py",
    "project_land": "test_land_is_held_once.py",
    "project_meters": "test_land_is_held_once.py",
    "project_periods": "test_a_project_is_issued_what_was_verified.py",
    "project_issuances": "test_a_project_is_issued_what_was_verified.py",
    "hand_overs": "test_what_was_handed_over_is_dead_here.py",
    "design_changes": "test_designs_of_projects_change.py",
    "period_designs": "test_designs_of_projects_change.py",
    "project_losses": "test_what_a_project_lost_is_replaced.py",
    "project_owners": "test_projects_change_hands.py",
    "project_shares": "test_projects_change_hands.py",
    "project_runs": "test_a_project_is_issued_what_was_verified.py",
    "consents_after_leaving": "test_a_withdrawal_is_final_for_the_provider.py",
    "nothing_before_return": "test_who_comes_back_counts_from_then_on.py",
    "organisations_assessed": "test_nobody_takes_part_unassessed.py",
    "papers_kept": "test_papers_run_out.py",
    "complaints": "test_complaints_are_counted.py",
    "identity_changes": "test_a_person_with_another_number_keeps_the_account.py",
    "guardianships": "test_children_have_guardians.py",
    "households": "test_households_agree_on_parts.py",
    "boundaries": "test_what_a_covered_emitter_owns_is_not_counted.py",
    "team_sums": "test_teams_add_up_what_was_agreed_to.py",
    "rankings": "test_rankings_show_who_asked_for_it.py",
    "personal_certificates": "test_a_persons_certificate_is_a_record.py",
    "household_shares": "test_what_a_household_saved_is_shared.py",
    "rule_limits": "test_limits_of_rules.py",
    "waiting_actions": "test_what_waits_is_not_credited.py",
    "moved_records": "test_a_record_moves_along.py",
    "installations": "test_what_an_installation_did.py",
    "budgets": "test_budgets_are_never_overspent.py",
    "budget_stages": "test_budgets_are_never_overspent.py",
    "budget_awards": "test_budgets_are_never_overspent.py",
    "budget_additions": "test_budgets_are_added_to.py",
    "cashiers": "test_a_cashier_stays_at_their_till.py",
    "till_closings": "test_a_closed_day_is_its_sales.py",
    "points_adjustments": "test_nobody_alone_adjusts_points.py",
    "points_reinstated": "test_expired_points_are_given_back_by_two.py",
    "points_bonuses": "test_a_first_time_is_paid_once.py",
    "points_policies": "test_no_policy_holds_for_what_is_over.py",
    "points_owed": "test_only_what_was_spent_is_owed.py",
    "bundle_population": "test_after_the_seal_nothing_exists_without_cover.py",
    "units_covered": "test_after_the_seal_nothing_exists_without_cover.py",
    "reversals_covered": "test_after_the_seal_nothing_exists_without_cover.py",
    "uncovered_units": "test_after_the_seal_nothing_exists_without_cover.py",
    "supplied_values": "test_a_supplied_figure_was_published_first.py",
    "auctions": "test_an_auction_goes_to_the_highest_bid.py",
    "auction_bids": "test_an_auction_goes_to_the_highest_bid.py",
    "exchange_lots": "test_what_an_exchange_sold_is_what_it_was_handed.py",
    "exchange_settlements": "test_what_an_exchange_sold_is_what_it_was_handed.py",
    "negotiations": "test_what_two_agreed_on_is_traded.py",
    "replacements": "test_a_shortfall_is_made_good_by_cancelled_units.py",
}
TRUST = Path(__file__).parents[2] / "trust"

# Each breaks one entry by hand, so that exactly the line of this name can notice.
BREAKS = {
    # An event of what never became so.
    "events_tell_states": """
        insert into event (type, is_copy, subject, occurred_at)
        select 'offer.draft', false, 'ofr_' || replace(offer_id::text, '-', ''), now()
          from offer where state = 'published' limit 1
    """,
    # A verifier that nobody signed out of the pool of which nobody is.
    "proposals_signed": """
        insert into verifier_pool_step (step_id, organisation_id, admitted, reason, decided_by,
                                        decided_at)
        select gen_random_uuid(), organisation_id, false, 'x', gen_random_uuid(), now()
          from organisation where kind = 'merchant' limit 1
    """,
    # Who signed what nobody finds signed.
    "log_signatures": """
        insert into log_entry (entry_id, taken_at, verb, role, user_id, changes, signed, signers)
        select gen_random_uuid(), now(), 'bundle.seal', role, user_id, '{}',
               'signature/bundle/none/seal', array[user_id]
          from app_user where role = 'operator' limit 1
    """,
    # An operator who stands there as the authority.
    "log_actors": """
        insert into log_entry (entry_id, taken_at, verb, role, user_id, changes, signers)
        select gen_random_uuid(), now(), 'bundle.seal', 'authority', user_id, '{}', '{}'
          from app_user where role = 'operator' limit 1
    """,
    "reduction_totals": """
        update reduction_account set saved_mg = saved_mg + 1
         where participant_id = (select max(participant_id::text)::uuid from participant)
    """,
    # A city in which nobody did anything on a day that was counted.
    "region_months": """
        insert into region_month values ('2020-01-01', 'CN-330100', 'metro_ride', 1, 1, 0, 0, 1)
    """,
    "claim_keys": """
        insert into claim_key
        select '\\x00', participant_id, gen_random_uuid() from participant limit 1
    """,
    "person_intervals": """
        insert into person_interval
        select participant_id, starts_at + interval '1 second', ends_at, action_id
          from person_interval limit 1
    """,
    "meter_intervals": """
        insert into meter_interval
        select meter_digest, starts_at + interval '1 second', ends_at, participant_id, action_id
          from meter_interval limit 1
    """,
    "reversals": """
        update reversal set points_taken = points_taken + 1
         where action_id = (select action_id from reversal limit 1)
    """,
    # Somebody who left and whose consent stayed.
    "left_for_good": """
        with gone as (
            insert into participant
            select (jsonb_populate_record(p, jsonb_build_object(
                       'participant_id', gen_random_uuid(), 'state', 'closed', 'closed_at', now()
                   ))).* from participant p limit 1
            returning participant_id
        )
        insert into consent
        select (jsonb_populate_record(c, jsonb_build_object(
                   'participant_id', g.participant_id, 'consent_id', gen_random_uuid()
               ))).* from consent c, gone g where c.withdrawn_at is null limit 1
    """,
    "consent_texts": """
        update consent set text_version = 'never published'
         where consent_id = (select consent_id from consent where withdrawn_at is null limit 1)
    """,
    "points_balance": """
        update points_account set balance = balance + 1
         where participant_id = (select max(participant_id::text)::uuid from participant)
    """,
    "points_held": """
        update points_account set held = held + 1
         where participant_id = (select max(participant_id::text)::uuid from participant)
    """,
    "points_debt": """
        update points_account set debt = debt + 1
         where participant_id = (select max(participant_id::text)::uuid from participant)
    """,
    "points_lots": """
        update points_lot set granted = granted + 1
         where lot_id = (select lot_id from points_lot limit 1)
    """,
    # Two awards in one lot: what one gives more the other gives less.
    "points_transfers": """
        with two as (
            select participant_id, lot_id,
                   (array_agg(u.transfer_id order by u.points desc))[1:2] as ids
              from points_lot_use u join points_transfer t using (participant_id, transfer_id)
             where t.kind = 'award' and u.points > 1
             group by 1, 2 having count(*) > 1 limit 1)
        update points_lot_use u
           set points = points + case when u.transfer_id = ids[1] then 1 else -1 end
          from two
         where u.participant_id = two.participant_id and u.transfer_id = any(ids)
    """,
    "points_awards": """
        update points_transfer set reference_id = gen_random_uuid()
         where transfer_id = (select action_id from action where points > 0 limit 1)
    """,
    "points_caps": """
        update points_cap set granted = granted + 1
         where (participant_id, cap_code, period_start) =
               (select participant_id, cap_code, period_start from points_cap limit 1)
    """,
    "offer_stock": """
        update offer_stock set remaining = remaining + 1
         where (offer_id, stripe) = (select offer_id, stripe from offer_stock limit 1)
    """,
    # A code that nobody has, of what is no voucher.
    "voucher_pools": """
        insert into voucher_code (offer_id, code_no, code_digest, sealed, loaded_at)
        select offer_id, 1, 'x', 'x', now() from offer limit 1
    """,
    # A code that somebody has who redeemed goods.
    "voucher_codes": """
        insert into voucher_code (offer_id, code_no, code_digest, sealed, loaded_at,
                                  redemption_id, handed_at)
        select offer_id, 1, 'x', 'x', now(), redemption_id, now() from redemption limit 1
    """,
    "offer_days": """
        insert into offer_day (offer_id, day, quantity)
        select offer_id, '2026-01-01', 1 from offer limit 1
    """,
    "offer_stores": """
        insert into offer_store (offer_id, store_no, quantity)
        select offer_id, 'x', 1 from offer limit 1
    """,
    "offer_limits": """
        update offer_taken set quantity = quantity + 1
         where (participant_id, offer_id) =
               (select t.participant_id, t.offer_id from offer_taken t join offer o
                 using (offer_id) where o.per_person_limit is null limit 1)
    """,
    "redemptions": """
        update redemption_reversal set points = points + 1
         where reversal_id = (select reversal_id from redemption_reversal limit 1)
    """,
    "consents": """
        update consent set granted_at = now() + interval '1 day'
         where (participant_id, organisation_id) =
               (select participant_id, provider_id from action
                 where behaviour = 'metro_ride' limit 1)
    """,
    "bundle_title": """
        update contribution set withdrawn_at = granted_at
         where participant_id = (select participant_id from bundle_entry limit 1)
    """,
    "bundle_caps": """
        update contribution set most_mg_per_bundle = 1
         where participant_id = (select participant_id from bundle_entry e
                                   join bundle using (bundle_id)
                                  where frozen_at is not null and e.saved_mg > 1 limit 1)
    """,
    "bundle_gate": """
        update gate_approval set role = 'operator'
         where methodology = 'bj.low_carbon_travel' and role = 'authority'
    """,
    "declared_elsewhere": """
        with number as (
            select k.claim_digest from claim_key k
              join bundle_entry e using (participant_id, action_id)
              join bundle b on b.bundle_id = e.bundle_id
             where b.frozen_at is not null limit 1
        ), declared as (
            insert into declared_elsewhere (declaration_id, mechanism, reference, kind, evidence,
                number_digest, from_day, state, declared_at)
            select gen_random_uuid(), 'ccer', 'x', 'ride', '{}', claim_digest, '2000-01-01',
                   'declared', '2000-01-01'
              from number returning declaration_id, number_digest
        )
        insert into declared_claim select number_digest, declaration_id from declared
    """,
    "carbon_places": """
        insert into carbon_posting
        select gen_random_uuid(), 'nowhere', 'reserve', 1, bundle_id, family, vintage, now()
          from carbon_posting where debit_account = 'reserve' limit 1
    """,
    "carbon_sealing": """
        update carbon_posting set bundle_id = gen_random_uuid()
         where posting_id = (select posting_id from carbon_posting
                              where credit_account = 'pool' limit 1)
    """,
    "carbon_accounts": """
        insert into carbon_posting
        select gen_random_uuid(), 'carry:elsewhere', debit_account, mg + 1, bundle_id, family,
               vintage, now()
          from carbon_posting where debit_account like 'carry:%' limit 1
    """,
    "bundle_entries": """
        update bundle_entry set salt = gen_random_uuid()
         where action_id = (select action_id from bundle_entry limit 1)
    """,
    "bundle_totals": "update bundle set reductions = reductions + 1 where sealed_at is not null",
    "serial_numbers": "update serial_counter set next_number = next_number + 1",
    "unit_splits": """
        alter table unit_block disable trigger user;
        update unit_block set parent_id = block_id
         where block_id = (select block_id from unit_block
                            where parent_id is not null and state = 'retired' limit 1)
    """,
    "units_issued": """
        update bundle set issued_t = issued_t + 1, carried_out_mg = carried_out_mg - 1000000000
         where sealed_at is not null
    """,
    "units_mass": """
        insert into carbon_posting
        select gen_random_uuid(), 'units', debit_account, 1, bundle_id, family, vintage, now()
          from carbon_posting where debit_account like 'carry:%' limit 1
    """,
    "retirements": """
        alter table retirement disable trigger user;
        update retirement set quantity_t = quantity_t + 1
    """,
    "certificates": """
        alter table retirement disable trigger user;
        update retirement set beneficiary = 'somebody else'
    """,
    "trade_money": "update money_posting set reference_id = gen_random_uuid()",
    "proceeds_shared": """
        insert into money_posting
        select gen_random_uuid(), 'sponsors', 'proceeds:programme', 1, gen_random_uuid(), now()
    """,
    "merchant_statements": """
        insert into money_posting
        select gen_random_uuid(), 'merchant:nobody', 'redeemed', 1, gen_random_uuid(), now()
    """,
    "money_escrow": """
        update money_posting set debit_account = 'escrow:elsewhere'
         where debit_account like 'escrow:%'
    """,
    "trade_deliveries": """
        update unit_transfer set trade_id = null where trade_id is not null
    """,
    "holdings_moved": """
        insert into unit_transfer
        select gen_random_uuid(), block_id, gen_random_uuid(), to_id, 1, null, now()
          from unit_transfer limit 1
    """,
    # A sale of the programme's that went to nobody.
    # To somebody, who gave it to nobody.
    "programme_held": """
        alter table unit_transfer alter to_id drop not null;
        with block as (select block_id from unit_transfer limit 1),
             somebody as (select gen_random_uuid() as id)
        insert into unit_transfer
        select gen_random_uuid(), block_id, hands.from_id, hands.to_id, 1, null, now()
          from block cross join somebody
         cross join lateral (values (null, id), (id, null)) as hands (from_id, to_id)
    """,
    "payments_kept": "update trade set payment_reference = null where state = 'delivered'",
    "listings": "update listing set remaining_t = remaining_t - 1",
    # Another spelling of a number that another action has.
    "claims_once": """
        update action a
           set seal = null, external_id = 'x' || d.at,
               evidence = jsonb_build_object('ride_id', case d.at when 1 then 'ab1' else 'AB 1' end)
          from (select action_id, row_number() over (order by action_id) as at from action
                 where behaviour = 'metro_ride'
                   and not exists (select from reversal r
                                    where r.action_id = action.action_id)) d
         where a.action_id = d.action_id and d.at < 3
    """,
    # A key of somebody who is not there.
    "data_keys": """
        insert into person_key (participant_id, key_id, wrapped)
        values (gen_random_uuid(), 'key', sha256('key'))
    """,
    # It takes back, in hindsight, that it was ever in the pool.
    "verifiers_seated": "update verifier_pool_step set admitted = false, by_two = false",
    "sum_trees": "update bundle_chunk set sum_mg = sum_mg + 1 where chunk_no = 0",
    "provider_days": """
        insert into provider_day
        select provider_id, (recorded_at at time zone 'Asia/Shanghai')::date, 0, 1, 1
          from action where provider_id is not null limit 1
    """,
    "sightings": "insert into sighting_day values (current_date, '\\x00', 5)",
    # Of an action that nobody recorded.
    "places_kept": """
        insert into person_place
        select participant_id, gen_random_uuid(), now(), now(), now(), 'seal'
          from participant limit 1
    """,
    # A provider's report of somebody who never agreed that it says where they were.
    "places_agreed": """
        insert into person_place
        select participant_id, action_id, now(), now(), now(), 'seal'
          from action a left join reversal r using (participant_id, action_id)
         where a.provider_id is not null and r.action_id is null limit 1
    """,
    "recomputed": """
        update action
           set calculation = jsonb_set(calculation, '{inputs,quantities,trips}', '"2"')
         where behaviour = 'metro_ride'
    """,
}


def _by_hand(connection: Connection, statement: str) -> None:
    """Past SQLAlchemy, which would take percent signs and colons for parameters."""
    driver = connection.connection.driver_connection
    # What refuses a change is off: this is somebody who owns the server.
    driver.execute("set local session_replication_role = replica")
    driver.execute(statement)


def _broken_by(
    wiring: Wiring, read_by: Mapping[str, frozenset[str]], statements: Sequence[str]
) -> dict[str, AuditFinding]:
    """What the audit says is broken after these changes, which are taken back.

    A line that reads none of the changed tables says what it said before: it is not asked again.
    """
    with wiring.database.engine.connect() as connection, connection.begin() as change:
        for statement in statements:
            _by_hand(connection, statement)
        written = tables_written(connection)
        found = audit(
            connection,
            rulebook=wiring.rulebook,
            policies=wiring.policies,
            lines={line for line, read in read_by.items() if read & written},
        )
        change.rollback()
    return {finding.name: finding for finding in found if not finding.ok}


def test_the_demo_ends_with_every_invariant_holding_over_something(seeded: Wiring) -> None:
    found = audited(seeded)
    assert [finding.line() for finding in found if not finding.ok] == []
    # A line that compared nothing would hold whatever happened.
    # No day of the demo is closed before a worker runs; closed days have tests of their own.
    idle = {finding.name for finding in found if not finding.count}
    # Nobody of the demo leaves, and its programme states no quotas and no checks.
    assert idle <= {
        *("anchors", "region_months"),
        *("left_for_good", "provider_days", "sightings", "places_kept", "places_agreed"),
        # Nothing of it belongs to another mechanism.
        "declared_elsewhere",
        # Its people let everything be pooled, and no rule says how a sale is shared.
        *("bundle_caps", "proceeds_shared"),
        # And none, up to which days statements of merchants are drawn.
        "merchant_statements",
        # Its offers are goods, without a limit of a day or a store.
        *("voucher_pools", "voucher_codes", "offer_days", "offer_stores"),
        *BROKEN_ELSEWHERE,
    }
    # And each finding is plain enough for JSON.
    for finding in found:
        json.dumps([finding.name, finding.count, finding.broken, finding.offenders])


def test_every_invariant_has_a_test_that_breaks_it() -> None:
    names = {invariant.name for invariant in INVARIANTS} | {
        "claims_once",
        "sum_trees",
        "project_land",
        "project_runs",
        "recomputed",
    }
    assert names == BREAKS.keys() | BROKEN_ELSEWHERE.keys()
    for name, file in BROKEN_ELSEWHERE.items():
        assert name in (TRUST / file).read_text("utf-8"), name


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_one_broken_entry_breaks_exactly_the_line_that_watches_it(
    seeded: Wiring, read_by: Mapping[str, frozenset[str]], name: str
) -> None:
    broken = _broken_by(seeded, read_by, [BREAKS[name]])
    assert broken.keys() == {name}
    assert broken[name].broken >= 1
    assert broken[name].offenders
    assert broken[name].offenders[0] in broken[name].line()


def test_a_gap_in_the_serial_numbers_is_named(
    seeded: Wiring, read_by: Mapping[str, frozenset[str]]
) -> None:
    broken = _broken_by(
        seeded,
        read_by,
        [
            "alter table unit_block disable trigger user",
            """
            update unit_block set numbers = int8range(lower(numbers), upper(numbers) - 1)
             where state = 'reserved'
            """,
        ],
    )
    assert broken["serial_numbers"].broken == 1
    assert broken.keys() == {"serial_numbers", "unit_splits", "listings", "programme_held"}


def test_a_snapshot_cannot_write_and_does_not_see_what_is_committed_later(seeded: Wiring) -> None:
    count = text("select count(*) from task")
    with snapshot(seeded.database) as connection:
        before = connection.execute(count).scalar_one()
        with seeded.database.engine.begin() as other:
            other.execute(
                text(
                    "insert into task (task_id, name, arguments, state, done, created_at,"
                    " run_after, finished_at) values (gen_random_uuid(), 'seen_by_nobody', '{}',"
                    " 'done', 0, now(), now(), now())"
                )
            )
        assert connection.execute(count).scalar_one() == before
    with snapshot(seeded.database) as connection, pytest.raises(InternalError, match="read-only"):
        connection.execute(text("delete from task where name = 'seen_by_nobody'"))
    seeded.database.transact(
        lambda connection: connection.execute(
            text("delete from task where name = 'seen_by_nobody'")
        )
    )


def test_a_sample_is_the_same_for_the_same_seed_and_another_for_another(seeded: Wiring) -> None:
    def sample(seed: str) -> list[str]:
        with snapshot(seeded.database) as connection:
            statement = text(
                "select action_id from action order by"
                " sha256(uuid_send(action_id) || convert_to(:seed, 'UTF8')) limit 20"
            )
            return sorted(str(row[0]) for row in connection.execute(statement, {"seed": seed}))

    assert sample("a") == sample("a")
    assert sample("a") != sample("b")
    with snapshot(seeded.database) as connection:
        finding = recompute_reductions(connection, seeded.rulebook, sample=20, seed="a")
    assert (finding.count, finding.ok) == (20, True)


def test_every_stored_reduction_comes_out_again(seeded: Wiring) -> None:
    seen: list[int] = []
    with snapshot(seeded.database) as connection:
        finding = recompute_reductions(connection, seeded.rulebook, progress=seen.append)
    assert finding.ok, finding.line()
    assert finding.count == len(seen) > 30_000


def test_a_reduction_whose_rule_is_unknown_cannot_be_defended(seeded: Wiring) -> None:
    with seeded.database.engine.connect() as connection, connection.begin() as change:
        _by_hand(
            connection,
            "update action set digest = '\\x00' where action_id = (select min(action_id::text)"
            "::uuid from action)",
        )
        finding = recompute_reductions(connection, seeded.rulebook)
        change.rollback()
    assert finding.broken == 1
    assert finding.offenders[0].startswith("red_")
