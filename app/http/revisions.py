"""Revisions as ETags: who changes a thing says which one was read, and no change is lost."""

from __future__ import annotations

import re

from flask import Response, request

from behaviours.refusal import Refusal

# RFC 9110, 8.8.3 and 13.1.1: entity tags in a list, a weak one begins with W/. The white space and
# the empty members that a list may have are let pass.
_TAG = r'(?:W/)?"[!\x23-\x7e\x80-\xff]*"'
_TAGS = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*")
_REVISION = re.compile(r'(?<!W/)"([1-9][0-9]{0,8})"')


def tagged(response: Response) -> Response:
    """The answer with its own ``revision`` as ETag."""
    response.set_etag(str(response.get_json()["revision"]))
    return response


def if_match(unreadable: Refusal) -> frozenset[int] | None:
    """The revisions of which the caller read one; None when any will do.

    ``*`` is any that exists. Tags are compared strongly: a weak one says only that a thing looked
    alike, and is no revision that was read. Raises ``unreadable`` when the header names none: who
    sends it empty meant a condition.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    revisions = frozenset(map(int, _REVISION.findall(header)))
    if not revisions or _TAGS.fullmatch(header) is None:
        raise unreadable
    return revisions
