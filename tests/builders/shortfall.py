"""A bundle that is short of cover, an enterprise that holds other units, and who signs."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from app.factory import create_app
from app.ids import public
from app.store.database import Connection
from app.usecases.pooling.ask_replacement import ask_replacement
from app.usecases.pooling.sign_replacement import sign_replacement
from app.usecases.recording.reverse_actions import Reversing, reverse_actions
from app.wiring import Wiring
from behaviours.viewer import Viewer
from rewards.registry.cover import whole_tonnes
from tests.builders.market import NOW, PV, bundle, issued, pooled_pv, rows, run, somebody
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import an_owner, bought, listed, programme_block

Work = Callable[[Connection], Any]
HELD_T = 20


def reversal(wiring: Wiring, action: UUID) -> Work:
    """Take an action back, as if everybody had signed."""
    return lambda connection: reverse_actions(
        connection,
        [Reversing(action, "a test", "not_done")],
        viewer=Viewer("operator", None),
        reversed_by="operator:test",
        rulebook=wiring.rulebook,
        policies=wiring.policies,
        now=NOW,
    )


class Short(NamedTuple):
    """``buyer`` holds all of the short bundle's units; ``giver`` holds those of another."""

    wiring: Wiring
    http: Http
    tokens: Tokens
    bundle_id: UUID
    # Of the bundle, and not taken back.
    actions: list[UUID]
    buyer: UUID
    giver: UUID
    given: UUID

    @property
    def short_t(self) -> int:
        return whole_tonnes(bundle(self.wiring, self.bundle_id).shortfall_mg)

    def suspended_t(self) -> int:
        return self.tonnes("suspended")

    def tonnes(self, state: str) -> int:
        (row,) = rows(
            self.wiring,
            "select coalesce(sum(upper(numbers) - lower(numbers)), 0)::int as t from unit_block"
            " where state = :state and bundle_id = :bundle_id",
            state=state,
            bundle_id=self.bundle_id,
        )
        return row["t"]

    def ask(
        self,
        quantity_t: int | str,
        *,
        token: str | None = None,
        block: UUID | None = None,
        reference: str | None = None,
        query: str = "",
    ) -> Any:
        """Offer tonnes of a block; the giver's own by default."""
        return self.http.post(
            f"/v1/bundles/{public('bdl', self.bundle_id)}/replacements{query}",
            {
                "block_id": public("blk", block or self.given),
                "quantity_t": str(quantity_t),
                "client_reference": reference or secrets.token_hex(8),
            },
            token=token or self.tokens("enterprise", tenant=self.giver),
            key=secrets.token_hex(8),
        )

    def sign(self, offered: str, token: str, query: str = "") -> Any:
        return self.http.post(
            f"/v1/replacements/{offered}/sign{query}", token=token, key=secrets.token_hex(8)
        )

    def made_good(self, quantity_t: int, **changes: Any) -> Any:
        """Offered and signed by both; the last answer."""
        asked = self.ask(quantity_t, **changes)
        assert asked.status_code == 202, asked.json
        self.sign(asked.json["id"], self.tokens("operator"))
        done = self.sign(asked.json["id"], self.tokens("authority"))
        assert done.status_code == 201, done.json
        return done.json

    def offered(self, quantity_t: int, block_id: UUID | None = None) -> UUID:
        """An offer of the giver's that an operator has signed; its id."""
        made = run(
            self.wiring,
            ask_replacement,
            self.bundle_id,
            block_id=block_id or self.given,
            quantity_t=quantity_t,
            viewer=Viewer("enterprise", self.giver, self.giver),
            client_reference=secrets.token_hex(8),
            clock=self.wiring.clock,
        )
        run(self.wiring, self.signing(made.asked.replacement_id, "operator"))
        return made.asked.replacement_id

    def signing(self, replacement_id: UUID, role: str = "authority") -> Work:
        """One signature more, by somebody whom nobody has seen before."""
        return lambda connection: sign_replacement(
            connection,
            replacement_id,
            by=somebody(role),
            signed_for=self.wiring.programme.signed_for,
            clock=self.wiring.clock,
        )


def a_short_bundle(wiring: Wiring, *, people: int = 3) -> Short:
    """One of the reductions behind sold units was taken back: the reserve lacks most of it."""
    pooled = pooled_pv(wiring, people=people)
    bundle_id = issued(wiring, methodology=PV)
    buyer = an_organisation(wiring, "enterprise")
    tonnes = bundle(wiring, bundle_id).issued_t or 0
    bought(wiring, listed(wiring, programme_block(wiring, bundle_id), tonnes), tonnes, buyer)
    giver, given = an_owner(wiring, HELD_T)
    (_, first), *others = pooled
    run(wiring, reversal(wiring, first))
    app = create_app(wiring)
    return Short(
        wiring,
        Http(app),
        Tokens(app, wiring),
        bundle_id,
        [action for _, action in others],
        buyer,
        giver,
        given,
    )
