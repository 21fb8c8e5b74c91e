"""Odd answers and surroundings change neither who is asked in a flow nor what is believed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.unit.small_issuer import small_issuer, token
from tests.unit.test_flows import ALICE, BACK, BOTH, CLIENTS, begun, each, redeemed, said

from mailwizard import knowledge
from mailwizard.model import Failure
from mailwizard.signin.oauth.flow import flow_for
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.registration import Registration


@each
@pytest.mark.parametrize("expires", ["soon", "-1", 10**400, "1e999", None, [], 0])
async def test_an_odd_life_of_a_token_is_taken_for_an_hour(tmp_path: Path, issuer: str, expires: Any) -> None:
    async with small_issuer(tmp_path, said(token(refresh_token="Zq7-refresh", expires_in=expires))) as (net, pages):
        authorization = await begun(issuer, net)
        try:
            grant = await redeemed(authorization, net, pages)
        except Failure as failure:
            assert failure.code == "oauth.garbled", "a library may refuse it"
        else:
            assert grant.expires_at - time.time() <= 3600


@each
async def test_nothing_of_the_surroundings_changes_who_is_asked_and_with_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, issuer: str
) -> None:
    token_host = urlsplit(knowledge.issuers()[issuer].token).hostname
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {token_host} login mallory password Zq7-netrc\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    async with small_issuer(tmp_path, said(token(refresh_token="Zq7-refresh"))) as (net, pages):
        grant = await redeemed(await begun(issuer, net), net, pages)
        await flow_for(grant.registration, knowledge.issuers()[issuer]).refresh(grant, net)
        assert not any(b"authorization" in heard.head.lower() for heard in net.heard)
        assert {key.partition("/")[0] for key, _ in pages.forms} == {token_host}


@each
async def test_a_grant_without_anything_lasting_is_not_renewed(tmp_path: Path, issuer: str) -> None:
    async with small_issuer(tmp_path, said(token())) as (net, pages):
        grant = Grant(CLIENTS[issuer], "alice@example.com", ("mail",), access_token="Zq7-access")
        with pytest.raises(Failure, match=r"oauth\.no-refresh-token"):
            await flow_for(grant.registration, knowledge.issuers()[issuer]).refresh(grant, net)
        assert not any(form for _, form in pages.forms)


@pytest.mark.parametrize("cloud", ["microsoft-us-gov", "microsoft-dod"])
async def test_another_cloud_is_asked_at_its_own_hosts_only(tmp_path: Path, cloud: str) -> None:
    card = knowledge.issuers()[cloud]
    client = Registration(cloud, CLIENTS["microsoft"].client_id)
    async with small_issuer(tmp_path, said(token())) as (net, pages):
        asked = await flow_for(client, card).begin(client, card, ALICE, BOTH, BACK, net)
    assert urlsplit(asked.url).hostname == "login.microsoftonline.us"
    assert all("outlook.office365.us" in scope for scope in asked.scopes)
    assert {key.partition("/")[0] for key, _ in pages.forms} == {"login.microsoftonline.us"}
