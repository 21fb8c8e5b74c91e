"""What every SASL mechanism must do."""

from __future__ import annotations

import inspect
import re
import ssl
from collections.abc import Generator
from contextlib import suppress
from typing import Any

import pytest
from tests.unit.scripted import authority

from mailwizard.checks import mechanisms
from mailwizard.checks.channel import Accepted, Channel
from mailwizard.model import AuthKind, Credential, Failure
from mailwizard.net import Tls
from mailwizard.plugins import plugins

ALL: dict[str, Any] = plugins(mechanisms)
CERTIFICATE = ssl.PEM_cert_to_DER_cert(authority().issue_cert("mail.test").cert_chain_pems[0].bytes().decode())
WHO = Credential("älice@mail.test", 'pass "word" \\ é', AuthKind.PASSWORD)


LINE = Channel("mail.test", 993, (), Tls("TLSv1.3", "", ("mail.test",), "", "", "", certificate=CERTIFICATE))


def begun(module: Any, credential: Credential) -> tuple[bytes, Generator[bytes, bytes, None]]:
    """Begin a conversation and return its first word, where this machine has what the mechanism needs."""
    talk: Generator[bytes, bytes, None] = module.converse(credential, LINE)
    try:
        return next(talk), talk
    except Failure as failure:
        assert failure.code == "sign-in.no-mechanism" and module.KINDS == (AuthKind.NONE,), failure
        pytest.skip(failure.detail)


def test_no_two_share_a_name_or_a_strength() -> None:
    assert ALL
    assert len({module.NAME for module in ALL.values()}) == len(ALL)
    assert len({module.STRENGTH for module in ALL.values()}) == len(ALL)


@pytest.mark.parametrize("name", ALL)
def test_a_mechanism_says_who_it_is(name: str) -> None:
    module = ALL[name]
    assert re.fullmatch(r"[A-Z0-9_-]{1,20}", module.NAME), "RFC 4422 section 3.1"
    assert name == module.NAME.lower().replace("-", "_")
    assert module.KINDS and all(isinstance(kind, AuthKind) for kind in module.KINDS)
    assert isinstance(module.STRENGTH, int) and isinstance(module.CLIENT_FIRST, bool)
    assert isinstance(module.SHOWS_SECRET, bool)
    assert module.__doc__ and len(module.__doc__.splitlines()) == 1
    assert inspect.isgeneratorfunction(module.converse) and module.converse.__doc__


@pytest.mark.parametrize("name", ALL)
def test_a_mechanism_speaks_in_its_turn_and_ends(name: str) -> None:
    module = ALL[name]
    credential = Credential(WHO.username, WHO.secret, module.KINDS[0])
    first, talk = begun(module, credential)
    assert isinstance(first, bytes)
    assert module.CLIENT_FIRST or first == b"", "what stands for the server's first word is not sent"
    for _ in range(10):
        try:
            assert isinstance(talk.send(b"challenge"), bytes)
        except (StopIteration, Failure):
            break
    else:
        pytest.fail("it never comes to an end")


@pytest.mark.parametrize("name", ALL)
def test_what_hides_the_secret_never_says_it(name: str) -> None:
    module = ALL[name]
    credential = Credential("alice", "hunter2-and-more", module.KINDS[0])
    talk, said = module.converse(credential, LINE), []
    with suppress(StopIteration, Failure):
        said.append(next(talk))
        for _ in range(4):
            said.append(talk.send(b"challenge"))
    assert (b"hunter2-and-more" in b" ".join(said)) == module.SHOWS_SECRET


@pytest.mark.parametrize("name", ALL)
def test_a_refusal_keeps_its_code_and_an_early_welcome_is_taken_or_refused(name: str) -> None:
    module = ALL[name]
    credential = Credential(WHO.username, WHO.secret, module.KINDS[0])
    _, refused = begun(module, credential)
    with pytest.raises(Failure) as failure:
        refused.throw(Failure("smtp.535", "535 no", enhanced="5.7.8"))
    assert (failure.value.code, failure.value.enhanced) == ("smtp.535", "5.7.8")
    _, taken = begun(module, credential)
    with pytest.raises((Accepted, Failure)) as ending:
        taken.throw(Accepted())
    assert not isinstance(ending.value, Failure) or ending.value.code == "sign-in.server-unproven"


@pytest.mark.parametrize("name", ALL)
def test_a_mechanism_left_halfway_ends_quietly(name: str) -> None:
    _, talk = begun(ALL[name], WHO)
    talk.close()


@pytest.mark.parametrize("name", ALL)
def test_a_mechanism_never_shows_a_secret_by_its_repr(name: str) -> None:
    module = ALL[name]
    assert WHO.secret not in repr(module.converse(WHO, LINE))
