"""What every program that accounts go to, and every one that they come from, must offer."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwizard.exports import export, targets
from mailwizard.exports.reading import Found, read, sources
from mailwizard.exports.setup import Setup, Side
from mailwizard.model import Address, AuthKind, Endpoint, Identity, Protocol, Security

TARGETS: dict[str, Any] = dict(targets())
SOURCES: dict[str, Any] = dict(sources())
BOTH = [name for name in TARGETS if name.partition("-")[0] in SOURCES and name != "thunderbird"]
"""Thunderbird's document is for servers to publish; what is read is a profile."""
NO_ADDRESS = {"mbsync", "himalaya-2"}
NO_NAME = {"mutt", "env"}
ONLY_SENDING, ONLY_RECEIVING = {"msmtp"}, {"mbsync"}
NO_DISPLAY_NAME = {"msmtp", "mbsync", "himalaya-2"}
HOSTS = st.sampled_from(["mail.example.com", "a-b.example", "192.0.2.7", "xn--bcher-kva.example"])
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("C", "Z")), max_size=12)
WORDS = st.builds(" ".join, st.lists(st.one_of(TEXTS, st.sampled_from(list("\\'\"$`#;%{}[]:,")))).map(lambda x: x[:3]))
USERS = WORDS.map(str.strip).filter(bool)
NAMES = WORDS.map(lambda text: text.replace("/", "").replace("\\", "").strip(". ")).filter(bool)
LOCALS = st.text("abz09!#$%&'*+/=?^_`{|}~-", min_size=1, max_size=8)
ADDRESSES = LOCALS.map(lambda local: Address.parse(f"{local}@example.com"))
ENCRYPTED = st.sampled_from([Security.TLS, Security.STARTTLS])


def sides(protocol: Protocol) -> st.SearchStrategy[Side]:
    ends = st.builds(Endpoint, st.just(protocol), HOSTS, st.integers(1, 65535), ENCRYPTED)
    return st.builds(Side, ends, USERS, st.sampled_from([AuthKind.PASSWORD, AuthKind.OAUTH2]))


SETUPS = st.builds(
    Setup,
    name=NAMES,
    address=ADDRESSES,
    display_name=WORDS.map(str.strip),
    incoming=sides(Protocol.IMAP),
    outgoing=sides(Protocol.SMTP),
)


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_offers_what_the_folder_says(name: str) -> None:
    target = TARGETS[name]
    assert target.__doc__ and target.TITLE and isinstance(target.PATH, str)
    assert target.COMMENT in {"", "#", "//", ";"}
    assert list(inspect.signature(target.render).parameters) == ["setup"] and target.render.__doc__


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_offers_what_the_folder_says(name: str) -> None:
    source = SOURCES[name]
    assert source.__doc__ and source.TITLE and isinstance(source.PATH, str)
    assert list(inspect.signature(source.read).parameters) == ["text"] and source.read.__doc__


@pytest.mark.parametrize("name", TARGETS)
@given(setup=SETUPS)
def test_a_target_writes_whole_lines_or_refuses_with_a_sentence(name: str, setup: Setup) -> None:
    try:
        text = export(setup, name)
    except ValueError as refused:
        assert str(refused).isprintable()
        return
    assert text.endswith("\n") and "\r" not in text and "\0" not in text
    assert "secret" in text or "token" in text or "run" in text or name == "thunderbird"


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("protocol", [Protocol.EWS, Protocol.GRAPH])
def test_a_web_service_is_refused_where_the_program_speaks_no_such_thing(name: str, protocol: Protocol) -> None:
    side = Side(Endpoint.parse(protocol, "mail.example.com"), "alice", AuthKind.OAUTH2)
    setup = Setup("work", Address.parse("alice@example.com"), incoming=side)
    if name in {"json", "env", "ansible", "docker-compose"}:
        assert "mail.example.com" in export(setup, name)
    elif name != "mutt":
        with pytest.raises(ValueError, match=str(protocol).upper()):
            export(setup, name)


@pytest.mark.parametrize("name", BOTH)
@given(setup=SETUPS)
def test_what_was_exported_is_imported_as_it_was(name: str, setup: Setup) -> None:
    try:
        text = export(setup, name)
    except ValueError:
        return
    (found,) = read(name.partition("-")[0], text.encode())
    assert found == expected(name, setup, found)
    assert found.notes == ()


def expected(name: str, setup: Setup, found: Found) -> Found:
    """Return what a reader finds of a setup; what the program does not write down is as the reader says."""
    return Found(
        name=found.name if name in NO_NAME else setup.name,
        address=found.address if name in NO_ADDRESS else setup.address,
        display_name="" if name in NO_DISPLAY_NAME else setup.display_name,
        incoming=None if name in ONLY_SENDING else setup.incoming,
        outgoing=None if name in ONLY_RECEIVING else setup.outgoing,
    )


@pytest.mark.parametrize("name", SOURCES)
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_a_source_reads_anything_or_names_the_line(name: str, data: bytes) -> None:
    try:
        found = read(name, data)
    except ValueError as wrong:
        assert str(wrong).isprintable() and str(wrong).endswith(".")
        return
    assert all(isinstance(one, Found) for one in found)


@pytest.mark.parametrize("name", ["aerc", "json"])
def test_other_addresses_come_along(name: str) -> None:
    other = Identity(Address.parse("info@example.com"))
    ends = [Side(Endpoint.parse(one, "mail.example.com"), "alice", AuthKind.PASSWORD) for one in Protocol][:2]
    setup = Setup("work", Address.parse("alice@example.com"), identities=(other,), incoming=ends[1], outgoing=ends[0])
    assert "info@example.com" in export(setup, name)
