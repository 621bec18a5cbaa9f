"""Whose word is believed about who somebody is, and what that word has to say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from behaviours.identity_claims import (
    LEEWAY,
    LONGEST_TICKET,
    born_on_in,
    check_authorised,
    guardian_in,
    nonce_of,
    person_in,
    ticket_once,
)
from behaviours.identity_services import (
    ADMIT,
    DIGEST_CLAIM,
    END,
    ENDED,
    OIDC,
    SUBJECT_CLAIM,
    TRUSTED,
    UNSIGNED,
    IdentityNotProven,
    IdentityService,
    IdentityServiceState,
    MethodNotHere,
    ServiceTerms,
    UnusableKeys,
    check_terms,
    is_trusted,
)
from behaviours.login_services import LoginService, LoginServiceState
from behaviours.openid_claims import (
    BASIC,
    LEEWAY_S,
    LONGEST_SUBJECT,
    OLDEST_S,
    WITHOUT_SECRET,
    ClaimUnfit,
    describes,
    is_answer_of,
    proven_login,
    way_to_prove,
)
from behaviours.openid_providers import (
    APPROVE,
    CALLBACK,
    NewOpenidProvider,
    OpenidAddressUnfit,
    OpenidProvider,
    OpenidProviderMoved,
    UnknownOpenidProvider,
    check_addresses,
    check_may_propose,
    propose,
)
from behaviours.users import ACTIVE, ADMINISTRATOR, MEMBER, NotAdministrator, new_staff, open_user
from behaviours.viewer import Viewer

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
METRO, OTHER = UUID(int=100), UUID(int=200)
ISSUER = "https://id.example.cn"


def terms(**changes: Any) -> ServiceTerms:
    said = ServiceTerms(ISSUER, OIDC, METRO, "tanpuhui", SUBJECT_CLAIM, None, f"{ISSUER}/jwks.json")
    return said._replace(**changes)


def a_service() -> IdentityService:
    return IdentityService(UUID(int=1), terms(), "proposed", NOW, None, None)


def a_login_service() -> LoginService:
    return LoginService(UUID(int=1), ISSUER, METRO, bytes(32), "proposed", NOW)


@pytest.mark.parametrize(
    ("make", "refusal"),
    [(a_service, IdentityServiceState), (a_login_service, LoginServiceState)],
)
def test_a_service_opens_something_between_its_admission_and_its_end(
    make: Callable[[], Any], refusal: type[Exception]
) -> None:
    proposed = make()
    trusted = proposed.move(ADMIT, now=NOW)
    ended = trusted.move(END, now=NOW + timedelta(days=1))
    assert [is_trusted(each) for each in (proposed, trusted, ended)] == [False, True, False]
    assert (trusted.state, trusted.admitted_at) == (TRUSTED, NOW)
    assert (ended.state, ended.ended_at, ended.admitted_at) == (ENDED, NOW + timedelta(days=1), NOW)
    assert proposed.move(END, now=NOW).admitted_at is None
    for one, step in ((trusted, ADMIT), (ended, ADMIT), (ended, END)):
        with pytest.raises(refusal):
            one.move(step, now=NOW)


def test_a_service_is_checked_by_keys_or_not_let_in() -> None:
    check_terms(terms(), is_test_mode=False)
    check_terms(terms(keys={"keys": []}, keys_url=None), is_test_mode=False)
    check_terms(terms(keys_url="http://127.0.0.1:9/jwks"), is_test_mode=True)
    check_terms(terms(method=UNSIGNED, keys_url=None), is_test_mode=True)
    for changes, case in (
        ({"keys": {}}, "one"),
        ({"keys_url": None}, "one"),
        ({"keys_url": "http://id.example.cn/jwks"}, "address"),
        ({"keys_url": "https://user@id.example.cn/jwks"}, "address"),
        ({"method": UNSIGNED}, "unsigned"),
    ):
        with pytest.raises(UnusableKeys) as caught:
            check_terms(terms(**changes), is_test_mode=changes.get("method") == UNSIGNED)
        assert caught.value.case == case
    with pytest.raises(MethodNotHere):
        check_terms(terms(method=UNSIGNED, keys_url=None), is_test_mode=False)


def test_a_token_for_several_says_that_it_was_given_to_us() -> None:
    for claims in (
        {"aud": "tanpuhui"}, {"aud": ["tanpuhui"]}, {"aud": ["a", "tanpuhui"], "azp": "tanpuhui"},
    ):  # fmt: skip
        check_authorised(claims, "tanpuhui")  # type: ignore[arg-type]
    for claims in ({"aud": ["a", "tanpuhui"]}, {"aud": "tanpuhui", "azp": "another"}):
        with pytest.raises(IdentityNotProven):
            check_authorised(claims, "tanpuhui")  # type: ignore[arg-type]


def test_a_ticket_is_good_once_and_for_minutes() -> None:
    ends = NOW + LONGEST_TICKET
    name, until = ticket_once({"iss": ISSUER, "jti": "t-1", "exp": int(ends.timestamp())}, NOW)
    assert name == f"jti\0{ISSUER}\0t-1"
    assert until == ends + LEEWAY
    late = int((ends + LEEWAY + timedelta(seconds=1)).timestamp())
    for exp in (late, "soon", None):
        with pytest.raises(IdentityNotProven):
            ticket_once({"iss": ISSUER, "jti": "t-1", "exp": exp}, NOW)


@pytest.mark.parametrize("value", ["", "x" * 257, "a\nb", 5, None])
def test_a_name_is_one_line_of_text(value: Any) -> None:
    assert nonce_of({"nonce": "n-1"}) == "n-1"
    with pytest.raises(IdentityNotProven):
        nonce_of({"nonce": value})


def test_a_subject_is_somebody_for_its_issuer_alone() -> None:
    assert person_in({"sub": "7"}, "sub", terms()).identity == f"{ISSUER} 7"
    by_number = terms(identity_claim="id_number")
    assert person_in({"id_number": "33010"}, "id_number", by_number).identity == "33010"


def test_what_was_not_verified_proves_nobody() -> None:
    by_phone = terms(identity_claim="phone_number")
    claims: dict[str, Any] = {"phone_number": "138", "phone_number_verified": True}
    assert person_in(claims, "phone_number", by_phone).identity == "138"
    for verified in (False, "true", None):
        with pytest.raises(IdentityNotProven):
            person_in(claims | {"phone_number_verified": verified}, "phone_number", by_phone)


def test_a_service_that_hashes_itself_gives_the_whole_digest() -> None:
    hashing = terms(identity_claim=DIGEST_CLAIM)
    person = person_in({DIGEST_CLAIM: "0f" * 32}, DIGEST_CLAIM, hashing)
    assert (person.identity, person.digest) == ("", b"\x0f" * 32)
    with pytest.raises(IdentityNotProven):
        person_in({DIGEST_CLAIM: "0f"}, DIGEST_CLAIM, hashing)


def test_a_guardian_and_a_day_of_birth_are_there_where_they_are_stated() -> None:
    assert guardian_in({}, terms()) is None
    guardian = guardian_in({"guardian": "8"}, terms())
    assert guardian is not None
    assert guardian.identity == f"{ISSUER} 8"
    assert born_on_in({}) is None
    assert born_on_in({"birthdate": "2015-03-01"}) == date(2015, 3, 1)
    with pytest.raises(ValueError, match="Invalid isoformat"):
        born_on_in({"birthdate": "March"})


def test_a_login_was_made_just_now_by_somebody_with_a_name() -> None:
    now_s = 1_780_000_000
    found = proven_login(
        {"iat": now_s, "sub": "7", "acr": "silver", "amr": ["pwd", 5, "otp"]}, now_s
    )
    assert (found.subject, found.acr, found.amr) == ("7", "silver", ("pwd", "otp"))
    bare = proven_login({"iat": now_s - OLDEST_S, "sub": "7", "acr": 1, "amr": "otp"}, now_s)
    assert (bare.acr, bare.amr) == (None, ())
    for claims in (
        {"iat": now_s - OLDEST_S - 1, "sub": "7"}, {"iat": now_s + LEEWAY_S + 1, "sub": "7"},
        {"sub": "7"}, {"iat": now_s}, {"iat": now_s, "sub": ""},
        {"iat": now_s, "sub": "x" * (LONGEST_SUBJECT + 1)},
    ):  # fmt: skip
        with pytest.raises(ClaimUnfit):
            proven_login(claims, now_s)


METADATA = {
    "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/a", "token_endpoint": f"{ISSUER}/t",
    "jwks_uri": f"{ISSUER}/k",
}  # fmt: skip


def test_a_provider_says_of_itself_what_was_registered() -> None:
    assert describes(METADATA, ISSUER, tls_only=True)
    assert not describes(METADATA, f"{ISSUER}/", tls_only=True)
    for change in (
        {"jwks_uri": None},
        {"token_endpoint": f"{ISSUER}/t#x"},
        {"jwks_uri": "ftp://x"},
    ):
        assert not describes(METADATA | change, ISSUER, tls_only=True)  # type: ignore[operator]
    plain = METADATA | {"jwks_uri": "http://127.0.0.1/k"}
    assert describes(plain, ISSUER, tls_only=False)
    assert not describes(plain, ISSUER, tls_only=True)


def test_a_code_of_one_provider_is_shown_to_no_other() -> None:
    assert is_answer_of({}, ISSUER, ISSUER)
    assert not is_answer_of({}, ISSUER, "https://other.example.cn")
    assert is_answer_of({}, ISSUER, None)
    names_itself = {"authorization_response_iss_parameter_supported": True}
    assert not is_answer_of(names_itself, ISSUER, None)


def test_a_client_proves_itself_as_the_provider_takes_it() -> None:
    offered = "token_endpoint_auth_methods_supported"
    assert way_to_prove({}, has_secret=False) == WITHOUT_SECRET
    assert way_to_prove({}, has_secret=True) == BASIC
    assert way_to_prove({offered: ["client_secret_post"]}, has_secret=True) == "client_secret_post"
    assert way_to_prove({offered: ["private_key_jwt"]}, has_secret=True) == BASIC


def a_provider(of: UUID | None = METRO) -> OpenidProvider:
    new = NewOpenidProvider(
        of, "Metro", ISSUER, "c", "s", f"https://tph.cn{CALLBACK}", ("otp",), ("gold",)
    )
    return propose(UUID(int=3), new, now=NOW)


def test_an_openid_provider_lets_in_whose_it_is_once_two_have_signed() -> None:
    proposed = a_provider()
    active = proposed.move(APPROVE, now=NOW)
    assert (proposed.is_active, active.state, active.ended_at) == (False, ACTIVE, None)
    ended = active.move("end", now=NOW)
    assert ended.ended_at == NOW
    with pytest.raises(OpenidProviderMoved):
        ended.move(APPROVE, now=NOW)
    member = new_staff(
        UUID(int=5), "u", "Li", "provider", organisation_id=METRO, duty=MEMBER, now=NOW
    )
    active.check_opens(member)
    person = open_user(UUID(int=6), "p", "participant", participant_id=OTHER, now=NOW)
    for provider, user in (
        (proposed, member),
        (a_provider(OTHER).move(APPROVE, now=NOW), member),
        (active, person),
    ):
        with pytest.raises(UnknownOpenidProvider):
            provider.check_opens(user)


def test_a_second_factor_is_believed_by_what_was_registered() -> None:
    provider = a_provider()
    assert provider.shows_second_factor("gold", [])
    assert provider.shows_second_factor(None, ["pwd", "otp"])
    assert not provider.shows_second_factor("silver", ["pwd"])


def test_a_provider_is_seen_and_proposed_by_its_own_and_by_the_programme() -> None:
    administrator, member = (
        new_staff(UUID(int=5), "u", "Li", "provider", organisation_id=METRO, duty=duty, now=NOW)
        for duty in (ADMINISTRATOR, MEMBER)
    )
    operator = new_staff(
        UUID(int=1), "o", "Wang", "operator", organisation_id=None, duty=None, now=NOW
    )
    check_may_propose(administrator, METRO)
    check_may_propose(operator, None)
    for actor, organisation in ((member, METRO), (administrator, None), (administrator, OTHER)):
        with pytest.raises(NotAdministrator):
            check_may_propose(actor, organisation)
    a_provider().check_seen_by(Viewer("provider", METRO))
    a_provider(None).check_seen_by(Viewer("operator", None))
    for provider in (a_provider(OTHER), a_provider(None)):
        with pytest.raises(UnknownOpenidProvider):
            provider.check_seen_by(Viewer("provider", METRO))


@pytest.mark.parametrize(
    ("issuer", "back", "case"),
    [
        ("http://id.example.cn", f"https://tph.cn{CALLBACK}", "issuer"),
        ("https://id.example.cn?x=1", f"https://tph.cn{CALLBACK}", "issuer"),
        ("https://u:p@id.example.cn", f"https://tph.cn{CALLBACK}", "issuer"),
        ("https://id.example.cn:0", f"https://tph.cn{CALLBACK}", "issuer"),
        ("https://[id", f"https://tph.cn{CALLBACK}", "issuer"),
        ("https://碳.cn", f"https://tph.cn{CALLBACK}", "issuer"),
        (ISSUER, "https://tph.cn/elsewhere", "redirect"),
        (ISSUER, CALLBACK, "redirect"),
    ],
)
def test_addresses_are_absolute_and_lead_back_to_us(issuer: str, back: str, case: str) -> None:
    check_addresses(ISSUER, f"https://tph.cn{CALLBACK}", tls_only=True)
    check_addresses("http://127.0.0.1:9", f"http://127.0.0.1:8{CALLBACK}", tls_only=False)
    with pytest.raises(OpenidAddressUnfit) as caught:
        check_addresses(issuer, back, tls_only=True)
    assert caught.value.case == case
