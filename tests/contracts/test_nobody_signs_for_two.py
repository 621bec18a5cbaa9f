"""What takes two people is done by nobody's verb alone: the demonstration takes the steps that the
API takes, and what acts without a signature is called by nobody but who is named here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.contracts.sources import expect_none, name_in_project, nodes, python_files

USECASES = "app.usecases."
# What the demonstration does otherwise than the API, and why nobody signs it there either.
OWN_VERBS = {
    "organisations.create_user": "its first three come in as those of `tanpuhui init`, whom nobody"
    " could sign for; of the people who take part nobody signs the login",
    "organisations.create_client": "of organisations that two admitted; a client takes one person,"
    " and its secret is the one of demo.json",
    "organisations.read_open_scenes": "it reads",
    "audit.audit": "it reads",
}
# The files that may call what lets in, or says what counts, without asking for signatures.
UNSIGNED = {
    # After the second signature; and in a sandbox, whose provider tries alone.
    "organisations.admit_for_issuer": {
        "app/usecases/organisations/admit_organisation.py",
        "app/usecases/organisations/open_sandbox.py",
        "app/usecases/organisations/sign_for_issuer.py",
    },
    "organisations.register_issuers": {"app/usecases/organisations/open_sandbox.py"},
    "organisations.open_sandbox": {"app/api/organisations/sandbox.py"},
    # Books of the demonstration and of measurements; a participant's own login.
    "organisations.create_client": {
        "app/bench/ground.py",
        "app/bench/cases/transfers.py",
        "app/bench/cases/webhooks.py",
        "app/bench/offers.py",
        "app/demo/cast.py",
    },
    "organisations.create_user": {
        "app/demo/cast.py",
        "app/usecases/people/enrol_oneself.py",
    },
    # Before the first three came in nobody could sign.
    "platform.open_programme": {"app/commands/init.py"},
    # After the second signature.
    "pooling.replace_units": {"app/usecases/pooling/sign_replacement.py"},
}


def verbs_of(path: Path) -> Iterator[str]:
    """The use cases that a file imports."""
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(USECASES):
            yield str(node.module).removeprefix(USECASES)


def test_the_demonstration_takes_the_steps_that_the_api_takes() -> None:
    of_the_api = {verb for path in python_files("app/api", "app/web") for verb in verbs_of(path)}
    taken = {verb for path in python_files("app/demo") for verb in verbs_of(path)}
    expect_none("Verbs of no route in the demonstration", sorted(taken - of_the_api - {*OWN_VERBS}))
    expect_none("Verbs that are named and not used", sorted({*OWN_VERBS} - taken))


def test_what_acts_without_a_signature_is_called_by_who_is_named() -> None:
    callers: dict[str, set[str]] = {verb: set() for verb in UNSIGNED}
    for path in python_files("app"):
        for verb in verbs_of(path):
            callers.setdefault(verb, set()).add(name_in_project(path))
    faults = [
        f"{verb}: {', '.join(sorted(callers[verb] ^ named))}"
        for verb, named in UNSIGNED.items()
        if callers[verb] != named
    ]
    expect_none("Other callers than are named", faults)
