"""What strangers send: bodies, headers, moments, numbers, paths and queries, by what they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

NESTED = ["[" * 5_000, "{" * 5_000, '{"a":' * 3_000 + "1" + "}" * 3_000, "[" * 90 + "]" * 90]
NO_BODIES = [
    b"", b" ", b"{", b"}", b"null", b"true", b"[]", b"{}", b"0", b'""', b"{}{}", b"{} x", b"{},",
    b'{"a":1,}', b"{'a':1}", b"{a:1}", b'{"a":01}', b'{"a":+1}', b'{"a":.5}', b'{"a":1.}',
    b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":1e999}', b'{"a":0x1}', b'{"a":"\t"}', b'{"a":"\\x"}',
    b'{"a":"\\ud800"}', b'{"a":"\\u0000"}', b'{"\\u0000":1}', b'{"a":1,"a":2}',
    b'{"a":1,"\\u0061":2}', b'{"region":"CN-33","region":"CN-44"}', b"/**/{}", b"//x\n{}",
    b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b"\xfe\xff\x00{\x00}", b'{"a":"\xff"}',
    b'{"a":"\xed\xa0\x80"}', b'{"a":"\xc0\xaf"}', b"\x00", b"\x1f\x8b\x08\x00", b"<a/>",
    b'{"__proto__":{"role":"operator"}}', b'{"$ref":"#/a"}', b"a=1&b=2", b"--x\r\n\r\n",
    b'{"a":' + b"9" * 5_000 + b"}", b'{"' + b"a" * 100_000 + b'":1}',
    *[each.encode() for each in NESTED],
]  # fmt: skip
# A body that is said to be something else than JSON in UTF-8.
NO_HEADERS = [
    ("Content-Type", "text/plain"), ("Content-Type", "application/json;charset=gbk"),
    ("Content-Type", "application/json; charset=utf-16"), ("Content-Type", ""),
    ("Content-Type", "application/json, text/plain"), ("Content-Type", "multipart/form-data"),
    ("Content-Encoding", "gzip"), ("Content-Encoding", "br, identity"), ("Content-Encoding", "x"),
]  # fmt: skip
# What changes nothing, and is told to nobody.
ODD_HEADERS = [
    ("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-For", "," * 5_000), ("Forwarded", "for=_x"),
    ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "javascript"),
    ("X-HTTP-Method-Override", "DELETE"), ("X-Original-URL", "/v1/me"), ("X-Rewrite-URL", "/"),
    ("X-Forwarded-Prefix", "/../"), ("Host", "evil.example"), ("Host", 'e"><script>'),
    ("Accept-Language", "x" * 8_000), ("Accept-Language", "zh;q=abc,*;q=" + "9" * 400),
    ("Accept", "text/html"), ("Accept", "*/*;q=0"), ("Range", "bytes=0-1"), ("If-Match", "*"),
    ("Request-Id", "<script>"), ("Request-Id", "x" * 5_000), ("Cookie", "session=operator"),
    ("Origin", "https://evil.example"), ("TE", "trailers"), ("Prefer", "return=minimal"),
    ("Content-Encoding", "identity"), ("Content-Type", "application/JSON; charset=UTF-8"),
]  # fmt: skip
DAY = (datetime.now(UTC) - timedelta(days=4)).date().isoformat()
# Each another instant, far enough from the others for a ride.
MOMENTS = [
    f"{DAY}T10:00:00Z", f"{DAY}T11:00:00-00:00", f"{DAY}T12:00:00+14:00", f"{DAY}t13:00:00z",
    f"{DAY}T14:00:00.999999999Z", f"{DAY}T00:00:00+08:00", f"{DAY}T23:59:59.999999+08:00",
    f"{DAY}T10:00:00-11:59",
]  # fmt: skip
NO_MOMENTS = [
    f"{DAY}T24:00:00Z", f"{DAY}T10:00:60Z", f"{DAY}T25:00:00Z", f"{DAY}T10:60:00Z",
    f"{DAY}T10:00:00+24:00", f"{DAY}T10:00:00+0800", f"{DAY}T10:00:00 +08:00", f"{DAY}T10:00:00",
    f"{DAY} 10:00:00Z", f"{DAY}T10:00Z", f"{DAY}", f"{DAY}T10:00:00,5Z", f"{DAY}T10:00:00.Z",
    f"{DAY}T10:00:00+08:00[Asia/Shanghai]", f"{DAY}T10:00:00 CST", f"+{DAY}T10:00:00Z",
    "2026-02-29T10:00:00Z", "2026-02-30T10:00:00Z", "2026-13-01T10:00:00Z", "2026-00-01T10:00:00Z",
    "20261120T100000Z", "2026-W47-5T10:00:00Z", "2026-324T10:00:00Z", "1700000000", "now", "",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1899-12-31T23:59:59Z",
    "3000-01-01T00:00:00Z", "２０26-11-20T10:00:00Z", "٢٠٢٦-11-20T10:00:00Z", f"{DAY}T10:00:00Z\n",
]  # fmt: skip
NO_NUMBERS: list[Any] = [
    "01", "+1", "-1", "-0", "1e0", "1E3", "1.", ".5", "1,0", "1_0", " 1", "1 ", "1\n", "0x1", "NaN",
    "Infinity", "１", "٣", "①", "¹", "½", "一", "", "0.0000001", "9999999999999", "1" * 400, 1, 1.0,
    0, -1, True, None, [], ["1"], {}, {"amount": "1"}, "1/2", "1%", "$1", "=1", "1;2", "1\x00",
]  # fmt: skip
NO_PATHS = [
    "/v1//actions", "/v1/actions/", "/v1/./actions", "/v1/x/../actions", "/v1/actions%2f",
    "/V1/actions", "/v1/actions;x=1", "/v1/actions%00", "/v1/actions%0a", "/v1/actions..%2f",
    "/v1/actions%20", "/v1/../../etc/passwd", "/docs/assets/..%2f..%2fpyproject.toml",
    "/docs/assets/%2e%2e/%2e%2e/pyproject.toml", "/docs/errors/../../app", "/registry/../v1/me/x",
    "/v1/me/codes/..%2f..%2fme/qr.svg", "/v1/registry/anchors/..%2fx", "/v1/tasks/%27%20or%201=1",
    "/v1/texts/consent/..%2f2026-01",
]  # fmt: skip
NO_QUERIES = [
    "dry_run=true&dry_run=false", "DRY_RUN=true", "dry_run=true;x=1", "dry_run", "dry_run=", "=",
    "dry_run=%20true", "dry_run=2", "dry_run[]=true", "dryrun=true", "dry_run=true&x", "x=1",
    "dry_run=true%0a", "dry_run=%EF%BC%B4rue",
]  # fmt: skip
NO_PAGES = [
    "limit=0", "limit=-1", "limit=101", "limit=1e1", "limit=2.0", "limit=%202", "limit=+2",
    "limit=２", "limit=", "limit=2&limit=2", "Limit=2", "cursor=", "cursor=x", "cursor=../../x",
    "cursor=eyJhIjoxfQ", "offset=1", "page=1", "sort=id",
]  # fmt: skip
