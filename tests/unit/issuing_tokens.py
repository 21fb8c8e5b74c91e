"""Get tokens from the practice world's Microsoft, for one scope each."""

from __future__ import annotations

from tests.unit.signing import MICROSOFT, ask_other, asking, exchange

from mailwizard.sandbox import World
from mailwizard.signin.oauth.registration import Registration

DIRECTORY = "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token"


async def microsoft_user_token(world: World, scope: str) -> str:
    """Return a token of the person of this world."""
    async with asking(world) as program:
        code = await program.code(f"{MICROSOFT}/authorize", ask_other(world, "microsoft", scope))
        told = await program.json(f"{MICROSOFT}/token", exchange(world, code, "microsoft"))
    return str(told["access_token"])


async def microsoft_app_token(world: World, app: Registration, scope: str) -> str:
    """Return a token of a program that signs in by itself."""
    told = {
        "grant_type": "client_credentials",
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "scope": scope,
    }
    async with asking(world) as program:
        return str((await program.json(DIRECTORY, told))["access_token"])
