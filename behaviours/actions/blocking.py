"""What a declaration blocks: digests of the claims that the rules make of its numbers."""

from __future__ import annotations

from behaviours.actions.declared import DeclaredNumber, claims_declared
from behaviours.issuers import IssuerNotAdmitted, Naming
from behaviours.rules.in_force import ProgrammeRulebook


def blocked_claims(said: DeclaredNumber, rulebook: ProgrammeRulebook) -> list[bytes]:
    """Raises DeclarationWrong, UnusableNumber and IssuerNotAdmitted."""
    claims = claims_declared(said, rulebook.versions(), _naming(said, rulebook))
    return [digest for claim in claims for digest in claim.digests(rulebook.claiming.key)]


def _naming(said: DeclaredNumber, rulebook: ProgrammeRulebook) -> Naming | None:
    if said.issuer is None:
        return None
    register = rulebook.claiming.register
    try:
        register.check_named("", [said.kind], said.issuer)
    except IssuerNotAdmitted as refusal:
        refusal.pointer = "/issuer"
        raise
    return register.naming("", said.kind, said.issuer)
