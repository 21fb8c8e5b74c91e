"""What is made of typed and pasted secrets, and which ways in an account has."""

from __future__ import annotations

import pytest

from mailwizard.knowledge import provider
from mailwizard.knowledge.provider_card import ProviderCard
from mailwizard.model import Address, AuthKind, Candidate, Endpoint, Protocol, Security, Trust
from mailwizard.signin import kinds, ways
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.registration import Registration
from mailwizard.signin.typed import app_password, bridge_password, key, password

PASSWORD, APP, KEY, OAUTH2, NONE = (
    AuthKind.PASSWORD,
    AuthKind.APP_PASSWORD,
    AuthKind.KEY,
    AuthKind.OAUTH2,
    AuthKind.NONE,
)
ALICE = "alice@gmail.com"


def card(name: str) -> ProviderCard:
    found = provider(name)
    assert found is not None
    return found


GMAIL = card("gmail")


@pytest.mark.parametrize(
    "pasted",
    [
        "abcdefghijklmnop",
        "abcd efgh ijkl mnop",
        " abcd efgh ijkl mnop \r\n",
        "abcd\u00a0efgh\u00a0ijkl\u00a0mnop",
        '"abcd efgh ijkl mnop"',
        "“abcd efgh ijkl mnop”",
    ],
)
def test_an_app_password_is_taken_however_it_was_pasted(pasted: str) -> None:
    credential = app_password.read(pasted, ALICE, GMAIL)
    assert credential.secret == "abcdefghijklmnop"
    assert app_password.doubts(pasted, GMAIL) == ""


def test_what_cannot_be_an_app_password_is_named_and_sent_as_typed_all_the_same() -> None:
    typed = "My-Google 2026"
    doubts = app_password.doubts(typed, GMAIL)
    assert "16" in doubts and "Google password" in doubts
    assert app_password.read(typed + "\n", ALICE, GMAIL).secret == typed
    assert app_password.doubts("", GMAIL) == "", "nothing typed yet is no doubt"


@pytest.mark.parametrize("around", ["{}", "\ufeff{}\n", "  {}", "{}" + "x" * 300_000])
def test_a_saved_sign_in_is_no_password_whatever_its_size(around: str) -> None:
    """All its tokens would go to the mail server."""
    text = around.format(Grant(Registration("google", "id"), "alice@mail.test", refresh_token="Zq7").to_text())
    for module in kinds().values():
        with pytest.raises(ValueError, match="saved sign-in"):
            module.read(text, "alice@mail.test", GMAIL)


def test_a_password_keeps_its_blanks_and_loses_a_line_end() -> None:
    assert password.read(" two words \r\n", ALICE, None).secret == " two words "
    assert password.read("x\n\n", f" {ALICE} ", None).username == ALICE


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ('"hunter2"', "quotation marks around"),
        ("“hunter2”", "quotation marks around"),
        ("it’s", "curly quotation marks"),
        (" hunter2", "begins or ends with a blank"),
        ("hunter2\u00a0", "invisible character"),
        ("hun\u200bter2", "invisible character"),
        ("hun\tter2", "invisible character"),
        ("pässword", "letters beyond ASCII"),
        ("hunter2", ""),
        ("correct horse battery", ""),
        ('pass"word', ""),
        ("", ""),
    ],
)
def test_a_slip_in_pasting_is_named(typed: str, named: str) -> None:
    doubts = password.doubts(typed, None)
    assert named in doubts
    assert bool(named) == bool(doubts)


def test_blanks_around_a_key_never_belong_to_it() -> None:
    assert key.read("  xsmtpsib-1 \n", "apikey", None).secret == "xsmtpsib-1"
    assert bridge_password.read(" abc \n", ALICE, None).secret == "abc"
    assert key.doubts(" xsmtpsib-1 ", None) == ""
    assert key.doubts("", None) == bridge_password.doubts("", None) == ""


def test_an_api_key_is_told_from_an_smtp_key() -> None:
    brevo = card("brevo")
    assert "xsmtpsib" in key.doubts("xkeysib-123", brevo)
    assert key.doubts("xsmtpsib-123", brevo) == ""
    assert key.read(" xsmtpsib-123 ", "a@b.example", brevo).secret == "xsmtpsib-123"


def candidate(protocol: Protocol, host: str, *auth: AuthKind) -> Candidate:
    endpoint = Endpoint(protocol, host, 465, Security.TLS)
    return Candidate(endpoint, ALICE, auth, "cards", Trust.CURATED)


def test_gmail_is_entered_by_app_password_or_with_a_browser() -> None:
    candidates = GMAIL.candidates(Address.parse(ALICE))
    found = ways(candidates, GMAIL)
    assert [(way.kind, way.offered) for way in found] == [(APP, True), (OAUTH2, True)]
    assert found[0].hint == "The app password that Gmail makes for programs, not the password of the account."
    assert found[1].hint.startswith("On Google's own page")
    assert [way.kind for way in ways(candidates, GMAIL, registered=True)] == [OAUTH2, APP]


def test_a_browser_sign_in_is_offered_only_where_its_issuer_is_known_and_can_be_reached() -> None:
    chosen = [candidate(Protocol.IMAP, "i", OAUTH2, PASSWORD)]
    (first, second) = ways(chosen, None, registered=True)
    assert (first.kind, second.kind, second.offered) == (PASSWORD, OAUTH2, False)
    assert "--issuer" in second.hint
    (_, away) = ways(GMAIL.candidates(Address.parse(ALICE)), GMAIL, reachable=("microsoft",))
    assert (away.kind, away.offered) == (OAUTH2, False)
    assert "not part of this practice world" in away.hint


def test_a_way_is_called_what_the_provider_calls_it() -> None:
    qq = card("qq")
    first = ways(qq.candidates(Address.parse("alice@qq.com")), qq)[0]
    assert (first.kind, first.label) == (APP, "Authorization code")


def test_microsoft_is_entered_with_a_browser_and_by_password_for_sending_alone() -> None:
    microsoft = card("microsoft365")
    chosen = [
        one
        for one in microsoft.candidates(Address.parse("adele@contoso.example"))
        if one.endpoint.protocol is not Protocol.POP3 and not one.endpoint.protocol.web
    ]
    first, second = ways(chosen, microsoft)
    assert (first.kind, first.offered) == (OAUTH2, True)
    assert (second.kind, second.offered) == (PASSWORD, True)
    assert second.hint.endswith("outlook.office365.com does not take it and is left out.")


def test_what_opens_both_servers_goes_before_what_opens_one() -> None:
    found = ways([candidate(Protocol.IMAP, "i", APP, PASSWORD), candidate(Protocol.SMTP, "s", KEY, PASSWORD)], None)
    assert [way.kind for way in found] == [PASSWORD, APP, KEY]


def test_a_server_of_which_nothing_is_known_wants_a_password() -> None:
    assert [way.kind for way in ways([candidate(Protocol.IMAP, "i")], None)] == [PASSWORD]


def test_a_relay_wants_nothing() -> None:
    assert ways([candidate(Protocol.SMTP, "s", NONE)], None) == ()
    mixed = ways([candidate(Protocol.IMAP, "i", PASSWORD), candidate(Protocol.SMTP, "s", NONE)], None)
    assert [(way.kind, way.hint) for way in mixed] == [(PASSWORD, "The password of the mail account.")]


def test_every_kind_that_a_person_types_has_a_module() -> None:
    assert set(kinds()) == {kind for kind in AuthKind if kind.typed}
