"""tanpuhui: the one program. Its verbs are the files beside this one."""

from __future__ import annotations

import gc
import importlib
import signal
from importlib import metadata

import click

from app.settings import RATE_LIMIT_PER_MINUTE as LIMIT
from behaviours.refusal import Refusal

# In the order of a working day: the verb's file, loaded when it is called, and what it does.
VERBS = {
    "init": ("init", "Open a live programme: its document, its first users."),
    "serve": ("serve", "Serve the API, the registry and the catalogue of methodologies."),
    "worker": ("worker", "Do the long work: imports, verification, sealing, reports."),
    "migrate": ("migrate", "Bring the database to the shape this release needs."),
    "rewrap": ("rewrap", "Wrap people's data keys by a new master key."),
    "retention": ("retention", "Take away what is kept for longer than the schedule says."),
    "demo": ("demo", "A whole programme on this machine: `tanpuhui demo run`."),
    "seed": ("seed", "Seed the demo programme into the database, once."),
    "import": ("import_", "Take in a provider's file of actions."),
    "provider": ("provider", "What a provider sees of itself: its quota, what waits, and why."),
    "recover": ("recover", "A way back for a user who lost everything that proves them."),
    "organisation": ("organisation", "Who takes part: list, show, suspend, lift, close."),
    "programme": ("programme", "The programme's document: show, check, publish."),
    "register": ("register", "The registers as files: issuers, what is declared elsewhere."),
    "handover": ("handover", "Issues that go to another registry, and what it answered."),
    "methodology": ("methodology", "Rules: read, check, draft, review, publish, run in shadow."),
    "policy": ("policy", "The points policies: shown, and published by two."),
    "series": ("series", "The factors by which rules count: shown, and supplied by two."),
    "audit": ("audit", "Derive every balance anew from the entries and compare."),
    "log": ("log", "Who did what: every step of anybody with power."),
    "verify": ("verify", "Compute an exported calculation again, from its file alone."),
    "recompute": ("recompute", "Run stored reductions again and compare."),
    "bench": ("bench", "Measure the promises about speed."),
    "doctor": ("doctor", "Say what is wrong with a set-up and what to do."),
    "clock": ("clock", "Show the programme's clock; move it in test mode."),
    "events": ("events", "What became of an organisation's things, as it happens."),
    "webhooks": ("webhooks", "Webhooks while a receiver is written: listen, trigger."),
    "openapi": ("openapi", "Print the contract of the API."),
}

NAMED = "app.commands.main.named"
# These do what others ask for, each of whom acts in their own name.
FOR_OTHERS = ("serve", "worker")

SETTINGS_HELP = f"""\b
Settings come from the environment:
  TANPUHUI_PORT (8000), TANPUHUI_HOST (127.0.0.1)      where it answers; in test mode loopback
  TANPUHUI_DATA_DIR (./var)                            data, secrets and the embedded engines
  TANPUHUI_MODE (test | live)                          live refuses anything unsafe
  DATABASE_URL, REDIS_URL                              real servers instead of the embedded ones
  TANPUHUI_SECRET_KEY, TANPUHUI_IDENTITY_KEY,
  TANPUHUI_SIGNING_KEY, TANPUHUI_MASTER_KEY            made up in test mode, required in live mode
  TANPUHUI_OTHER_MASTER_KEYS                           while `tanpuhui rewrap` is not done
  TANPUHUI_WEB_WORKERS (1), TANPUHUI_WEB_THREADS (8)   processes, and requests at work in each
  TANPUHUI_TRUSTED_PROXIES (0)                         how many in front may name addresses
  TANPUHUI_OPENID_INSIDE (nowhere)                     hosts or networks inside, of login services
  TANPUHUI_WEBHOOKS_INSIDE (nowhere)                   the same of receivers of webhooks
  TANPUHUI_BODY_SECONDS (30)                           how long a request's body may stay away
  TANPUHUI_PROGRAMME (programme.yaml in the data dir)  the programme's document; else the shipped
  TANPUHUI_TIME_ZONE (Asia/Shanghai)                   in test mode, of the shipped document
  TANPUHUI_RATE_LIMIT_PER_MINUTE ({LIMIT})               per credential
  TANPUHUI_NOTICE_WORKING_DAYS (5)                     in test mode, of the shipped document
  TANPUHUI_SANDBOX_DATABASE_URL,
  TANPUHUI_SANDBOX_REDIS_URL                           where providers try programs; unset: nowhere
"""


class Verbs(click.Group):
    """A group that loads a verb's file when it is asked for: `tanpuhui clock` starts no web."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in VERBS:
            return None
        file, _ = VERBS[name]
        # What is loaded stays: to look for rubbish in it again and again takes a fifth of a start.
        gc.disable()
        module = importlib.import_module(f"app.commands.{file}")
        gc.enable()
        command: click.Command = getattr(module, file)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Whoever has the server acts, and what they write is in the log.

        A refusal that no verb looked for ends it with its sentence, not with a traceback.
        """
        try:
            if ctx.meta[NAMED] in FOR_OTHERS:
                return super().invoke(ctx)
            # Loaded by verbs that write: none of them starts faster for not knowing who acts.
            at_server = importlib.import_module("app.commands.at_server")
            with at_server.acting_here(ctx.meta[NAMED]):
                return super().invoke(ctx)
        except Refusal as refusal:
            # The catalogues are read when there is something to say.
            refused = importlib.import_module("app.commands.refused")
            raise refused.CommandRefused(refusal) from refusal

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click's; keeps the verbs of the call in full, ``programme.publish``."""
        named, group = list[str](), self.get_command(ctx, args[0]) if args else None
        for each in args:
            if group is None:
                break
            named.append(each)
            within = args[len(named)] if len(args) > len(named) else ""
            group = group.get_command(ctx, within) if isinstance(group, click.Group) else None
        ctx.meta[NAMED] = ".".join(named)
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """From the table, without loading every verb's file for the sake of one sentence."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in VERBS.items()])


def _version() -> str:
    try:
        return metadata.version("tanpuhui")
    except metadata.PackageNotFoundError:
        return "from a checkout"


@click.command(
    cls=Verbs,
    epilog=SETTINGS_HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(_version(), prog_name="tanpuhui")
def tanpuhui() -> None:
    """Tanpuhui: from a metro ride to a retired tonne.

    Start with `tanpuhui demo run`; `tanpuhui doctor` says what is wrong with a set-up.
    """
    # Asked to end, a verb leaves its blocks in good order, engines included, as with Ctrl-C.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


if __name__ == "__main__":
    tanpuhui(prog_name="tanpuhui")
