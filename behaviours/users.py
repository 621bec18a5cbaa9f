"""Users: the people who act for the programme or for an organisation, each by a name of their own.

``STEPS`` is the whole life of a user::

    proposed ─approve─▶ invited ─accept─▶ active ─lock─▶ locked ─unlock─▶ active
    any but ended ─end─▶ ended

Who acts for the programme is let in, and ended, by two people of two roles: an operator who could
let in an authority alone would be both. Who acts for an organisation is let in by an administrator
of it. A person who takes part may have a user too, which is active from the first and ends when
they leave.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict, Forbidden, UnknownId
from behaviours.steps import Step
from behaviours.viewer import Viewer

PROPOSED, INVITED, ACTIVE, LOCKED, ENDED = STATES = (
    "proposed",
    "invited",
    "active",
    "locked",
    "ended",
)

APPROVE: Final = "approve"
ACCEPT: Final = "accept"
LOCK: Final = "lock"
UNLOCK: Final = "unlock"
END: Final = "end"
# Nothing moves, and the history tells it: a link was made, a secret was changed, somebody signed.
INVITE: Final = "invite"
LINK_PASSWORD: Final = "link_password"  # noqa: S105 - the name of a step
CHANGE_PASSWORD: Final = "change_password"  # noqa: S105 - likewise
RESET_FACTOR: Final = "reset_factor"
RENEW_FACTOR: Final = "renew_factor"
RENEW_CODES: Final = "renew_codes"
LINK_OPENID: Final = "link_openid"
UNLINK_OPENID: Final = "unlink_openid"
LINK_RECOVERY: Final = "link_recovery"
STOP_RECOVERY: Final = "stop_recovery"
RECOVER: Final = "recover"
SIGN_APPROVE: Final = "sign_approve"
SIGN_END: Final = "sign_end"
SIGN_RESET: Final = "sign_reset"
LIMIT_AREA: Final = "limit_area"
SIGN_RECOVERY: Final = "sign_recovery"

STEPS: Final[Mapping[str, Step]] = {
    APPROVE: Step((PROPOSED,), INVITED),
    ACCEPT: Step((INVITED,), ACTIVE),
    LOCK: Step((ACTIVE,), LOCKED),
    UNLOCK: Step((LOCKED,), ACTIVE),
    END: Step((PROPOSED, INVITED, ACTIVE, LOCKED), ENDED),
}
# What can be done to a user without moving them, and in which states.
DONE_IN: Final[Mapping[str, tuple[str, ...]]] = {
    INVITE: (INVITED,),
    LINK_PASSWORD: (ACTIVE, LOCKED),
    CHANGE_PASSWORD: (ACTIVE, LOCKED),
    RESET_FACTOR: (ACTIVE, LOCKED),
    RENEW_FACTOR: (ACTIVE, LOCKED),
    RENEW_CODES: (ACTIVE,),
    LINK_OPENID: (ACTIVE,),
    LINK_RECOVERY: (ACTIVE, LOCKED),
    STOP_RECOVERY: (ACTIVE, LOCKED),
    RECOVER: (ACTIVE, LOCKED),
    SIGN_APPROVE: (PROPOSED,),
    SIGN_END: (PROPOSED, INVITED, ACTIVE, LOCKED),
    SIGN_RESET: (ACTIVE, LOCKED),
    LIMIT_AREA: (PROPOSED, INVITED, ACTIVE, LOCKED),
    SIGN_RECOVERY: (ACTIVE, LOCKED),
    UNLINK_OPENID: (ACTIVE,),
}
ALL_STEPS: Final = (*STEPS, *DONE_IN)
# What two people sign, each by a step of their own.
SIGNED_STEPS: Final = (SIGN_APPROVE, SIGN_END, SIGN_RESET, SIGN_RECOVERY)

# Who acts for the programme itself, and so has no organisation.
PROGRAMME_ROLES: Final = ("operator", "authority")
PARTICIPANT: Final = "participant"
# Whoever acts for an organisation that was not admitted yet: it hands in what is assessed.
APPLICANT: Final = "applicant"
# What a user of an organisation is there for: an administrator lets in and ends the others.
ADMINISTRATOR: Final = "administrator"
MEMBER: Final = "member"
DUTIES: Final = (ADMINISTRATOR, MEMBER)
# The name to log in with, also an address of e-mail: no two that look alike by their capitals.
USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,63}")


class UnknownUser(UnknownId):
    """There is no such user, or they are not the asker's to see."""

    cases = ("user",)


class UserStateConflict(Conflict):
    """What is to be done with a user cannot be done in their state."""


class UsersOnly(Forbidden):
    """A program asks by a client's secret for what only a user of the organisation may do."""


class NotAdministrator(Forbidden):
    """Users of an organisation are let in and ended by one of its administrators."""


class LastOfItsRole(Conflict):
    """Nobody would be left who can act in this role."""


class NotForOneself(Forbidden):
    """This is done by others, so that no single stolen session is enough for it."""


class OnlyWayIn(Conflict):
    """Without it the user could not come in any more: there is no password, and nothing else."""


class RecoveryNotOpen(Conflict):
    """Nobody signed for a way back of this user, or it is over."""


class SignedAlready(Conflict):
    """It takes two people, and this one has signed it before."""


@dataclass(frozen=True, slots=True)
class User:
    """One user as they stand. ``version`` grows whenever what proves them changes.

    ``organisation_id`` and ``duty`` are there of users of an organisation, ``participant_id`` of a
    person who takes part; who acts for the programme has none of them.
    """

    user_id: UUID
    username: str
    display_name: str | None
    role: str
    organisation_id: UUID | None
    participant_id: UUID | None
    duty: str | None
    state: str
    version: int
    created_at: datetime
    ended_at: datetime | None

    @property
    def tenant_id(self) -> UUID | None:
        """The organisation or the person that the user speaks for."""
        return self.organisation_id or self.participant_id

    @property
    def is_staff(self) -> bool:
        """Whether the user acts for the programme or an organisation."""
        return self.role != PARTICIPANT

    @property
    def acts_for_programme(self) -> bool:
        """Whether the user is an operator or of the authority."""
        return self.role in PROGRAMME_ROLES

    @property
    def is_proposed(self) -> bool:
        """Whether a second person has yet to sign for them."""
        return self.state == PROPOSED

    @property
    def is_invited(self) -> bool:
        """Whether they have a link, and have yet to come in."""
        return self.state == INVITED

    @property
    def ends_by_two(self) -> bool:
        """Whether it takes two people to end them: nobody is put out of the programme by one."""
        return self.acts_for_programme and self.state in (ACTIVE, LOCKED)

    @property
    def has_ended(self) -> bool:
        """Whether the user may not come in any more, ever."""
        return self.state == ENDED

    @property
    def is_locked(self) -> bool:
        """Whether somebody with the password tried too many wrong codes."""
        return self.state == LOCKED

    @property
    def may_come_in(self) -> bool:
        """Whether a login may begin; one that began goes on while the user is locked."""
        return self.state == ACTIVE

    def move(self, step: str, *, now: datetime) -> User:
        """The user after ``step``; raises UserStateConflict."""
        needs, leads_to, _ = STEPS[step]
        self._check(step, needs)
        ended_at = now if leads_to == ENDED else None
        return replace(self, state=leads_to, version=self.version + 1, ended_at=ended_at)

    def renewed(self, step: str) -> User:
        """The user whose password or second factor became another; raises UserStateConflict."""
        self.check(step)
        return replace(self, version=self.version + 1)

    def with_new_password(self, *, now: datetime) -> User:
        """The user who knows another password from now on: one who was locked is so no more.

        Raises UserStateConflict.
        """
        changed = self.renewed(CHANGE_PASSWORD)
        return changed.move(UNLOCK, now=now) if changed.is_locked else changed

    @property
    def own_names(self) -> tuple[str, ...]:
        """What no password of the user may be made of."""
        return (self.username, self.display_name or "")

    def check(self, step: str) -> None:
        """Whether something can be done that moves nobody; raises UserStateConflict."""
        self._check(step, DONE_IN[step])

    def _check(self, step: str, needs: tuple[str, ...]) -> None:
        if self.state not in needs:
            raise UserStateConflict(state=self.state, step=step, needs=list(needs))

    def check_seen_by(self, by: Viewer) -> None:
        """Whether the asker may know of this user; raises UnknownUser."""
        same = self.organisation_id is not None and by.tenant_id == self.organisation_id
        known = by.sees_all or same or by.user_id == self.user_id
        if not (known and self.is_staff):
            raise UnknownUser("user")

    def check_administered_by(self, administrator: User) -> None:
        """Whether another user may invite, help or end this one.

        Who acts for the programme answers for every user, an administrator for those of their own
        organisation. Raises NotForOneself and NotAdministrator.
        """
        if administrator.user_id == self.user_id:
            raise NotForOneself
        check_may_invite(administrator, self.organisation_id)


def check_may_invite(administrator: User, organisation_id: UUID | None) -> None:
    """Whether somebody may let users in for an organisation, None: for the programme.

    Raises NotAdministrator.
    """
    own = administrator.organisation_id == organisation_id
    if not administrator.acts_for_programme and not (own and administrator.duty == ADMINISTRATOR):
        raise NotAdministrator


class UserCredentials(NamedTuple):
    """A user, and the hash of their password; None: nobody comes in as them by one."""

    user: User
    password_hash: str | None


class RecoverySignature(NamedTuple):
    """Who signed for a way back, None: at the command line of the server; and which step it was."""

    step_id: UUID
    user_id: UUID | None


def check_signs_recovery(signed: Collection[RecoverySignature], signer: UUID | None) -> None:
    """Whether this person, or the command line, has yet to sign; raises SignedAlready."""
    if signer in {each.user_id for each in signed}:
        raise SignedAlready


class UserSignature(NamedTuple):
    """Who signed something about a user, in which role."""

    user_id: UUID
    role: str


def roles_missing(signed: Collection[UserSignature]) -> list[str]:
    """Of two people of two roles, the roles that have yet to sign."""
    return [role for role in sorted(PROGRAMME_ROLES) if role not in {each.role for each in signed}]


def people_missing(signed: Collection[UserSignature]) -> int:
    """Of any two people, how many have yet to sign."""
    return max(0, 2 - len({each.user_id for each in signed}))


def check_signs_once(signed: Collection[UserSignature], signer: UUID) -> None:
    """Whether this person has yet to sign; raises SignedAlready."""
    if signer in {each.user_id for each in signed}:
        raise SignedAlready


def check_somebody_left(user: User, answer_for_all: Collection[UUID]) -> None:
    """Whether somebody else can still act in the role of a user of the programme who is to end.

    ``answer_for_all`` are the users of the role who can come in and are limited to no city. Raises
    LastOfItsRole.
    """
    if user.ends_by_two and not set(answer_for_all) - {user.user_id}:
        raise LastOfItsRole(role=user.role)


def is_last_of_role(user: User, answer_for_all: Collection[UUID]) -> bool:
    """Whether nobody else can act in the role of a user of the programme for all of it."""
    return user.acts_for_programme and set(answer_for_all) == {user.user_id}


def new_staff(
    user_id: UUID,
    username: str,
    display_name: str,
    role: str,
    *,
    organisation_id: UUID | None,
    duty: str | None,
    now: datetime,
) -> User:
    """Somebody who is to act for the programme, proposed, or for an organisation, invited."""
    assert (role in PROGRAMME_ROLES) == (organisation_id is None) == (duty is None)
    state = PROPOSED if organisation_id is None else INVITED
    return User(
        user_id, username, display_name, role, organisation_id, None, duty, state, 1, now, None
    )


def open_user(
    user_id: UUID,
    username: str,
    role: str,
    *,
    participant_id: UUID | None,
    now: datetime,
) -> User:
    """Somebody who can come in from the first."""
    name = None if role == PARTICIPANT else username
    return User(user_id, username, name, role, None, participant_id, None, ACTIVE, 1, now, None)
