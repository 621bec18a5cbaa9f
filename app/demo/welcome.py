"""What `make run` prints: where to look, who can come in, and six curls that work when pasted."""

from __future__ import annotations

from app.demo.cast import ORGANISATIONS
from app.demo.credentials import Credentials, path_of
from app.settings import Settings


class NoDemo(Exception):
    """There is nobody to introduce: the demo was not seeded here."""


def welcome(settings: Settings) -> str:
    """The addresses, credentials and curls of the demo programme, as one text.

    Raises NoDemo when ``seed_demo`` has not written its credentials.
    """
    credentials = Credentials.kept(settings)
    if credentials is None or not credentials.participants:
        raise NoDemo(f"There is no {path_of(settings)}: run `tanpuhui seed` first.")
    return "\n".join(
        (
            _places(settings),
            _people(credentials),
            f"  All of them, and the ids of every participant: {path_of(settings)}",
            "",
            "Six things to try (paste them into one shell, in this order):",
            "",
            curls(settings, credentials),
        )
    )


def _places(settings: Settings) -> str:
    base = settings.base_url
    return f"""
Tanpuhui runs at {base}

  {base}/docs                     guides for each audience, and the API to read and to try
  {base}/openapi.json             the same for machines
  {base}/v1/registry/statistics   the public registry
"""


def _people(credentials: Credentials) -> str:
    lines = ["Who can come in:", ""]
    for name, user in credentials.users.items():
        lines.append(f"  {name:<13} username {user['username']:<18} {user['password']}")
    for name, client in credentials.clients.items():
        called = ORGANISATIONS[name][1]
        lines.append(
            f"  {name:<13} client_id {client['client_id']:<17} {client['client_secret']}  {called}"
        )
    return "\n".join(lines)


_READ_OUT = """sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'"""


def curls(settings: Settings, credentials: Credentials) -> str:
    """The six, each with a line that says what it does."""
    base = settings.base_url
    provider, merchant = credentials.clients["provider"], credentials.clients["merchant"]
    participant = credentials.users["participant"]
    return f"""\
# 1. An app's server asks for a token.
PROVIDER=$(curl -s {base}/v1/auth/token -d grant_type=client_credentials \\
  -d client_id={provider["client_id"]} -d client_secret={provider["client_secret"]} | {_READ_OUT})

# 2. It reports a metro ride: 46 g saved, 46 points on the way.
curl -sw '\\n' {base}/v1/actions -H "Authorization: Bearer $PROVIDER" \\
  -H 'Content-Type: application/json' -d '{{
    "participant_id": "{credentials.participants[0]}", "behaviour": "metro_ride",
    "external_id": "curl-'$(date +%s)'", "occurred_at": "'$(date -u +%Y-%m-%dT%H:%M:%SZ)'",
    "region": "CN-33", "quantities": {{"trips": "1"}},
    "evidence": {{"ride_id": "gate-'$(date +%s)'"}}}}'

# 3. The person looks at the account.
PERSON=$(curl -s {base}/v1/auth/token -d grant_type=password \\
  -d username={participant["username"]} -d password={participant["password"]} | {_READ_OUT})
curl -sw '\\n' {base}/v1/me -H "Authorization: Bearer $PERSON"

# 4. The person shows a code that is good for one minute.
CODE=$(curl -s -X POST {base}/v1/me/codes -H "Authorization: Bearer $PERSON" \\
  | sed 's/.*"code":"\\([^"]*\\)".*/\\1/'); echo $CODE

# 5. The till takes it for a cup of coffee.
TILL=$(curl -s {base}/v1/auth/token -d grant_type=client_credentials \\
  -d client_id={merchant["client_id"]} -d client_secret={merchant["client_secret"]} | {_READ_OUT})
COFFEE=$(curl -s {base}/v1/merchant/redemptions/prepare -H "Authorization: Bearer $TILL" \\
  -H 'Content-Type: application/json' -d '{{"code": "'$CODE'", "store_id": "curl"}}' \\
  | grep -o 'ofr_[0-9a-f]*' | head -1)
curl -sw '\\n' {base}/v1/merchant/redemptions/capture -H "Authorization: Bearer $TILL" \\
  -H 'Content-Type: application/json' -H "Idempotency-Key: curl-$CODE" -d '{{
    "code": "'$CODE'", "offer_id": "'$COFFEE'", "out_request_no": "CURL-'$(date +%s)'",
    "store_id": "curl"}}'

# 6. Anybody reads in the registry who retired which tonnes, and what for.
curl -sw '\\n' {base}/v1/registry/retirements"""
