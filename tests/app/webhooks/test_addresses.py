"""Nothing is sent into our own network, whatever a name leads to by now."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from app.jobs.webhook_sender import reach_of
from app.outbound import NotOpen, OutboundReach
from app.settings import SECRETS, Settings
from app.wiring import Wiring
from behaviours.open_addresses import read_inside
from behaviours.webhooks import WebhookUrlUnfit, check_url
from tests.builders.people import an_organisation
from tests.builders.receivers import Receiver, a_receiver
from tests.builders.refusals import refuses
from tests.builders.webhooks import a_webhook, attempts, client_of, sender, told, waiting

INSIDE = (
    "127.0.0.1", "127.8.9.1", "0.1.2.3", "10.1.2.3", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.1", "192.0.2.1",
    "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::1", "::",
    "fe80::1", "fe80::1%1", "fd00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::", "2001:db8::1",
)  # fmt: skip


@pytest.mark.parametrize("found", [["{}"], ["1.1.1.1", "{}"], ["{}", "2606:4700::1111"]])
@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_given_out(address: str, found: list[str]) -> None:
    """Not though another address of the name is of the open internet."""
    addresses = [each.format(address) for each in found]
    reach = OutboundReach(tls_only=True, open_net_only=True, resolve=lambda *_: addresses)
    with pytest.raises(NotOpen):
        reach.addresses("hooks.example.cn", 443)


def test_a_name_that_leads_inside_is_sent_nothing(books: Wiring, receiver: Receiver) -> None:
    merchant = an_organisation(books, "merchant")
    reach = OutboundReach(tls_only=False, open_net_only=True, resolve=lambda *_: ["127.0.0.1"])
    endpoint = a_webhook(books, client_of(merchant), named(receiver))
    told(books, merchant, "captured")
    sender(books, reach=reach).send_all()
    (made,) = attempts(books, endpoint)
    assert (made.outcome, made.status, made.answer) == ("not_allowed", None, b"")
    assert receiver.got == []
    assert len(waiting(books)) == 1


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(
    books: Wiring, receiver: Receiver
) -> None:
    """The name is resolved once: what it leads to a moment later does not matter."""
    merchant = an_organisation(books, "merchant")
    resolved: list[str] = []

    def once(host: str, _port: int) -> list[str]:
        resolved.append(host)
        return ["127.0.0.1"] if len(resolved) == 1 else ["10.0.0.1"]

    inside, _ = read_inside("127.0.0.0/8")
    reach = OutboundReach(tls_only=False, open_net_only=True, inside=inside, resolve=once)
    a_webhook(books, client_of(merchant), named(receiver))
    told(books, merchant, "captured")
    sender(books, reach=reach).send_all()
    assert resolved == ["hooks.example.cn"]
    (got,) = receiver.got
    assert got.headers["host"] == named(receiver).split("/")[2]


def test_no_proxy_of_the_environment_is_asked(
    books: Wiring, receiver: Receiver, monkeypatch
) -> None:
    with a_receiver() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.url)
        merchant = an_organisation(books, "merchant")
        a_webhook(books, client_of(merchant), receiver.url)
        told(books, merchant, "captured")
        sender(books).send_all()
        assert (len(receiver.got), proxy.got) == (1, [])


def test_who_does_not_listen_is_tried_again(books: Wiring) -> None:
    with a_receiver() as gone:
        url = gone.url
    merchant = an_organisation(books, "merchant")
    endpoint = a_webhook(books, client_of(merchant), url)
    told(books, merchant, "captured")
    sender(books).send_all()
    (made,) = attempts(books, endpoint)
    assert (made.outcome, made.trouble) == ("unreachable", "ConnectionRefusedError")
    assert len(waiting(books)) == 1


@pytest.mark.parametrize(
    ("mode", "address", "reached"),
    [
        ("test", "127.0.0.1", True),
        ("test", "::1", True),
        ("test", "10.0.0.1", False),
        ("test", "169.254.169.254", False),
        ("live", "127.0.0.1", False),
        ("live", "1.1.1.1", True),
    ],
)
def test_only_test_mode_sends_to_this_machine(
    tmp_path: Path, mode: str, address: str, reached: bool
) -> None:
    environ = {"TANPUHUI_MODE": mode, "TANPUHUI_DATA_DIR": str(tmp_path)}
    environ |= {f"TANPUHUI_{name.upper()}": secrets.token_hex(32) for name in SECRETS}
    reach = reach_of(Settings.from_environment(environ))._replace(resolve=lambda *_: [address])
    assert reach.tls_only == (mode == "live")
    try:
        assert reach.addresses("hooks.example.cn", 443) == [address]
        assert reached
    except NotOpen:
        assert not reached


@pytest.mark.parametrize(
    ("url", "case"),
    [
        ("hooks.example.cn", "url"),
        ("https://", "url"),
        ("https://u:p@hooks.example.cn/", "url"),
        ("https://hooks.example.cn/#x", "url"),
        ("https://hooks.example.cn:99999/", "url"),
        ("https://[::1/", "url"),
        ("https://h\u00f6oks.example.cn/", "url"),
        ("ftp://hooks.example.cn/", "tls"),
        ("http://hooks.example.cn/", "tls"),
        ("https://hooks.example.cn:22/", "port"),
        ("https://hooks.example.cn:6379/", "port"),
        ("https://127.0.0.1/", "inside"),
        ("https://[::ffff:10.0.0.1]/", "inside"),
        ("https://169.254.169.254/latest", "inside"),
        ("https://localhost./", "inside"),
    ],
)
def test_what_can_be_seen_of_an_address_is_refused_at_once(url: str, case: str) -> None:
    with refuses(WebhookUrlUnfit) as refused:
        check_url(url, tls_only=True)
    assert refused.value.case == case


@pytest.mark.parametrize(
    "url", ["https://hooks.example.cn/a?b=c", "https://1.1.1.1:8443/", "https://x.cn:443"]
)
def test_an_address_of_the_open_internet_is_taken(url: str) -> None:
    check_url(url, tls_only=True)


def test_test_mode_takes_http_and_any_port() -> None:
    check_url("http://127.0.0.1:5000/hook", tls_only=False)


def named(receiver: Receiver) -> str:
    """Its address, by a name."""
    return receiver.url.replace("127.0.0.1", "hooks.example.cn")
