"""Coming in for an organisation: who may not is told so in the words of OAuth 2.

Programs ask with a client's secret, and people with what proves them; RFC 6749 (section 5.2) has a
word for each: ``invalid_client`` and ``invalid_grant``. Both are told after the secret or the proof
was found right, and name the organisation: nobody learns of a standing who could not come in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from behaviours.organisations import InvalidClient, InvalidGrant
from behaviours.standing import OrganisationClosed, OrganisationSuspended


@contextmanager
def told_to_programs() -> Iterator[None]:
    """Inside, an organisation that is suspended or closed is an InvalidClient."""
    try:
        yield
    except (OrganisationSuspended, OrganisationClosed) as stop:
        raise InvalidClient("organisation_stopped", name=stop.facts["name"]) from stop


@contextmanager
def told_to_people() -> Iterator[None]:
    """Inside, an organisation that is suspended or closed is an InvalidGrant."""
    try:
        yield
    except (OrganisationSuspended, OrganisationClosed) as stop:
        raise InvalidGrant("organisation_stopped", name=stop.facts["name"]) from stop
