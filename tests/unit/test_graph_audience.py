"""A token for Microsoft Graph goes to the Graph of its issuer and nowhere else, and no other token goes there."""

from __future__ import annotations

import pytest
from tests.unit.graphs import check, codes, service

from mailwizard import knowledge
from mailwizard.model import AuthKind, Candidate, Endpoint, Protocol, Security, Trust
from mailwizard.sandbox import World
from mailwizard.sandbox.identity.book import Grant
from mailwizard.sandbox.internet import CONTOSO_ADDRESS, CONTOSO_PASSWORD, furnish
from mailwizard.sandbox.signing_in import MICROSOFT_CLIENT, graph, national
from mailwizard.signin import ways
from mailwizard.signin.oauth.audience import strangers, vouched
from mailwizard.signin.oauth.graph_audience import graph_of, issuer_of_graph, mismatch, objection

CLOUDS = {
    "microsoft": "graph.microsoft.com",
    "microsoft-us-gov": "graph.microsoft.us",
    "microsoft-dod": "dod-graph.microsoft.us",
    "microsoft-china": "microsoftgraph.chinacloudapi.cn",
}
each_cloud = pytest.mark.parametrize(("issuer", "host"), CLOUDS.items())


def at(where: str, source: str = "typed") -> Candidate:
    return Candidate(Endpoint.parse(Protocol.GRAPH, where), "a@b.example", (), source, Trust.CURATED)


def mail(host: str) -> Candidate:
    return Candidate(Endpoint(Protocol.IMAP, host, 993, Security.TLS), "a@b.example", (), "typed", Trust.CURATED)


@each_cloud
def test_each_cloud_has_its_graph_its_rights_and_nobody_elses(issuer: str, host: str) -> None:
    card = knowledge.issuer(issuer)
    assert card is not None
    found = graph_of(card)
    assert found is not None and found.url == f"https://{host}/v1.0"
    assert issuer_of_graph(found) == issuer
    assert card.scope((Protocol.GRAPH,)) == (f"https://{host}/Mail.ReadWrite", f"https://{host}/Mail.Send")
    assert card.app_scope((Protocol.GRAPH,)) == (f"https://{host}/.default",)
    for other in CLOUDS.values():
        assert strangers(issuer, [at(other)]) == (() if other == host else (other,))
        assert (objection(card, [at(other)]) == "") is (other == host)


@pytest.mark.parametrize("source", ["typed", "saved", "autodiscover"])
@pytest.mark.parametrize(
    "where", ["evil.example", "graph.microsoft.com.evil.example", "other.microsoft.com", "graph.microsoft.com:444"]
)
def test_no_other_graph_gets_a_token_whoever_names_it(where: str, source: str) -> None:
    assert strangers("microsoft", [at(where, source)])
    assert vouched("microsoft", [at(where, source)]) == ()
    chosen = Candidate(at(where).endpoint, "", (AuthKind.OAUTH2,), source, Trust.CURATED)
    (way,) = ways([chosen], knowledge.provider("microsoft365"))
    assert not way.offered


def test_an_issuer_without_a_graph_has_none_and_one_without_a_card_decides_for_itself() -> None:
    google = knowledge.issuer("google")
    assert google is not None
    assert "has no Microsoft Graph" in objection(google, [at("graph.microsoft.com")])
    assert strangers("https://id.example", [at("graph.example")]) == ()


def test_a_sign_in_for_the_other_resource_is_named_and_its_own_is_not() -> None:
    card = knowledge.issuer("microsoft")
    assert card is not None
    for_graph, for_mail = card.scope((Protocol.GRAPH,)), card.scope((Protocol.IMAP, Protocol.SMTP))
    here, there = at("graph.microsoft.com"), mail("outlook.office365.com")
    assert mismatch(card, for_graph, [here], "a@b.example") == mismatch(card, for_mail, [there], "a@b.example") == ""
    assert "--graph" in mismatch(card, for_mail, [here], "a@b.example")
    assert "outlook.office365.com" in mismatch(card, for_graph, [there], "a@b.example")
    assert "--graph" in mismatch(card, card.app_scope((Protocol.IMAP,)), [here], "a@b.example")


async def test_a_graph_of_a_national_cloud_takes_its_own_tokens_and_no_others() -> None:
    world = World("national")
    try:
        await world.prepare()
        furnish(world)
        world.address, world.password = CONTOSO_ADDRESS, CONTOSO_PASSWORD
        card = knowledge.issuer("microsoft-us-gov")
        assert card is not None
        issuer = national(world, card, "outlook.office365.us", accounts=(CONTOSO_ADDRESS,))
        graph(world, issuer)
        await world.open()
        for resource, refused in (
            (issuer.graph, []),
            ("https://graph.microsoft.com/", ["graph.InvalidAuthenticationToken"]),
        ):
            scopes = (f"{resource}Mail.ReadWrite", f"{resource}Mail.Send")
            grant = issuer.book.grant(Grant(MICROSOFT_CLIENT, CONTOSO_ADDRESS, scopes))
            value = issuer.book.give_access(issuer.access_prefix, 400, grant, scopes, 3600).value
            seen = await check(world, value, where="https://graph.microsoft.us")
            assert codes(seen) == refused
        assert service(world).issuer is issuer
    finally:
        await world.close()
