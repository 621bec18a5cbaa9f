"""Two people of two roles sign what one person alone may not do."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal


class SamePersonTwice(Refusal):
    """Two signatures mean two people."""

    kind = Kind.CONFLICT
    code = "SAME_PERSON_TWICE"


class AlreadyApproved(Refusal):
    """This person approved this version before."""

    kind = Kind.CONFLICT
    code = "ALREADY_APPROVED"
