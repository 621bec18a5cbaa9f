"""Which steps of those who act for the programme take two people of two roles, and why the others
do not.

Every step that is open to an operator or the authority stands here once. The rule: who lets in,
credits, or says what counts, decides with a second person; one person proposes, takes away, looks,
or decides on what another party asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Signed by both roles: the first signature does nothing but wait.
BY_TWO: Final = frozenset(
    {
        "action.reverse",
        "action.reverse_days",
        "boundary.import",
        "boundary.propose",
        "boundary.publish",
        "budget.add",
        "budget.close",
        "budget.propose",
        "budget.propose_addition",
        "budget.publish",
        "bundle.issue",
        "bundle.seal",
        "calendar.import",
        "calendar.propose",
        "calendar.publish",
        "guardianship.sign",
        "identity_change.ask",
        "identity_change.sign",
        "identity_provider.admit",
        "identity_provider.propose",
        "identity_service.admit",
        "identity_service.propose",
        "issuer.admit",
        "issuer.import",
        "issuer.register",
        "issuer.state_numbers",
        "methodology.approve_for_bundles",
        "methodology.publish",
        "methodology.withdraw",
        "monitoring_period.answer_hand_over",
        "monitoring_period.issue",
        "monitoring_period.lock_hand_over",
        "openid_provider.approve",
        "openid_provider.propose",
        "organisation.admit",
        "organisation.apply",
        "organisation.close",
        "organisation.lift",
        "organisation.state_ties",
        "origin.admit",
        "origin.propose",
        "points.adjust",
        "project.accept_design_change",
        "points_policy.propose",
        "points_policy.publish",
        "project.change_owner",
        "project.decide",
        "project.register",
        "project.settle_loss",
        # Once the bill of the sale's day can be drawn. Until then one is enough: points go back to
        # where they came from, and the merchant, who is stopped, reads it in the first bill.
        "redemption.reverse_for_merchant",
        "replacement.offer",
        "replacement.replace",
        # Where a scene is open; what is new in a file is only applied for.
        "scene.import",
        "scene.lift",
        "scene.place",
        "scene.publish",
        "series.propose",
        "series.publish",
        "text.import",
        "text.propose",
        "text.publish",
        "user.approve",
        "user.end",
        # Who is limited is by one of the authority; who answers for more than before is by two.
        "user.limit",
        "user.propose",
        "user.recover",
        "user.reset_factor",
        "verifier.admit",
        "verifier.import",
        "verifier.remove",
    }
)

_OWN: Final = "Who asks does it with what is their own: their login, or what they hold and pay for."
_READS: Final = "It reads, and the reading is a row of the log."
_HANDS_IN: Final = "It hands something in for others to decide on, and changes nothing until then."
_TAKES_AWAY: Final = (
    "It takes away or stops, at once because waiting does harm; what it took, two people give back."
)
_OF_OTHERS: Final = (
    "The other half of the decision is another's: who answers is not who asked, and either party"
    " can take it further."
)
_MAY_NO_MORE: Final = "Its organisation was admitted by two, and the client may do no more than it."
_TELLS: Final = "It tells a program what whoever asks reads anyway, and moves nothing."
_FOLLOWS: Final = (
    "It carries a bundle on by its own conditions; nothing is credited, sold or sealed by it, and"
    " the seal and the issue take two."
)
_FOLLOWS_PROJECT: Final = (
    "It carries a project on by the programme's own conditions; nothing is registered or issued by"
    " it, and a registration takes two."
)
# Step by step, where the design says who: trust.md is the part of the design on trust.
ALONE: Final[Mapping[str, str]] = {
    # Whoever confirms has to be answerable and must not gain (trust.md 1: a provider that did not
    # gain, or an operator); the hold's reasons and the outcome stay on record.
    "action.confirm": "The report is one party's word and the confirmation another's: neither who"
    " reported alone nor who gains confirms.",
    "action.take": "It says who looks at a hold, and decides nothing.",
    "app.register": (
        "Its organisation was admitted by two; who comes in through an app proves who they are."
    ),
    "app.import": (
        "It registers several at once, each as one by one: for an organisation that two admitted."
    ),
    "app.revoke": _TAKES_AWAY,
    "auction.open": _OWN,
    "budget.withdraw": _TAKES_AWAY,
    "budget.withdraw_addition": _TAKES_AWAY,
    "bundle.cancel": _TAKES_AWAY,
    "bundle.notice": _FOLLOWS,
    "bundle.open": _FOLLOWS,
    "bundle.preview": _FOLLOWS,
    "bundle.report": _FOLLOWS,
    "bundle.select": _FOLLOWS,
    "bundle.submit": _FOLLOWS,
    "client.end_former": _TAKES_AWAY,
    "client.issue": _MAY_NO_MORE,
    "client.revoke": _TAKES_AWAY,
    "client.rotate": _MAY_NO_MORE,
    "complaint.acknowledge": _OF_OTHERS,
    "complaint.decide": _OF_OTHERS,
    "complaint.fetch_file": _READS,
    "complaint.hand_in": _HANDS_IN,
    "complaint.hand_over": _OF_OTHERS,
    "complaint.reply": _OF_OTHERS,
    "complaint.say": _HANDS_IN,
    # What is declared elsewhere only keeps reductions out.
    "declaration.import": _TAKES_AWAY,
    "declaration.make": _TAKES_AWAY,
    "declaration.withdraw": "Who declared it does not withdraw it: that makes two; and what two"
    " people signed as a boundary is withdrawn by no declaration.",
    "exchange_lot.hand_over": _OWN,
    "exchange_lot.return": _OF_OTHERS,
    "identity_change.withdraw": _TAKES_AWAY,
    "identity_provider.end": _TAKES_AWAY,
    "identity_service.end": _TAKES_AWAY,
    # trust.md 3: an installation is confirmed by the provider or an operator.
    "installation.change_holder": "The next holder's installation is to be confirmed like any"
    " other, and no interval is claimed by both.",
    "installation.confirm": "Its holder reported it and another confirms it; by itself it credits"
    " nothing, and what it reports is held to its capacity.",
    "installation.end": _TAKES_AWAY,
    "listing.close": _OWN,
    "listing.open": _OWN,
    "log.export": _READS,
    "methodology.change": _HANDS_IN,
    "methodology.draft": _HANDS_IN,
    "methodology.file": _HANDS_IN,
    "methodology.fill": _HANDS_IN,
    "methodology.reopen": _HANDS_IN,
    "methodology.replace": _HANDS_IN,
    "methodology.review": "The third person beside the two who publish: neither is the reviewer.",
    "methodology.calculate_period": _READS,
    "methodology.run_in_shadow": _READS,
    "monitoring_period.deliver_hand_over": "Two people locked what is delivered; nothing is"
    " cancelled by it, and two take the receiver's answer in.",
    "monitoring_period.notice": "It carries a report on by its own conditions; nothing is credited"
    " by it, and the issue takes two.",
    "monitoring_period.prepare_hand_over": _HANDS_IN,
    "monitoring_period.refuse": _TAKES_AWAY,
    "monitoring_period.seat": "The authority does not gain from the project; no tie is set aside by"
    " it, and whoever validated does not verify.",
    "monitoring_period.unlock_hand_over": "The units are as they were, and nobody was given the"
    " package; it may be prepared again.",
    "monitoring_period.void": _TAKES_AWAY,
    # API.md: published by an operator.
    "offer.publish": "The merchant drafted it and answers for it; whoever drafts does not publish.",
    "openid_provider.end": _TAKES_AWAY,
    "openid_provider.link_own": _OWN,
    "openid_provider.unlink_own": _OWN,
    "organisation.assess": "The third person beside the two who admit: neither assessed it.",
    "organisation.assess_document": (
        "Its organisation was admitted by two, and may do no more with a newer paper; whoever"
        " accepts that is not who handed it in."
    ),
    "organisation.decline": _TAKES_AWAY,
    "organisation.hand_in": _HANDS_IN,
    "organisation.read_document": _READS,
    "organisation.state": _HANDS_IN,
    "organisation.suspend": _TAKES_AWAY,
    "organisation.withdraw": _TAKES_AWAY,
    "participant.search": _READS,
    "project.approve_validator": "The authority does not gain from the project; no tie is set aside"
    " by it, and the approval is on record with its reason.",
    "project.close_notice": _FOLLOWS_PROJECT,
    "project.draw_validator": "The draw decides, and everybody can repeat it.",
    "project.give_opinion": _FOLLOWS_PROJECT,
    "project.judge_findings": _FOLLOWS_PROJECT,
    "project.open_notice": _FOLLOWS_PROJECT,
    "project.raise_findings": _HANDS_IN,
    "project.refuse": _TAKES_AWAY,
    "project.report_loss": _TAKES_AWAY,
    "project.seat_change_validator": "The authority does not gain from the project; no tie is set"
    " aside by it.",
    "project.refuse_design_change": _TAKES_AWAY,
    "project.refuse_owner": "Nothing changes hands by it; either party may propose it again.",
    "project.suspend": _TAKES_AWAY,
    "project.unseat_validator": _TAKES_AWAY,
    "project.validate_by_authority": _FOLLOWS_PROJECT,
    "project.read_document": _READS,
    "negotiation.accept": _OF_OTHERS,
    "negotiation.counter": _OWN,
    "negotiation.offer": _OWN,
    "negotiation.refuse": _OWN,
    "negotiation.withdraw": _OWN,
    "origin.end": _TAKES_AWAY,
    "replacement.withdraw": _OWN,
    "sandbox.ask": "What is done in a sandbox is in no books.",
    "scene.apply": _HANDS_IN,
    "series.import": _HANDS_IN,
    "scene.assess": "The third person beside the two who publish: neither assessed it.",
    "scene.decline": _TAKES_AWAY,
    "scene.suspend": _TAKES_AWAY,
    "session.end": _TAKES_AWAY,
    "session.end_own": _OWN,
    "store.import": "A merchant answers for its stores; points are taken by its tills alone.",
    # The buyer says that it paid, the seller or an exchange that the money came: two parties whose
    # interests are opposed. A reference pays once, and the money is booked with the delivery.
    "merchant_statement.pay": (
        "It says what the bank did: the sum is the statement's, the payment pays no other, and the"
        " merchant reads which it is."
    ),
    "trade.cancel": _OF_OTHERS,
    "trade.clear": _OF_OTHERS,
    "trade.confirm": _OF_OTHERS,
    "user.change_password": _OWN,
    "user.invite": "Whom an administrator lets into their own organisation; who acts for the"
    " programme is proposed and approved.",
    "user.link_password": "The link opens with what the user alone has.",
    "user.renew_codes": _OWN,
    "user.stop_recovery": _TAKES_AWAY,
    "verification.read_sample": _READS,
    "webhook.change": _TELLS,
    "webhook.delete": _TAKES_AWAY,
    "webhook.disable": _TAKES_AWAY,
    "webhook.enable": _TELLS,
    "webhook.register": _TELLS,
    "webhook.replay": _TELLS,
    "webhook.rotate": _TELLS,
    "webhook.test": _TELLS,
    # trust.md 6: drawn from the pool, or approved by the authority by name.
    "verifier.approve": "The authority does not gain from the bundle; no tie is set aside by it,"
    " and the approval is published with its reason.",
    "verifier.draw": "The draw decides, and everybody can repeat it.",
}
