"""What parity sees beside the values: how a body is written, its length to a HEAD, headers for pages, resumed streams;
and requests that are no text, in chunks, or with a key in another place.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from contract_tools.parity.client import Server
from contract_tools.parity.compare import Comparison
from contract_tools.parity.id_translation import IdTranslator
from contract_tools.parity.recording import Exchange, Reply, Request, read_recording, write_recording
from contract_tools.parity.redaction import has_secret
from contract_tools.parity.report import curl
from server.contract import load_contract
from tests.contract_tools.test_parity_client import _EMPTY, _answering

_JSON = {"content-type": "application/json"}
_LINES = {"content-type": "application/x-ndjson"}


def _told(request: Request, mine: Reply, theirs: Reply) -> list[str]:
    return list(Comparison(load_contract(), IdTranslator(), same_world=True).differences(request, mine, theirs))


@pytest.mark.parametrize(
    ("headers", "mine", "theirs"),
    [(_JSON, '{"a":"é"}', '{"a":"\\u00e9"}'), (_JSON, '{"a":1}', '{"a": 1}'), (_LINES, "{}\n", "{}\r\n")],
)
def test_bodies_that_say_the_same_are_written_alike(headers: Mapping[str, str], mine: str, theirs: str) -> None:
    request = Request("GET", "/api/wallets")
    [line] = _told(request, Reply(200, headers, mine), Reply(200, headers, theirs))
    assert line == f"body, written otherwise: {mine} | {theirs}"


def test_a_token_is_not_what_is_written_otherwise() -> None:
    mine, theirs = (f'{{"next_page_token":"{token}","a":{space}1}}' for token, space in (("abc", ""), ("xyz", " ")))
    [line] = _told(Request("GET", "/api/wallets"), Reply(200, _JSON, mine), Reply(200, _JSON, theirs))
    assert line == 'body, written otherwise: {,"a":1} | {,"a": 1}'


@pytest.mark.parametrize(
    ("name", "mine", "theirs"),
    [
        ("content-length", "12", "0"),
        ("vary", "Origin, Accept-Encoding", "Accept-Encoding"),
        ("access-control-expose-headers", "ETag", "Location"),
    ],
)
def test_headers_for_heads_and_pages_are_compared(name: str, mine: str, theirs: str) -> None:
    told = _told(Request("HEAD", "/api/wallets"), Reply(200, {name: mine}, ""), Reply(200, {name: theirs}, ""))
    assert [line.partition(":")[0] for line in told] == [f"header {name}"]


def test_a_resumed_stream_tells_the_rest_of_what_it_has_told() -> None:
    comparison = Comparison(load_contract(), IdTranslator(), same_world=True)
    path = f"/api/wallets/refresh-operations/op_{'0' * 32}/events"

    def stream(results: Mapping[str, int]) -> Reply:
        blocks = [f"id: {number}\nevent: result\ndata: {data}\n\n" for number, data in results.items()]
        return Reply(200, {"content-type": "text/event-stream"}, "".join([*blocks, "id: 1\nevent: done\ndata: {}\n\n"]))

    mine, theirs = stream({"0;0:1": 1, "0;0:2": 2}), stream({"0;0:1": 2, "0;0:2": 1})
    assert not list(comparison.differences(Request("GET", path), mine, theirs))
    resumed = Request("GET", path, {"Last-Event-ID": "0;0:1"})
    assert not list(comparison.differences(resumed, stream({"0;0:2": 2}), stream({"0;0:2": 1})))
    [line] = comparison.differences(resumed, stream({"0;0:2": 2}), stream({"0;0:2": 2}))
    assert line == 'body, behind 0;0:1, the other\'s before | now: [["0;0:2", 1]] | [["0;0:2", 2]]'


def test_bytes_that_are_no_text_are_sent_kept_and_shown(tmp_path: Path) -> None:
    request = Request("PUT", "/x", {}, '"\udcffé\'"')
    with _answering([_EMPTY]) as (url, seen), Server("one", url) as server:
        reply = server.send(request)
    assert seen[0].endswith((b"\r\n\r\n", b'"\xff\xc3\xa9\'"'))  # a packet of its own
    kept = tmp_path / "kept.jsonl"
    write_recording(kept, [Exchange(request, reply)])
    [exchange] = read_recording(kept)
    assert exchange.request == request
    shown = curl(request, "http://host").replace("curl", "printf '<%s>'", 1)
    printed = subprocess.run(["bash", "-c", shown], capture_output=True, check=True).stdout
    assert b'<"\xff\xc3\xa9\'"><http://host/x>' in printed


def test_what_is_saved_has_no_secrets() -> None:
    phrase = f"{'abandon ' * 11}about"
    asked = [Request("PUT", "/x", {}, json.dumps({"notes": text})) for text in (phrase, "abandon " * 12)]
    asked += [Request("GET", f"/x?q={text}") for text in (phrase.replace(" ", "%20"), "abandon")]
    assert [has_secret(request) for request in asked] == [True, False, True, False]


def test_a_body_is_sent_in_chunks_and_a_key_in_another_header() -> None:
    request = Request(
        "PUT", "/x", {"Transfer-Encoding": "chunked", "Authorization": "Bearer $read"}, "abc", who="nobody"
    )
    keys = {"read": {"X-API-Key": "k"}}
    with _answering([_EMPTY]) as (url, seen), Server("one", url, keys=keys) as server:
        assert server.send(request).status == 200
    assert b"Authorization: Bearer k\r\n" in seen[0]
    assert b"X-API-Key" not in seen[0]
    assert b"Content-Length" not in seen[0]
    assert json.dumps(curl(request, "http://host")).count("Bearer $read") == 1
