"""Check that a number of somebody else's is known again however it is written."""

from __future__ import annotations

from behaviours.actions.normal_form import DEFAULT, UnusableNumber, normal_form


def check_spelling(number: str, pointer: str) -> None:
    """Refuse a reference that could be written in several ways that look alike.

    Raises UnusableNumber, at ``pointer`` of the request.
    """
    try:
        normal_form(DEFAULT, number)
    except UnusableNumber as refusal:
        # Long ones, and signs alone, are compared as they are.
        if refusal.case not in ("nothing_left", "too_long"):
            refusal.pointer = pointer
            raise
