"""A browser's answer counts only where it is the one that was asked for; whatever else comes is named, or lost."""

from __future__ import annotations

import asyncio
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.test_net_listening import brought, get

from mailwizard.model import Failure
from mailwizard.net.real.listening import listening
from mailwizard.signin.oauth.answers import NotOurs, read_callback, read_paste
from mailwizard.signin.oauth.authorization import Authorization, CallbackAnswer
from mailwizard.signin.oauth.browser import await_answer
from mailwizard.signin.oauth.registration import Registration

CODE, STATE = "4/0AfJohXk-Zq7_secret.code", "state-of-this-run"
ISSUER = "https://accounts.example"
PAGE = f"{ISSUER}/o/oauth2/v2/auth?client_id=x&state={STATE}&redirect_uri=http%3A%2F%2F127.0.0.1%3A53171"


def asked(port: int = 53171) -> Authorization:
    redirect = f"http://127.0.0.1:{port}"
    return Authorization(PAGE, Registration("example", "x"), ISSUER, redirect, STATE, "verifier", (), 0.0)


def query(**changed: str) -> str:
    return urlencode({"state": STATE, "code": CODE} | changed)


@pytest.mark.parametrize(
    "paste",
    [
        f"http://127.0.0.1:53171/?{query()}",
        f"http://127.0.0.1:53171?{query(scope='https://mail.google.com/')}",
        f"  <http://127.0.0.1:53171/?{query()}>\n",
        f"http://127.0.0.1:53171/?{query()[:20]}\n   {query()[20:]}",
        f"http://localhost:53171/?{query(iss=ISSUER)}#",
        f"http://127.0.0.1:53171/#{query()}",
        f"?{query()}",
        query(),
        f"127.0.0.1:53171/?{query()}".partition("/")[2],
        CODE,
        quote(CODE, safe=""),
        f'"{CODE}"',
    ],
)
def test_an_answer_may_be_pasted_in_any_form(paste: str) -> None:
    assert read_paste(paste, asked()).code == CODE


@pytest.mark.parametrize(
    ("paste", "words"),
    [
        ("", "Paste the address"),
        (" \n ", "Paste the address"),
        (PAGE, "the address of the sign-in page"),
        ("https://accounts.example/signin/consent?x=1", "the address of the sign-in page"),
        ("https://elsewhere.example/", "leads to elsewhere.example"),
        (f"http://127.0.0.1:53171/?{query(state='other')}", "another sign-in"),
        (f"http://127.0.0.1:53171/?code={CODE}", "end of the address is missing"),
        (f"http://127.0.0.1:53171/?state={STATE}", "code is missing"),
        ("http://127.0.0.1:53171/", "code is missing"),
        (f"{query()}&code=another-code-of-somebody", "two different answers"),
        ("ABCD-EFGH", "short code"),
        ("alice@example.com", "no answer of the sign-in page"),
        ("hello", "no answer of the sign-in page"),
        ("x" * 20_000, "far too long"),
        ("http://[::1/?code=1", "damaged"),
        ("\x1b]52;c;eA==\x07", "no answer of the sign-in page"),
    ],
)
def test_a_wrong_paste_is_named(paste: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        read_paste(paste, asked())
    assert str(caught.value).isprintable()
    assert CODE not in str(caught.value)


@pytest.mark.parametrize("form", ["paste", "visit"])
def test_a_refusal_comes_with_its_code_and_words(form: str) -> None:
    words = "AADSTS65004: User declined to consent\x1b[2J"
    told = query(error="access_denied", error_description=words, error_subcode="cancel")
    with pytest.raises(Failure) as caught:
        if form == "paste":
            read_paste(f"http://127.0.0.1:53171/?{told}", asked())
        else:
            read_callback("127.0.0.1:53171", f"/?{told}", asked())
    assert caught.value.code == "oauth.access_denied"
    assert dict(caught.value.facts)["aadsts"] == "AADSTS65004"
    assert "\x1b" not in caught.value.detail


@pytest.mark.parametrize("form", ["paste", "visit"])
def test_another_issuer_is_refused(form: str) -> None:
    told = query(iss="https://evil.example")
    with pytest.raises(Failure, match="issuer-mismatch"):
        if form == "paste":
            read_paste(told, asked())
        else:
            read_callback("127.0.0.1:53171", f"/?{told}", asked())


@given(st.text(max_size=300))
def test_no_paste_escapes(paste: str) -> None:
    try:
        answer = read_paste(paste, asked())
    except ValueError as wrong:
        assert str(wrong).isprintable()
    except Failure as failure:
        assert failure.code.startswith("oauth.")
    else:
        assert answer.code


HERE = "127.0.0.1:{port}"
BAD_VISITS = {
    "no state": (HERE, f"/?code={CODE}"),
    "empty state": (HERE, f"/?code={CODE}&state="),
    "wrong state": (HERE, f"/?{query(state='other')}"),
    "state in another case": (HERE, f"/?{query(state=STATE.upper())}"),
    "part of the state": (HERE, f"/?{query(state=STATE[:-1])}"),
    "longer state": (HERE, f"/?{query(state=STATE + 'x')}"),
    "two states": (HERE, f"/?{query()}&state=other"),
    "two codes": (HERE, f"/?{query()}&code=other"),
    "no code": (HERE, f"/?state={STATE}"),
    "empty code": (HERE, f"/?{query(code='')}"),
    "another path": (HERE, f"/callback?{query()}"),
    "a path above": (HERE, f"/../?{query()}"),
    "two slashes": (HERE, f"//evil.example/?{query()}"),
    "an absolute target": (HERE, f"http://evil.example/?{query()}"),
    "another host": ("evil.example", f"/?{query()}"),
    "another port": ("127.0.0.1:1", f"/?{query()}"),
    "a rebound name": ("localhost.evil.example:{port}", f"/?{query()}"),
    "a host with a user": ("alice@127.0.0.1:{port}", f"/?{query()}"),
    "in the fragment": (HERE, f"/#{query()}"),
    "an error without state": (HERE, "/?error=access_denied"),
    "an error with a wrong state": (HERE, "/?error=access_denied&state=other"),
    "a favicon": (HERE, "/favicon.ico"),
    "html in the error": (HERE, "/?error=<script>alert(1)</script>"),
    "many fields": (HERE, "/?" + "&".join(f"a{n}=1" for n in range(300))),
}


async def waiting(port: int) -> tuple[asyncio.Task[CallbackAnswer], asyncio.Queue[str], list[str]]:
    pasted: asyncio.Queue[str] = asyncio.Queue()
    wrong: list[str] = []
    task = asyncio.create_task(await_answer(asked(port), pasted, wrong.append, limit=20))
    for _ in range(200):
        await asyncio.sleep(0.005)
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:
            continue
        writer.close()
        break
    return task, pasted, wrong


async def free_port() -> int:
    async with listening(0) as ear:
        return ear.port


@pytest.mark.parametrize("case", BAD_VISITS)
async def test_a_bad_visit_gets_nothing_and_the_good_one_still_counts(case: str) -> None:
    port = await free_port()
    task, _, _ = await waiting(port)
    host, target = BAD_VISITS[case]
    told = await brought(port, get(target, host.format(port=port)))
    assert not told or told.startswith(b"HTTP/1.1 4")
    assert CODE.encode() not in told and b"<script" not in told
    assert not task.done()
    told = await brought(port, get(f"/?{query()}", f"127.0.0.1:{port}"))
    assert b"go back to the terminal" in told and CODE.encode() not in told
    assert (await task).code == CODE
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_flood_of_visits_does_not_keep_the_good_one_out() -> None:
    port = await free_port()
    task, _, _ = await waiting(port)
    await asyncio.gather(
        *(brought(port, get(f"/?{query(state='x')}", f"127.0.0.1:{port}")) for _ in range(200)), return_exceptions=True
    )
    await brought(port, get(f"/?{query()}", f"127.0.0.1:{port}"))
    assert (await task).code == CODE


async def test_a_paste_counts_while_the_port_listens_and_a_wrong_one_is_named() -> None:
    port = await free_port()
    task, pasted, wrong = await waiting(port)
    await pasted.put("hello")
    await pasted.put(f"http://127.0.0.1:{port}/?{query()}")
    assert (await task).code == CODE
    assert len(wrong) == 1


async def test_a_port_that_is_taken_is_told_and_pasting_still_works() -> None:
    async with listening(0) as ear:
        pasted: asyncio.Queue[str] = asyncio.Queue()
        ports: list[Failure] = []
        task = asyncio.create_task(await_answer(asked(ear.port), pasted, lambda _: None, tell_port=ports.append))
        while not ports:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await pasted.put(query())
        assert (await task).code == CODE
        assert ports[0].code == "tcp.in-use"


async def test_nobody_is_waited_for_longer_than_the_limit_and_a_cancelled_wait_leaves_nothing() -> None:
    port = await free_port()
    with pytest.raises(Failure, match=r"oauth\.expired"):
        await await_answer(asked(port), asyncio.Queue(), lambda _: None, limit=0.1)
    task, _, _ = await waiting(port)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not [other for other in asyncio.all_tasks() if other is not asyncio.current_task()]
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", port)


def test_a_visit_that_is_ours_is_read() -> None:
    assert read_callback("127.0.0.1:53171", f"/?{query(iss=ISSUER)}", asked()) == CallbackAnswer(CODE, STATE, ISSUER)
    with pytest.raises(NotOurs):
        read_callback("", "", asked())
