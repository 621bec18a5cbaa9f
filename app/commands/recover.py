"""tanpuhui recover: a way back for somebody who lost the password and the second factor."""

from __future__ import annotations

import click

from app.commands.ready import ready_settings
from app.commands.refused import refusals_shown
from app.commands.signed_in import ready_wiring
from app.shown.users import link_path
from app.usecases.organisations.find_username import find_username
from app.usecases.organisations.sign_recovery import SignedRecovery, sign_recovery


@click.command()
@click.argument("username")
@click.option("--reason", required=True, help="Why; it is kept, and everybody can read it.")
@click.option(
    "--alone",
    is_flag=True,
    help="Sign as both, where nobody else is left who can; the link waits for three days.",
)
@click.option("--base-url", help="Where people reach the installation; the link begins with it.")
def recover(username: str, reason: str, *, alone: bool, base_url: str | None) -> None:
    """Sign for a way back of USERNAME, who lost the password and the second factor.

    It takes two: an operator or an authority who signs (POST /v1/users/{id}/recovery), and whoever
    runs this; the first of them is shown a release code, the second one a link. The user needs
    both. The link is good after a day, in which the user and everybody of the programme can stop it
    (.../recovery/stop). Who signed, here too, stands in the log for good.
    """
    with ready_settings() as settings, refusals_shown(), ready_wiring() as wiring:
        user = wiring.database.transact(find_username, username)
        signed = wiring.database.transact(
            sign_recovery,
            user.user_id,
            reason=reason,
            by=None,
            alone=alone,
            signed_for=wiring.programme.signed_for,
            identity_key=wiring.settings.identity_key,
            clock=wiring.clock,
        )
        _tell(signed, (base_url or settings.base_url).rstrip("/"))


def _tell(signed: SignedRecovery, url: str) -> None:
    user = signed.user
    click.echo(f"{user.role}  {user.username}  {user.display_name}")
    if signed.release_code is not None:
        click.echo(f"  release code: {signed.release_code}")
    if signed.link is None:
        click.echo(
            "Keep the code for the user, and hand it to nobody else. Now an operator or an"
            f" authority signs: POST {url}/v1/users/usr_{user.user_id.hex}/recovery"
        )
        return
    assert signed.link.good_from is not None
    click.echo(
        f"  {url}{link_path(signed.link.token)}\n"
        f"  good from {signed.link.good_from:%Y-%m-%d %H:%M} UTC"
        f" until {signed.link.expires_at:%Y-%m-%d %H:%M} UTC, together with the release code\n"
        "It is not shown again. Until then it can be stopped: POST"
        f" {url}/v1/users/usr_{user.user_id.hex}/recovery/stop"
    )
