"""Cookies of ours: no script reads them, and no other site's form sends them along."""

from __future__ import annotations

from flask import Response, request

from app.http.current import wiring


def cookie(name: str) -> str | None:
    """What a cookie of ours holds."""
    return request.cookies.get(_cookie(name))


def set_cookie(answer: Response, name: str, value: str, *, max_age_s: int | None = None) -> None:
    """Give the browser a cookie that no script and no other site's form can use."""
    answer.set_cookie(
        _cookie(name),
        value,
        max_age=max_age_s,
        path="/",
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
    )


def forget(answer: Response, *names: str) -> None:
    """Take cookies of ours away."""
    for name in names:
        answer.delete_cookie(
            _cookie(name), path="/", secure=_is_secure(), httponly=True, samesite="Lax"
        )


def _is_secure() -> bool:
    return not wiring().settings.is_test_mode


def _cookie(name: str) -> str:
    # The prefix keeps a neighbour under the same domain from setting it.
    return f"__Host-{name}" if _is_secure() else f"tanpuhui-{name}"
