"""What is offered where a web service did not answer as one: the place where it mostly is, tried without a secret."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.scripted import Heard
from tests.unit.test_draft import saw
from tests.unit.test_draft_web_service import SERVICE, alone

from mailwizard.checks import Limits, verify
from mailwizard.checks.remedies import remedies
from mailwizard.checks.remedies.neighbours import neighbours
from mailwizard.draft import Draft, Service
from mailwizard.model import Address, Candidate, Credential, Endpoint, Outcome, Protocol, Step, Trust, Until
from mailwizard.sandbox import open_world


async def test_a_wrong_path_is_mended_by_the_usual_one() -> None:
    async with open_world("exchange-own-server") as world:
        wrong = Endpoint.parse(Protocol.EWS, "https://mail.practice.example/owa")
        draft = Draft().with_service(Service.EXCHANGE).with_address(Address.parse(world.address), "")
        draft = draft.with_servers(Candidate(wrong, "practice.example\\alice", (), "typed", Trust.PUBLISHED), None)
        heard, who = Heard(), Credential("practice.example\\alice", world.password)
        await verify(draft, who, world.net, heard, Until.SIGN_IN, limits=Limits(step=3, check=20))
        for fact in heard:
            draft = draft.learn(fact)
        assert sum(world.logins.values()) == 0, "nobody signs in where no web service is"
        (found,) = await remedies(draft, world.net)
        assert found.title == "Use https://mail.practice.example/EWS/Exchange.asmx"
        assert sum(world.logins.values()) == 0
        better, heard = draft.with_servers(found.candidate, None), Heard()
        await verify(better, who, world.net, heard, Until.SIGN_IN)
        assert heard.last().outcome is Outcome.OK


@pytest.mark.parametrize("step", [Step.RESOLVE, Step.CONNECT, Step.ENCRYPT, Step.CAPABILITIES, Step.SIGN_IN])
@pytest.mark.parametrize("code", ["tcp.refused", "timeout", "tls.not-tls", "ews.not-ews", "http.503"])
def test_no_failure_of_a_web_service_is_mended_by_a_mail_port(step: Step, code: str) -> None:
    draft = alone().learn(saw(SERVICE, step, Outcome.FAIL, code))
    assert [one.title for one in neighbours(SERVICE, draft, ())] == []


def test_another_service_that_was_found_is_named_by_its_address() -> None:
    inside = replace(SERVICE, endpoint=Endpoint.parse(Protocol.EWS, "ex1.example.com"))
    draft = alone().found((SERVICE, inside)).learn(saw(SERVICE, Step.CONNECT, Outcome.FAIL, "tcp.refused"))
    assert [one.title for one in neighbours(SERVICE, draft, ())] == ["Use https://ex1.example.com/EWS/Exchange.asmx"]
