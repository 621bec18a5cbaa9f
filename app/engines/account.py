"""Whom the engines run as.

PostgreSQL refuses to run as root, rightly. We create no account for it and we open no folder for
it: as root the engines run under the unprivileged account that every Unix has, `nobody`, or under
the account that already owns their place on disk.
"""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

NOBODY_UID = 65534


class ProcessArguments(TypedDict, total=False):
    """Arguments of `subprocess` that say whom a program runs as."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class SystemAccount:
    """An account of the system; `switch` says whether servers must change to it when they start."""

    uid: int
    gid: int
    switch: bool

    @property
    def is_shared(self) -> bool:
        """Whether engines of other installations, and strangers, may run under it."""
        return self.uid == unprivileged_account().uid

    def process_arguments(self) -> ProcessArguments:
        """What `subprocess` needs so that a server runs under this account."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def own_account() -> SystemAccount:
    """The account that runs this process."""
    return SystemAccount(os.geteuid(), os.getegid(), switch=False)


def account_for(place: Path) -> SystemAccount:
    """The account for engines that live in `place`: the present one, or, as root, another."""
    if os.geteuid() != 0:
        return own_account()
    if place.exists() and place.stat().st_uid != 0:
        owner = place.stat()
        return SystemAccount(owner.st_uid, owner.st_gid, switch=True)
    return unprivileged_account()


def unprivileged_account() -> SystemAccount:
    """`nobody`, by name where it has one; the number is the same on every Linux."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return SystemAccount(NOBODY_UID, NOBODY_UID, switch=True)
    return SystemAccount(entry.pw_uid, entry.pw_gid, switch=True)


def can_reach(folder: Path, account: SystemAccount) -> bool:
    """Whether `account` may walk down to `folder`, judged by the mode of it and all its parents.

    A folder that does not exist yet is judged by its parents: it will be made with the right mode.
    """
    if not account.switch:
        return True
    return all(_may_enter(step, account) for step in [folder, *folder.parents] if step.exists())


def _may_enter(folder: Path, account: SystemAccount) -> bool:
    facts = folder.stat()
    if facts.st_uid == account.uid:
        return bool(facts.st_mode & stat.S_IXUSR)
    if facts.st_gid == account.gid:
        return bool(facts.st_mode & stat.S_IXGRP)
    return bool(facts.st_mode & stat.S_IXOTH)
