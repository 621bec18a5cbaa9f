"""Number and secret of the one complaint that a browser has open, in a cookie of its session."""

from __future__ import annotations

from typing import Final, NamedTuple

from flask import Response

from app.secrecy.complaint_secrets import MOST_SECRET
from app.web.cookies import cookie, forget, set_cookie

_COOKIE: Final = "complaint"
_BETWEEN: Final = "~"
_NEW: Final = "new"


class ComplaintKey(NamedTuple):
    """What opens a complaint."""

    number: str
    secret: str


def keep_key(answer: Response, key: ComplaintKey, *, is_new: bool = False) -> None:
    """Let the browser have this complaint open; ``is_new``: its secret is yet to be noted."""
    told = [*key, *([_NEW] if is_new else [])]
    set_cookie(answer, _COOKIE, _BETWEEN.join(each.replace(_BETWEEN, "") for each in told))


def kept_key(*, only_new: bool = False) -> ComplaintKey | None:
    """What the browser has open."""
    number, _, rest = (cookie(_COOKIE) or "").partition(_BETWEEN)
    secret, _, new = rest.partition(_BETWEEN)
    if not number or not secret or (only_new and new != _NEW):
        return None
    return ComplaintKey(number[:MOST_SECRET], secret[:MOST_SECRET])


def forget_key(answer: Response) -> None:
    """Close it in this browser."""
    forget(answer, _COOKIE)
