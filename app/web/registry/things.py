"""A bundle, a block, an enterprise of the registry as pages; and the feed of what is new."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.auth import allow_public
from app.http.current import now, wiring
from app.http.fields import moment
from app.ids import parse, public
from app.messages.catalogues import text
from app.shown.bundles import public_bundle
from app.shown.covers import cover_sentences
from app.shown.enterprises import enterprise_answer
from app.shown.units import block_answer
from app.usecases.pooling.read_verifications import read_verifications
from app.usecases.registry.read_enterprise import read_enterprise
from app.usecases.registry.read_published_bundle import read_published_bundle
from app.usecases.registry.read_registry_block import read_registry_block
from app.web.account.pages import language
from app.web.reading import Pages, reading_page
from rewards.pooling.bundle import PUBLISHED
from rewards.registry.cover import BundleCover

blueprint = Pages("registry_things", __name__, description="Things of the registry to read.")


@blueprint.route("/registry/bundles/<bundle_id>")
@allow_public
@blueprint.page
def read_bundle_page(bundle_id: str) -> Response:
    """A bundle: its sums, its root, its units, its report, and how anybody verifies it."""
    found_id = parse("bdl", bundle_id)
    transact = wiring().database.transact
    (verification,) = transact(read_verifications, bundle_id=found_id, before=None, most=1)
    name, state = public("bdl", found_id), verification.bundle.state
    if state not in PUBLISHED:
        return reading_page(
            "registry_bundle.html", id=name, state=state, now=moment(now()), one=None
        )
    published = transact(read_published_bundle, found_id)
    one: Any = public_bundle(published.seen.bundle)
    return reading_page(
        "registry_bundle.html",
        id=name,
        state=state,
        now=moment(now()),
        one=one,
        facts=_facts(one, language()),
        moments=_moments(one, language()),
        reported=published.seen.bundle.report is not None,
        blocks=[block_answer(each) for each in published.blocks],
        notes=_notes([each.cover for each in published.blocks if each.cover]),
    )


@blueprint.route("/registry/blocks/<block_id>")
@allow_public
@blueprint.page
def read_block_page(block_id: str) -> Response:
    """A block: its numbers, its state, who holds it, and every note on its bundle."""
    found = wiring().database.transact(read_registry_block, parse("blk", block_id))
    return reading_page(
        "registry_block.html",
        one=block_answer(found),
        notes=_notes([found.cover] if found.cover else []),
        now=moment(now()),
    )


@blueprint.route("/registry/enterprises/<enterprise_id>")
@allow_public
@blueprint.page
def read_enterprise_page(enterprise_id: str) -> Response:
    """An enterprise: what it holds and what it has retired."""
    found = wiring().database.transact(read_enterprise, parse("org", enterprise_id))
    return reading_page("registry_enterprise.html", one=enterprise_answer(found), now=moment(now()))


def _notes(covers: list[BundleCover]) -> list[tuple[str, list[str]]]:
    """Of each bundle once, in the language of the page."""
    spoken = language()
    once = {each.bundle_id: each for each in covers}
    return [(public("bdl", key), cover_sentences(each, spoken)) for key, each in once.items()]


def _facts(one: Any, spoken: str) -> list[tuple[str, str]]:
    facts = [
        (text("register:selected", spoken), one["reductions"], ""),
        (text("register:selected_mass", spoken), one["reduction_kg"], " kg CO₂e"),
        (text("register:carried_in", spoken), one["carried_in_kg"], " kg"),
        (text("register:deducted", spoken), one["deducted_kg"], " kg"),
        (text("register:reserve", spoken), one["reserve_kg"], " kg"),
        (text("register:issued_units", spoken), one["issued_t"], " t"),
        (text("register:carried_out", spoken), one["carried_out_kg"], " kg"),
        (text("register:notice_until", spoken), one["notice_until"], ""),
    ]
    return [(name, f"{value}{unit}") for name, value, unit in facts if value is not None]


def _moments(one: Any, spoken: str) -> list[tuple[str, str]]:
    stated = [
        (text("register:sealed_at", spoken), one["sealed_at"]),
        (text("register:issued_at", spoken), one["issued_at"]),
    ]
    return [(name, at) for name, at in stated if at]
