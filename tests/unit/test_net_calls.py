"""Web services that were named are asked, nobody else; libraries get the same and nothing beside it."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.unit.peers import issue, root, serving
from tests.unit.websites import PUBLIC, Website, answer, certificate, dropping, redirect, website

from mailwizard.checks.securing import hold
from mailwizard.model import Failure
from mailwizard.net.real.calls import ANSWER_LIMIT, Caller
from mailwizard.net.real.sessions import LentAdapter, LentSession, Refused, lend

HOST, OTHER = "mail.example", "other.example"
CLOSE = "Connection: close"
TOKEN = ("Authorization", "Bearer Zq7secret")


async def refused(caller: Caller, url: str) -> Failure:
    with pytest.raises(Failure) as caught:
        await caller.ask(url, headers=[TOKEN])
    return caught.value


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"http://{HOST}/", "http.insecure"),
        (f"https://{OTHER}/", "http.host-not-named"),
        (f"https://{HOST}:8443/", "http.host-not-named"),
        (f"https://{HOST}.evil.example/", "http.host-not-named"),
        (f"https://alice@{HOST}/", "http.bad-url"),
        ("https://[::1/", "http.bad-url"),
        (f"https://{HOST}\\@evil.example/", "http.bad-url"),
    ],
)
async def test_nobody_is_asked_who_was_not_named(tmp_path: Path, url: str, code: str) -> None:
    async with website(tmp_path, {}) as net:
        caller = Caller(net, [f"{HOST}:444", HOST])
        assert (await refused(caller, url)).code == code
        assert not net.dialled and not net.questions


async def test_any_status_is_an_answer_and_a_redirect_is_not_followed(tmp_path: Path) -> None:
    pages = {f"{HOST}/no": answer(b"{}", CLOSE, status="401 No"), f"{HOST}/go": redirect(f"https://{OTHER}/")}
    async with website(tmp_path, pages) as net:
        caller = Caller(net, [HOST, OTHER])
        assert (await caller.ask(f"https://{HOST}/no", headers=[TOKEN])).status == 401
        gone = await caller.ask(f"https://{HOST}/go", headers=[TOKEN])
        assert (gone.status, gone.header("Location")) == (302, f"https://{OTHER}/")
        await caller.close()
        assert {heard.host for heard in net.heard} == {HOST}


async def test_what_frames_a_request_is_ours_and_no_cookie_goes_along(tmp_path: Path) -> None:
    async with website(tmp_path, {f"{HOST}/a": answer(b"yes", "Set-Cookie: id=1")}) as net:
        caller = Caller(net, [HOST])
        own = [("Host", OTHER), ("Cookie", "id=1"), ("Content-Length", "9"), ("Transfer-Encoding", "chunked"), TOKEN]
        assert (await caller.ask(f"https://{HOST}/a", method="POST", headers=own, body=b"x=1")).body == b"yes"
        await caller.close()
        (heard,) = net.heard
        assert heard.body == b"x=1"
        names = [line.split(b":")[0].lower() for line in heard.head.split(b"\r\n")[1:] if line]
        assert sorted(names) == [b"accept-encoding", b"authorization", b"content-length", b"host", b"user-agent"]
        assert heard.host == HOST


async def test_a_header_that_holds_a_line_break_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    async with website(tmp_path, {}) as net:
        with pytest.raises(Failure, match=r"http\.bad-url"):
            await Caller(net, [HOST]).ask(f"https://{HOST}/", headers=[("Authorization", "Bearer a\r\nX: b")])
        assert not net.dialled


async def test_a_connection_is_kept_and_one_that_was_closed_meanwhile_is_made_anew(tmp_path: Path) -> None:
    async with website(tmp_path, {}) as net:
        served: list[int] = []

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await writer.start_tls(certificate().context())
            connection = len(served)
            served.append(0)
            while served[connection] < 2:
                await reader.readuntil(b"\r\n\r\n")
                served[connection] += 1
                writer.write(answer(str(connection).encode()))
                await writer.drain()

        async with serving(talk) as net.loopback_port:
            caller = Caller(net, [HOST])
            bodies = [(await caller.ask(f"https://{HOST}/")).body for _ in range(5)]
            await caller.close()
        assert bodies == [b"0", b"0", b"1", b"1", b"2"]
        assert served == [2, 2, 1]


@pytest.mark.parametrize(("method", "asked"), [("GET", 3), ("POST", 2)])
async def test_what_may_have_been_carried_out_is_not_sent_again(tmp_path: Path, method: str, asked: int) -> None:
    """A code works once: whoever sends it twice may lose what it had already brought."""
    async with website(tmp_path, {}) as net:
        heard: list[bytes] = []

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await writer.start_tls(certificate().context())
            while len(heard) != 1:
                heard.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(answer(b"once"))
                await writer.drain()
            heard.append(await reader.readuntil(b"\r\n\r\n"))  # and no answer

        async with serving(talk) as net.loopback_port:
            caller = Caller(net, [HOST])
            await caller.ask(f"https://{HOST}/", method=method)
            if method == "GET":
                assert (await caller.ask(f"https://{HOST}/", method=method)).body == b"once"
            else:
                with pytest.raises(Failure, match=r"tcp\.(closed|reset)"):
                    await caller.ask(f"https://{HOST}/", method=method)
            await caller.close()
        assert len(heard) == asked


@pytest.mark.parametrize("organization", ["Test Trust", "Somebody Else"])
async def test_a_secret_stays_with_the_authority_of_the_connection_that_was_taken_over(
    tmp_path: Path, organization: str
) -> None:
    other = issue(title="Another Root", organization=organization, authority=True)
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(root().pem + other.pem)
    net = Website(ca_file, {})
    contexts = [certificate().context(), issue([HOST], other).context()]
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await writer.start_tls(contexts.pop(0))
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer(b"", CLOSE))
        await writer.drain()

    async with serving(talk) as net.loopback_port:
        caller = Caller(net, [HOST])
        line = await net.open(PUBLIC[:1], 443)
        caller.adopt(HOST, 443, line, partial(hold, await line.encrypt(HOST)))
        await caller.ask(f"https://{HOST}/")
        if organization == "Test Trust":
            await caller.ask(f"https://{HOST}/", headers=[TOKEN])
        else:
            assert (await refused(caller, f"https://{HOST}/")).code == "tls.key-changed"
        await caller.close()
    assert any(b"Zq7secret" in one for one in heard) is (organization == "Test Trust")


async def test_an_answer_that_breaks_off_is_not_asked_for_twice(tmp_path: Path) -> None:
    start = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
    async with website(tmp_path, {f"{HOST}/": dropping(start)}) as net:
        assert (await refused(Caller(net, [HOST]), f"https://{HOST}/")).code == "tcp.closed"
        assert len(net.heard) == 1


async def test_an_answer_is_bounded(tmp_path: Path) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {ANSWER_LIMIT + 1}\r\n\r\n".encode()
    async with website(tmp_path, {f"{HOST}/": head}) as net:
        assert (await refused(Caller(net, [HOST]), f"https://{HOST}/")).code == "http.too-large"


async def test_nothing_is_sent_to_a_host_whose_certificate_is_another_s(tmp_path: Path) -> None:
    async with website(tmp_path, {}, shown=issue(["somebody.example"])) as net:
        assert (await refused(Caller(net, [HOST]), f"https://{HOST}/")).code.startswith("tls.")
        assert not net.heard


async def got(session: requests.Session, url: str, **how: object) -> requests.Response:
    return await asyncio.to_thread(session.get, url, **how)  # type: ignore[arg-type]


async def test_a_library_asks_through_the_same_door(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".netrc").write_text(f"machine {HOST} login alice password Zq7secret\n")
    for name in ("https_proxy", "ALL_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, "http://alice:Zq7secret@127.0.0.1:1")
    pages = {f"{HOST}/a": answer(b'{"a": 1}', "Content-Type: application/json", "Set-Cookie: id=1", CLOSE)}
    async with website(tmp_path, pages) as net:
        session = lend(net, [HOST])
        for _ in range(2):
            response = await got(session, f"https://{HOST}/a", verify=False, proxies={"https": "http://127.0.0.1:1"})
            assert (response.status_code, response.json(), response.reason) == (200, {"a": 1}, "OK")
        await abandon(session)
        assert not any(b"Zq7" in heard.head or b"ookie" in heard.head or b"QWxp" in heard.head for heard in net.heard)


async def test_a_library_is_led_nowhere(tmp_path: Path) -> None:
    async with website(tmp_path, {f"{HOST}/": redirect(f"https://{OTHER}/")}) as net:
        session = lend(net, [HOST, OTHER])
        assert (await got(session, f"https://{HOST}/", auth=("alice", "Zq7secret"))).status_code == 302
        for url in ("https://evil.example/", f"http://{HOST}/", "file:///etc/passwd"):
            with pytest.raises(requests.exceptions.RequestException):
                await got(session, url)
        await abandon(session)
        assert {heard.host for heard in net.heard} == {HOST}


async def test_our_failures_reach_whoever_lent_the_session(tmp_path: Path) -> None:
    async with website(tmp_path, {}, {HOST: ()}) as net:
        session = lend(net, [HOST])
        with pytest.raises(Refused) as caught:
            await got(session, f"https://{HOST}/")
        assert caught.value.failure.code == "dns.nxdomain"
        await abandon(session)


async def test_a_library_that_waits_is_let_go_at_once(tmp_path: Path) -> None:
    async with website(tmp_path, {f"{HOST}/": b""}) as net:
        session = lend(net, [HOST])
        waiting = asyncio.create_task(got(session, f"https://{HOST}/"))
        while not net.heard:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await abandon(session)
        with pytest.raises(Refused):
            await waiting
        with pytest.raises(Refused):
            await got(session, f"https://{HOST}/")


async def test_a_library_that_asks_while_it_is_let_go_asks_nobody(tmp_path: Path) -> None:
    async with website(tmp_path, {f"{HOST}/": answer(b"yes")}) as net:
        session = lend(net, [HOST])
        asking = threading.Thread(target=lambda: suppressed(session))
        scheduled, loop = threading.Event(), asyncio.get_running_loop()
        schedule = loop.call_soon_threadsafe

        def told(*work: Any, **more: Any) -> Any:
            handle = schedule(*work, **more)
            scheduled.set()
            return handle

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loop, "call_soon_threadsafe", told)
            asking.start()
            assert scheduled.wait(5), "the request waits for the loop, which is held up here"
        await abandon(session)
        await asyncio.to_thread(asking.join)
        assert not net.heard and not net.dialled


def suppressed(session: LentSession) -> None:
    with pytest.raises(Refused):
        session.get(f"https://{HOST}/")


async def abandon(session: LentSession) -> None:
    adapter = session.get_adapter(f"https://{HOST}/")
    assert isinstance(adapter, LentAdapter)
    await adapter.abandon()
