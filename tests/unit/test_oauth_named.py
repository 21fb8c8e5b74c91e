"""An issuer that names itself in its answers is held to it (RFC 9207): what names nobody is none of its answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.small_issuer import small_issuer
from tests.unit.test_flows_alone import CARD
from tests.unit.test_oauth_answers import CODE, ISSUER, asked, query

from mailwizard.diagnosis import diagnose
from mailwizard.model import Address, Evidence, Failure, Outcome, Protocol, Step
from mailwizard.signin.flows import standard
from mailwizard.signin.oauth.answers import read_callback, read_paste
from mailwizard.signin.oauth.issuers import card_of
from mailwizard.signin.oauth.registration import Registration

NAMED = replace(asked(), names_issuer=True)


@pytest.mark.parametrize("form", ["paste", "visit"])
def test_an_answer_that_names_nobody_is_refused_where_the_issuer_names_itself(form: str) -> None:
    with pytest.raises(Failure, match="issuer-mismatch") as refused:
        if form == "paste":
            read_paste(query(), NAMED)
        else:
            read_callback("127.0.0.1:53171", f"/?{query()}", NAMED)
    seen = Evidence("issuer:x", Step.AUTHORIZE, Outcome.FAIL, refused.value.code, facts=refused.value.facts)
    assert "does not say from which" in diagnose([seen])[0].title
    assert read_paste(query(iss=ISSUER), NAMED).code == CODE
    assert read_callback("127.0.0.1:53171", f"/?{query(iss=ISSUER)}", NAMED).code == CODE


def test_a_code_alone_names_nobody() -> None:
    with pytest.raises(ValueError, match="does not say whose it is"):
        read_paste(CODE, NAMED)


@pytest.mark.parametrize(("told", "held"), [(True, True), (False, False), ("true", False), (None, False)])
async def test_the_issuers_own_document_says_whether_it_names_itself(tmp_path: Path, told: Any, held: bool) -> None:
    document = {**CARD, "authorization_response_iss_parameter_supported": told}
    async with small_issuer(tmp_path, lambda key, form: (200, document)) as (net, _):
        card = await card_of("https://id.example", net, scopes=("mail",))
        alice = Address.parse("alice@example.com")
        page = replace(card, authorize="https://id.example/page") if not card.authorize else card
        begun = await standard.begin(
            Registration("https://id.example", "x"), page, alice, (Protocol.IMAP,), "http://127.0.0.1:53171/", net
        )
    assert card.names_itself is held and begun.names_issuer is held


@pytest.mark.parametrize(
    ("offered", "asked_for"),
    [
        (["openid", "email", "mail:imap", "https://id.example/SMTP.send", "offline_access"], (
            "mail:imap", "https://id.example/SMTP.send", "offline_access")),
        (["openid", "email", "offline_access"], ()),
        (["mail two", "mail\"x", 7, None], ()),
        ("mail", ()),
    ],
)  # fmt: skip
async def test_without_rights_named_those_about_mail_are_asked_for(
    tmp_path: Path, offered: Any, asked_for: tuple[str, ...]
) -> None:
    async with small_issuer(tmp_path, lambda key, form: (200, {**CARD, "scopes_supported": offered})) as (net, _):
        card = await card_of("https://id.example", net)
        assert card.scope((Protocol.IMAP,)) == asked_for
        assert (await card_of("https://id.example", net, scopes=("mine",))).scope((Protocol.IMAP,)) == ("mine",)


async def test_a_card_named_by_its_issuers_address_is_that_card_and_keeps_its_bounds(tmp_path: Path) -> None:
    async with small_issuer(tmp_path, lambda key, form: (200, CARD)) as (net, _):
        for address in ("https://accounts.google.com", "https://accounts.google.com/", "https://Accounts.Google.com"):
            assert (await card_of(address, net)).id == "google"
        assert not net.questions, "nobody was asked"
