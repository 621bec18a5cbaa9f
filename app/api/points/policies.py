"""Routes of points policies: what is published, and how two people publish another one."""

from __future__ import annotations

from typing import Final, TypedDict

from flask import Response

from app.auth import allow, allow_public
from app.http.answers import in_force, json_answer
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Strict
from app.http.once import once
from app.http.pages import page_of, whole_or_page
from app.http.sent_documents import SentDocument, WholeDocument
from app.http.signing import made_when_signed, with_awaited
from app.ids import parse
from app.shown.points_policy import (
    AwaitingPolicy,
    PolicyChangesAnswer,
    PolicyWhole,
    ProposedPolicyAnswer,
    changes_shown,
    policy_whole,
    proposed_policy,
)
from app.usecases.points.propose_policy import propose_policy
from app.usecases.points.read_policies import read_policies
from app.usecases.points.sign_policy import sign_policy
from behaviours.json_value import JsonObject
from behaviours.yaml_text import text_of
from rewards.points.policy_changes import policy_changes
from rewards.points.policy_reading import PolicyDocument
from rewards.points.proposed_policy import UnknownPolicy

blueprint = Blueprint("points policies", __name__, description="By which rules grams are points.")

BOTH: Final = ("operator", "authority")
_EXAMPLE: Final[JsonObject] = {
    "document": {
        "policy": "demonstration",
        "version": "2101",
        "title_zh": "演示计划积分办法",
        "title_en": "Points rules of the demonstration programme",
        "decided_by": "the demonstration programme itself",
        "in_force_from": "2101-01-01",
        "mg_per_point": {"project": 1000, "scene": 1000, "behaviour_only": 2000},
        "rate_source": "1 point = 1 g, of what is behaviour alone 2 g",
        "hold_days": 1,
        "validity_months": 12,
        "expires_at_month_end": True,
        "default": {"points_per_day": 20000},
        "behaviours": {"metro_ride": {"points_per_day": 800}},
    }
}


class PolicyBody(Strict):
    """A policy, whole."""

    document = WholeDocument(
        required=True,
        metadata={"description": "policy.yaml, or it as JSON; without `published_on`."},
    )


class SentPolicy(TypedDict):
    """As ``PolicyBody`` loads it."""

    document: SentDocument


Policies = page_of(PolicyWhole, "PointsPolicies")
ProposedPolicies = page_of(ProposedPolicyAnswer, "ProposedPointsPolicies")


@blueprint.route("/v1/points-policies", methods=["GET"])
@allow_public
@blueprint.paged
@blueprint.response(200, Policies)
def list_policies() -> Response:
    """Every policy, also former and announced ones, by the day from which it holds.

    What was done on a day earns by the policy of that day, whenever it is reported.
    """
    return json_answer(whole_or_page([policy_whole(each) for each in _published()]))


@blueprint.route("/v1/points-policies/<name>", methods=["GET"])
@allow_public
@blueprint.response(200, PolicyWhole)
def read_policy(name: str) -> Response:
    """A policy by its name, `policy@version`, as it was published."""
    return json_answer(policy_whole(_named(name)))


@blueprint.route("/v1/points-policies/<name>/changes", methods=["GET"])
@allow_public
@blueprint.response(200, PolicyChangesAnswer)
def read_changes(name: str) -> Response:
    """What a policy says otherwise than the one that holds before it; of the first, nothing."""
    later, published = _named(name), _published()
    at = published.index(later)
    earlier = published[max(0, at - 1)]
    return json_answer(changes_shown(earlier, later, policy_changes(earlier, later)))


@blueprint.route("/v1/points-policies/<name>/changes/<since>", methods=["GET"])
@allow_public
@blueprint.response(200, PolicyChangesAnswer)
def read_changes_since(name: str, since: str) -> Response:
    """What a policy says otherwise than another one, each by its name."""
    later, earlier = _named(name), _named(since)
    return json_answer(changes_shown(earlier, later, policy_changes(earlier, later)))


@blueprint.route("/v1/points-policies/proposals", methods=["GET"])
@allow(*BOTH)
@blueprint.paged
@blueprint.response(200, ProposedPolicies)
def list_proposed_policies() -> Response:
    """Every policy that was proposed here, the last first."""
    found = wiring().database.transact(read_policies)
    return json_answer(whole_or_page([proposed_policy(each) for each in reversed(found)]))


@blueprint.route("/v1/points-policies/proposals", methods=["POST"])
@allow(*BOTH, step="points_policy.propose")
@blueprint.arguments(PolicyBody, example=_EXAMPLE)
@blueprint.response(202, AwaitingPolicy)
def propose_points_policy(body: SentPolicy) -> Response:
    """Propose a policy and sign it; the other role publishes it.

    It holds for what is done from its first day on, which is so many days after its publication as
    the programme states (`points.policy_notice_days`, 30 unless it says otherwise). It ends what
    holds without an end, and never changes.
    """
    content = body["document"].content
    text = content if isinstance(content, str) else text_of(content)
    return once(with_awaited(proposed_policy), status=202, required=False)(
        propose_policy, text, wiring().publishing_rules, **by_caller()
    )


@blueprint.route("/v1/points-policies/proposals/<policy_id>/publish", methods=["POST"])
@allow(*BOTH, step="points_policy.publish")
@blueprint.signed(201, AwaitingPolicy)
def publish_points_policy(policy_id: str) -> Response:
    """Sign a proposed policy; the second signature, of another person and role, announces it."""
    answer = once(with_awaited(proposed_policy), status=made_when_signed, required=False)(
        sign_policy, parse("ppl", policy_id), wiring().publishing_rules, **by_caller()
    )
    return in_force(answer)


def _published() -> list[PolicyDocument]:
    return [each.document for each in wiring().policies.all()]


def _named(name: str) -> PolicyDocument:
    for each in _published():
        if each.name == name:
            return each
    raise UnknownPolicy("points_policy")
