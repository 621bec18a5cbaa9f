"""Why a token is not given. Clients of OAuth 2 match on ``oauth_error`` (RFC 6749, 5.2)."""

from __future__ import annotations

from typing import ClassVar

from behaviours.refusal import Kind, Refusal


class InvalidClient(Refusal):
    """The client is unknown, disabled, or its secret is another one."""

    kind = Kind.UNAUTHENTICATED
    code = "INVALID_CLIENT"
    oauth_error: ClassVar[str] = "invalid_client"


class InvalidGrant(Refusal):
    """What was shown for a token is wrong, used up, expired or taken back."""

    kind = Kind.MALFORMED
    code = "INVALID_GRANT"
    oauth_error: ClassVar[str] = "invalid_grant"


class UnsupportedGrantType(Refusal):
    """The token route does not know this way of asking."""

    kind = Kind.MALFORMED
    code = "UNSUPPORTED_GRANT_TYPE"
    oauth_error: ClassVar[str] = "unsupported_grant_type"


class TooManyAttempts(Refusal):
    """Too many wrong secrets were shown for one name within a minute."""

    kind = Kind.BUSY
    code = "TOO_MANY_ATTEMPTS"
