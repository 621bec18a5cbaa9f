"""The sandbox: a second set of books beside the live ones, in which providers try their programs.

It is an installation of its own: another database, other secrets, the same code and routes. What is
reported there is recorded, priced and credited as it would be live, and never reaches the live
books, since nothing there knows of them. Its programme's document says that it is for trying, and
its serial numbers would begin with another prefix, so that neither set of books is taken for the
other's. Each provider, also one that has only applied, has one organisation in it, with clients of
its own whose ids begin with ``CLIENT_PREFIX``; to begin anew it gets another organisation, whose
numbers nobody has claimed before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.document import Tree
from behaviours.issuers import NEVER, Issuer
from behaviours.organisations import PROVIDER
from behaviours.programme import Programme, restated
from behaviours.refusal import Conflict, UnknownId
from behaviours.scene_admission import SceneAdmission
from behaviours.texts import AgreedWords
from behaviours.viewer import Viewer

CLIENT_PREFIX: Final = "sandbox_"
SERIAL_PREFIX: Final = "SANDBOX"
MOST_CLIENTS: Final = 5
# Times in one day that a provider begins anew.
MOST_ANEW: Final = 20
_NAME: Final = {"zh": "沙箱", "en": "sandbox"}


class SandboxNotKept(Conflict):
    """This installation has no sandbox."""


class SandboxForProviders(Conflict):
    """The organisation is no provider: it reports nothing."""


class SandboxOpenAlready(Conflict):
    """The provider has a sandbox, and did not ask for another one in its place."""


class SandboxTooOftenAnew(Conflict):
    """The provider began anew as often as it may in one day."""


class UnknownSandbox(UnknownId):
    """The provider has opened none."""

    cases = ("sandbox",)


class SandboxOwner(NamedTuple):
    """Whose sandbox it is, by the id and the name in the live books."""

    organisation_id: UUID
    kind: str
    name: str

    def check(self) -> None:
        """Raises SandboxForProviders."""
        if self.kind != PROVIDER:
            raise SandboxForProviders(kind=self.kind)


class Sandbox(NamedTuple):
    """A provider's sandbox; ``organisation_id`` is its id there, and means nothing elsewhere."""

    organisation_id: UUID
    opened_at: datetime

    def issuer(self, kinds: frozenset[str]) -> Issuer:
        """Whose the provider's numbers are there: its own, so that no other's are in their way."""
        code = f"{CLIENT_PREFIX.replace('_', '-')}{self.organisation_id.hex[-12:]}"
        return Issuer(code, "沙箱发放方", "Issuer of the sandbox", tuple(sorted(kinds)), NEVER)


class PublishedRule(NamedTuple):
    """A version of a methodology that was published in the books; ``digest`` is of its content."""

    code: str
    version: str
    behaviour: str
    document: str
    examples: str
    digest: bytes
    revision: int


class WithdrawnRule(NamedTuple):
    """A version, and the first day that it does not price any more."""

    code: str
    version: str
    withdrawn_from: date


class Catalogue(NamedTuple):
    """What the live books publish, and a sandbox takes over.

    Everything is published there at the moment at which it is taken over, since earlier days are
    closed, and under an id of its own: an id of the live books means nothing in a sandbox.
    """

    texts: tuple[AgreedWords, ...]
    rules: tuple[PublishedRule, ...]
    withdrawn_from: Mapping[str, date]
    scenes: tuple[SceneAdmission, ...]

    def new_texts(
        self, known: Iterable[AgreedWords], *, new_id: Callable[[], UUID], now: datetime
    ) -> list[AgreedWords]:
        """Texts that are published live and not yet there; whatever stands there stays."""
        there = {(each.kind, each.version) for each in known}
        return [
            replace(each, text_id=new_id(), published_at=now)
            for each in self.texts
            if each.published_at is not None and (each.kind, each.version) not in there
        ]

    def withdrawn(self) -> list[WithdrawnRule]:
        """The versions that price nothing from a day on."""
        named = [(*label.partition("@")[::2], day) for label, day in self.withdrawn_from.items()]
        return [WithdrawnRule(*each) for each in named]

    def new_scenes(
        self, known: Mapping[str, SceneAdmission], *, new_id: Callable[[], UUID]
    ) -> list[SceneAdmission]:
        """Admissions of scenes to the programme of which there is none yet."""
        return [
            replace(each, admission_id=new_id()) for each in self.scenes if each.scene not in known
        ]

    def changed_scenes(self, known: Mapping[str, SceneAdmission]) -> list[SceneAdmission]:
        """Those that were opened or closed since they were taken over."""
        found = [(known[each.scene], each) for each in self.scenes if each.scene in known]
        return [
            replace(there, state=live.state, revision=live.revision, spans=live.spans)
            for there, live in found
            if (there.state, there.spans) != (live.state, live.spans)
        ]


class SandboxClient(NamedTuple):
    """A client of a sandbox; ``client_secret`` None: it was shown when it was made."""

    client_id: str
    name: str
    client_secret: str | None = None


class OpenedSandbox(NamedTuple):
    """A sandbox with its clients, the issuer that it need not name, and the tokens that ended."""

    sandbox: Sandbox
    clients: tuple[SandboxClient, ...]
    issuer: str
    revoked: tuple[str, ...] = ()


def check_may_open(present: Sandbox | None, opened_today: int, *, anew: bool) -> None:
    """Whether a provider gets a sandbox now. Raises SandboxOpenAlready and SandboxTooOftenAnew."""
    if present is not None and not anew:
        raise SandboxOpenAlready
    if opened_today > MOST_ANEW:
        raise SandboxTooOftenAnew(most=MOST_ANEW)


def check_sees_sandbox(by: Viewer, owner_id: UUID) -> None:
    """Whether somebody may know of a provider's sandbox: its own people and the programme.

    Raises UnknownSandbox.
    """
    if not (by.sees_all or by.tenant_id == owner_id):
        raise UnknownSandbox("sandbox")


def of_sandbox(programme: Programme) -> Programme:
    """The version of a programme's document under which its sandbox runs: marked as that."""
    return restated({**programme.tree, "name": _marked(programme), "serial_prefix": SERIAL_PREFIX})


def is_of_sandbox(programme: Programme) -> bool:
    """Whether a document is marked as a sandbox's."""
    return programme.serial_prefix == SERIAL_PREFIX


def _marked(programme: Programme) -> dict[str, Tree]:
    return {
        "zh": f"{programme.name_zh}（{_NAME['zh']}）",
        "en": f"{programme.name_en} ({_NAME['en']})",
    }
