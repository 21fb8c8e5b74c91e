"""Text from outside is said as it is in the plain face: none of it is acted on, and no flood of it drowns the rest."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.journeys.plain_run import asking
from tests.journeys.test_wizard_hostile import ESCAPES, HOSTILE, MARKUP, hostile_draft
from tests.unit.scripted import ALICE, Act, Peer, Script, net
from tests.unit.scripted import draft as chosen

from mailwizard.draft import Stage
from mailwizard.model import Address, AuthKind, Credential, Evidence, Outcome, Protocol, Security, Step

ACTS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u200b\u2066-\u2069]")


@pytest.mark.parametrize("stage", [Stage.VALIDATE, Stage.SAVE])
async def test_hostile_text_is_said_as_it_is(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with asking(monkeypatch, None, draft=hostile_draft().back_to(stage)) as person:
        session = person.loop.turn.session
        session.credential, session.went_back = Credential("alice", "secret"), True
        if stage is Stage.VALIDATE:
            await person.sees("Possibly:", f"Said: {MARKUP}", "What now?")
        await person.answers(":evidence")
        await person.sees("Evidence: all that was seen", MARKUP, "[/x]")
        await person.answers(":where", "?", "")
        assert not ACTS.search(person.all), ACTS.findall(person.all)


async def test_a_stream_of_hostile_evidence_is_said_in_harmless_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    from mailwizard.plain.rungs import Rungs

    draft = hostile_draft()
    async with asking(monkeypatch, None) as person:
        rungs = Rungs(person.loop.turn.talk, draft.chosen)
        for outcome in (*set(Outcome) - {Outcome.RUNNING}, Outcome.RUNNING):
            for step in Step:
                rungs.heard(Evidence(HOSTILE, step, outcome, HOSTILE, HOSTILE, HOSTILE, 0.1))
        rungs.tick(1e12)
        assert "RUNNING: " in person.all and MARKUP in person.all
        assert not ACTS.search(person.all)


async def test_a_server_that_floods_and_escapes_is_explained_in_few_harmless_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = b"535-5.7.8 " + ESCAPES.replace("\r", "").encode() + b"x" * 400 + b"\r\n"
    script: Script = [
        *(b"220 hi\r\n", "EHLO", b"250-x\r\n250 AUTH PLAIN\r\n", "AUTH PLAIN "),
        *(line * 50 + b"535 5.7.8 [@click=app.quit]no[/]\r\n", "QUIT", b"221 bye\r\n", Act.WAIT),
    ]
    async with Peer([Act.TLS, *script]) as peer:
        asked = replace(
            chosen(None, peer.endpoint(Protocol.SMTP, Security.TLS), AuthKind.PASSWORD),
            address=Address.parse(ALICE.username),
            answered=frozenset({Stage.SERVICE, Stage.ADDRESS, Stage.SERVERS, Stage.SIGN_IN}),
        )
        async with asking(monkeypatch, net(tmp_path), draft=asked) as person:
            person.loop.turn.session.credential = ALICE
            await person.sees("FAIL:", "What now?")
            assert not ACTS.search(person.all), ACTS.findall(person.all)
            assert len(person.all) < 10_000 and ALICE.secret not in person.all
            await person.answers(":evidence")
            await person.sees("Evidence: all that was seen")
            assert not ACTS.search(person.all) and len(person.all) < 30_000
