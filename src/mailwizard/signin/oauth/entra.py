"""What both of Microsoft's flows ask of msal."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Failure
from mailwizard.signin.oauth.lending import library
from mailwizard.signin.oauth.refusing import refused
from mailwizard.signin.oauth.registration import Registration

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----.*?-----END \1-----", re.DOTALL)

Told = TypeVar("Told", bound=Mapping[str, Any])


def application(client: Registration, card: IssuerCard, session: Any, cache: str = "") -> Any:
    """Return msal's application for a registration; it asks the card's hosts and looks for no others."""
    msal = library("msal")
    memory = msal.SerializableTokenCache()
    if cache:
        memory.deserialize(cache)
    proof: Any = client.client_secret
    if client.key:
        key, certificates = pieces(client.key)
        proof = {"private_key": key, "public_certificate": certificates}
    kind = msal.ConfidentialClientApplication if proof else msal.PublicClientApplication
    return kind(
        client.client_id,
        # A variable of the surroundings may name a region, whose hosts are none of the card's.
        **({"client_credential": proof, "azure_region": False} if proof else {}),
        authority=authority(card, client.tenant),
        token_cache=memory,
        http_client=session,
        instance_discovery=False,
        enable_pii_log=False,
    )


def pieces(pem: str) -> tuple[str, str]:
    """Return the private key and the certificates of a PEM text."""
    blocks = [match[0] for match in _BLOCK.finditer(pem)]
    keys = [block for block in blocks if "PRIVATE KEY-----" in block]
    return "\n".join(keys[:1]), "\n".join(block for block in blocks if "BEGIN CERTIFICATE-----" in block)


def authority(card: IssuerCard, tenant: str) -> str:
    """Return the address of a directory, such as ``https://login.microsoftonline.com/common``."""
    return card.filled(card.token, tenant).partition("/oauth2/")[0]


def held(told: Told, wanted: str, hidden: Collection[str] = ()) -> Told:
    """Return an answer that holds what was wanted.

    Raises:
        Failure: ``oauth.…`` as the answer says, ``oauth.garbled`` where it says nothing.
    """
    if told.get("error"):
        raise refused(told, hidden=hidden)
    if not told.get(wanted):
        raise Failure("oauth.garbled", "the sign-in service answers without what was asked for")
    return told
