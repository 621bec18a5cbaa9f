"""Attempts: a secret is tried only so often, by whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import request

from app.http.current import wiring
from behaviours.complainants import ComplaintSecretWrong
from behaviours.exports.moving import IdentityNotYours
from behaviours.identity_services import IdentityNotProven
from behaviours.one_time_links import ReleaseCodeWrong
from behaviours.organisations import InvalidClient, InvalidGrant
from behaviours.refusal import Refusal
from behaviours.second_factor import WrongCode

Proven = TypeVar("Proven")
# What says that a secret was wrong; a short new password, or a missing code, is no guess.
_WRONG = (
    InvalidClient,
    InvalidGrant,
    ReleaseCodeWrong,
    WrongCode,
    IdentityNotProven,
    IdentityNotYours,
    ComplaintSecretWrong,
)


def attempt(name: str, prove: Callable[[], Proven | Refusal]) -> Proven:
    """Let a secret be tried for ``name`` from this address, unless too many were wrong.

    A refusal that ``prove`` returns instead of raising it, so that its count is committed, is
    raised here.
    """
    with wiring().guesses.trying(name, request.remote_addr or ""):
        proven = _outcome(prove)
        if isinstance(proven, _WRONG):
            raise proven
    if isinstance(proven, Refusal):
        raise proven
    return proven


def _outcome(prove: Callable[[], Proven | Refusal]) -> Proven | Refusal:
    try:
        return prove()
    except Refusal as refused:
        return refused
