"""Ask a provider of keys or logins for JSON, at an address that somebody registered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import orjson

from app.outbound import TROUBLES, AnswerLimits, OutboundReach, Sent, ask
from behaviours.json_value import JsonObject
from behaviours.open_addresses import NOWHERE, Inside
from behaviours.openid_providers import OpenidProviderUnreachable

# From the first connection to the last byte: a request of ours ends within ten seconds.
WHOLE_S: Final = 6.0
MOST_BYTES: Final = 256 * 1024
RETRY_AFTER_S: Final = 30


def unreachable(case: str) -> OpenidProviderUnreachable:
    """The refusal; nothing of the provider's own words travels in it."""
    return OpenidProviderUnreachable(case, retry_after_s=RETRY_AFTER_S)


def fetch_json(
    url: str,
    *,
    open_net_only: bool,
    inside: Inside = NOWHERE,
    form: str | None = None,
    headers: Mapping[str, str] = {},
) -> tuple[int, JsonObject]:
    """The status and the JSON object that ``url`` answers, to a GET, or to a POST of ``form``.

    ``open_net_only``: over TLS, and never an address of this machine or of a private network that
    is not of ``inside``. Raises OpenidProviderUnreachable.
    """
    told = {"Accept": "application/json", **headers}
    if form is not None:
        told["Content-Type"] = "application/x-www-form-urlencoded"
    reach = OutboundReach(tls_only=open_net_only, open_net_only=open_net_only, inside=inside)
    try:
        body = None if form is None else form.encode("ascii")
        answered = ask(Sent(url, told, body), reach, AnswerLimits(WHOLE_S, MOST_BYTES))
        if len(answered.body) > MOST_BYTES:
            raise ValueError("too long")
    except TROUBLES as trouble:
        raise unreachable("silent") from trouble
    try:
        answer = orjson.loads(answered.body)
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        raise unreachable("unfit")
    return answered.status, answer
