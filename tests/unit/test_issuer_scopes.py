"""What is asked for of an issuer: one token is for one service."""

from __future__ import annotations

import pytest
from msgspec import structs

from mailwizard import knowledge
from mailwizard.model import Protocol
from mailwizard.signin.oauth.consent import admin_consent
from mailwizard.signin.oauth.registration import Registration, RegistrationKind

MICROSOFTS = {
    "microsoft": ("outlook.office365.com", "graph.microsoft.com"),
    "microsoft-us-gov": ("outlook.office365.us", "graph.microsoft.us"),
    "microsoft-dod": ("outlook.office365.us", "dod-graph.microsoft.us"),
    "microsoft-china": ("partner.outlook.cn", "microsoftgraph.chinacloudapi.cn"),
}


@pytest.mark.parametrize(("name", "hosts"), MICROSOFTS.items())
def test_each_cloud_has_its_own_scopes_of_both_web_services(name: str, hosts: tuple[str, str]) -> None:
    card, (exchange, graph) = knowledge.issuers()[name], hosts
    assert card.scope((Protocol.EWS,)) == (f"https://{exchange}/EWS.AccessAsUser.All",)
    assert card.app_scope((Protocol.EWS,)) == (f"https://{exchange}/.default",)
    assert card.scope((Protocol.GRAPH,)) == (f"https://{graph}/Mail.ReadWrite", f"https://{graph}/Mail.Send")
    assert card.app_scope((Protocol.GRAPH,)) == (f"https://{graph}/.default",)


@pytest.mark.parametrize("name", MICROSOFTS)
@pytest.mark.parametrize("first", [Protocol.IMAP, Protocol.EWS, Protocol.GRAPH])
def test_scopes_of_two_services_are_never_asked_for_at_once(name: str, first: Protocol) -> None:
    card = knowledge.issuers()[name]
    others = [one for one in Protocol if one is not first]
    for asked in (card.scope, card.app_scope):
        scopes = asked((first, *others))
        assert len({scope.rpartition("/")[0] for scope in scopes}) == 1
        assert scopes[: len(asked((first,)))] == asked((first,))


def test_what_belongs_to_no_service_goes_along() -> None:
    bare = tuple((str(one), (f"mail.{one}", "https://api.example/mail")) for one in (Protocol.IMAP, Protocol.SMTP))
    card = structs.replace(knowledge.issuers()["mailru"], scopes=bare)
    assert card.scope((Protocol.IMAP, Protocol.SMTP)) == ("mail.imap", "https://api.example/mail", "mail.smtp")


def test_an_administrator_is_asked_for_ews_at_its_own_service() -> None:
    client = Registration("microsoft", "id", "secret", kind=RegistrationKind.APP_ONLY)
    (page,) = admin_consent(client, knowledge.issuers()["microsoft"], None, (Protocol.EWS,))
    assert "outlook.office365.com" in page.url and "ps.outlook.com" not in page.url
