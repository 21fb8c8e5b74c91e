"""Several processes that need a token of one saved sign-in at the same time spend its refresh token once."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.unit.small_issuer import small_issuer
from tests.unit.test_storage_saving import ask
from tests.unit.test_tokens import grant, quick, rotating

from mailwizard.signin.oauth.grant import Grant
from mailwizard.storage import secrets

__all__ = ["quick"]
RENEWER = """
import asyncio, sys, time
from pathlib import Path
from tests.unit.websites import Website
from mailwizard.signin.oauth.tokens import fresh
async def ask(*, new): return "passphrase"
async def main():
    net = Website(Path(sys.argv[1]), {}, loopback_port=int(sys.argv[2]))
    print("ready", flush=True)
    sys.stdin.readline()
    print((await fresh(sys.argv[3], net, ask)).secret)
asyncio.run(main())
"""


async def test_programs_at_once_spend_a_refresh_token_once(tmp_path: Path) -> None:
    reference = await secrets.put("vault", "work", grant(0).to_text(), ask)
    async with small_issuer(tmp_path, rotating()) as (net, pages):
        words = (sys.executable, "-c", RENEWER, str(net.ca_file), str(net.loopback_port), reference)
        pipe = asyncio.subprocess.PIPE
        others = [await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe) for _ in range(3)]
        for other in others:
            assert other.stdout and await other.stdout.readline() == b"ready\n"
        told = await asyncio.wait_for(asyncio.gather(*(other.communicate(b"\n") for other in others)), 60)
    assert [out for out, _ in told] == [b"Zq7-token-1\n"] * 3 and len(pages.forms) == 1
    assert Grant.from_text(await secrets.get(reference, ask)).refresh_token == "Zq7-refresh-1"
