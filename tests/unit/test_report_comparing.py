"""Two real runs held against each other: the first sentence names the difference that explains the outcome."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.comparing_runs import ran, small_world

from mailwizard.model import AuthKind, Until
from mailwizard.report import Report, read
from mailwizard.report.comparing import Comparison, compare
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.internet import PRACTICE_CERTIFICATE, PRACTICE_HOST, certify
from mailwizard.sandbox.pki import Certificate, Signer
from mailwizard.sandbox.scenarios import captive_portal, certificate_expired, egress_blocked

FAKETIME = shutil.which("faketime")
UNDER_ANOTHER_CLOCK = """
import asyncio, sys
from dataclasses import replace
from tests.unit.comparing_runs import ran, small_world
from mailwizard.report import to_text
from mailwizard.sandbox.internet import PRACTICE_CERTIFICATE, PRACTICE_HOST, certify

async def run(starts):
    shown = replace(PRACTICE_CERTIFICATE, starts=starts, ends=starts + 90)
    async with small_world(lambda world: certify(world, PRACTICE_HOST, shown)) as world:
        return await ran(world)

sys.stdout.write(to_text(asyncio.run(run(int(sys.argv[1])))))
"""


def told(a: Report, b: Report) -> Comparison:
    """Compare both ways round, which must come to the same, and return the first."""
    one, other = compare(a, b), compare(b, a)
    assert [found.slug for found in one.explains] == [found.slug for found in other.explains]
    mirrored = {"a": "b", "b": "a"}
    assert mirrored.get(str(one.works), str(one.works)) == str(other.works)
    return one


def first(compared: Comparison) -> str:
    """Return what explains it best."""
    return compared.explains[0].slug if compared.explains else ""


async def test_another_network_that_lets_nobody_out_on_a_port() -> None:
    async with small_world() as home:
        works = await ran(home)
    async with small_world(egress_blocked.build) as office:
        fails = await ran(office, reference=True)
    compared = told(works, fails)
    assert (compared.works, first(compared)) == ("a", "network")
    assert compared.sentence.startswith(
        "In A port 587 of mail.practice.example connects; in B it gives no answer while"
    )
    assert compared.sentence.endswith("the network of B blocks that port.")
    assert "mail.practice.example:993" in compared.sentence


async def test_another_port() -> None:
    async with small_world() as world:
        right, wrong = await ran(world), await ran(world, smtp="mail.practice.example:578/starttls")
    compared = told(wrong, right)
    assert (compared.works, first(compared)) == ("b", "port")
    assert "A uses mail.practice.example port 578, and nothing listens there. B uses port 587" in compared.sentence


async def test_another_encryption_on_the_same_port() -> None:
    async with small_world() as world:
        right, wrong = await ran(world), await ran(world, smtp="mail.practice.example:587/tls")
    compared = told(wrong, right)
    assert first(compared) == "security"
    assert "A uses TLS from the start on port 587" in compared.sentence


async def test_another_host() -> None:
    async with small_world() as world:
        right, wrong = await ran(world), await ran(world, imap="imap.practice.exampel.example:993/tls")
    compared = told(wrong, right)
    assert first(compared) == "host"
    assert "imap.practice.exampel.example:993" in compared.sentence


@pytest.mark.skipif(FAKETIME is None, reason="faketime is not installed")
@pytest.mark.parametrize("days", [-400, 300])
def test_a_clock_that_is_wrong_by_far(days: int) -> None:
    def under(clock: list[str], starts: int) -> Report:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        words = [*clock, sys.executable, "-c", UNDER_ANOTHER_CLOCK, str(starts)]
        made = subprocess.run(words, capture_output=True, env=environment, timeout=60, check=True)
        return read(made.stdout)

    wrong, right = under([str(FAKETIME), "-f", f"{days:+}d"], -days - 10), under([], -10)
    compared = told(wrong, right)
    assert (compared.works, first(compared)) == ("b", "clock")
    assert compared.sentence.startswith("The clock of A is wrong: it says 20")


async def test_ipv6_that_is_used_here_and_broken_there() -> None:
    async with small_world() as world:
        works = await ran(world, step=7)
        world.net.swallow("2001:db8::10", 0, world.ports.silent())
        limps = await ran(world, step=7)
    compared = told(works, limps)
    assert (compared.works, first(compared)) == ("both", "ipv6")
    assert "IPv6 is broken in B, and IPv4 stands in for it" in compared.sentence


async def test_a_name_without_ipv4_where_ipv6_is_broken() -> None:
    async with small_world(lambda world: world.zone.remove(PRACTICE_HOST, "A")) as world:
        works = await ran(world)
        world.net.swallow("2001:db8::10", 0, world.ports.silent())
        fails = await ran(world)
    compared = told(fails, works)
    assert first(compared) == "ipv6"
    assert "IPv6 is broken or absent in A" in compared.sentence


async def test_another_password_is_named_and_not_shown() -> None:
    async with small_world() as world:
        wrong, right = await ran(world, password="correct-horse-batterie"), await ran(world)
    compared = told(wrong, right)
    assert (compared.works, first(compared)) == ("b", "secret")
    assert "with the same user name the secret of A is refused and that of B accepted" in compared.sentence
    assert "batter" not in repr(compared)


async def test_another_form_of_the_user_name() -> None:
    async with small_world() as world:
        short, whole = await ran(world, username="alice"), await ran(world)
    assert first(told(short, whole)) == "user-name"


async def test_another_kind_of_secret() -> None:
    async with open_world("gmail-app-password") as world:
        servers: dict[str, Any] = {
            "imap": "imap.gmail.com:993/tls",
            "smtp": "smtp.gmail.com:465/tls",
            "provider": "gmail",
        }
        own = await ran(world, address=world.address, password=world.refused_password or "My-Google-2026", **servers)
        app = await ran(world, address=world.address, password=world.password, auth=AuthKind.APP_PASSWORD, **servers)
    compared = told(own, app)
    assert first(compared) == "secret-kind"
    assert compared.sentence == "A signs in with a password, which is refused; B with an app password."


async def test_smtp_auth_that_was_switched_on_in_between() -> None:
    async with open_world("microsoft-smtp-auth-off") as world:
        smtp, address = "smtp.office365.com:587/starttls", world.address
        off = await ran(world, imap="", smtp=smtp, address=address, password=world.password, provider="microsoft-365")
        await world.switches[0].flip()
        on = await ran(world, imap="", smtp=smtp, address=address, password=world.password, provider="microsoft-365")
    compared = told(off, on)
    assert (compared.works, first(compared)) == ("b", "switched")
    assert "In A SMTP AUTH is switched off (smtp.535 5.7.139), in B it is on" in compared.sentence


async def test_a_certificate_that_had_ended_and_was_renewed() -> None:
    async with small_world(certificate_expired.build) as world:
        ended = await ran(world)
        await world.switches[0].flip()
        renewed = await ran(world)
    compared = told(ended, renewed)
    assert first(compared) == "certificate"
    assert compared.sentence.startswith("In A the server shows a certificate that has ended, in B another one")


async def test_a_certificate_of_somebody_who_stands_in_between() -> None:
    strange = replace(PRACTICE_CERTIFICATE, signer=Signer.STRANGER)
    async with small_world() as home:
        direct = await ran(home)
    async with small_world(lambda world: certify(world, PRACTICE_HOST, strange)) as office:
        through = await ran(office)
    compared = told(direct, through)
    assert first(compared) == "certificate"
    assert "from An authority that nobody here knows" in compared.sentence
    assert "in B something stands between" in compared.sentence


async def test_a_certificate_for_other_names() -> None:
    async with small_world() as one:
        fits = await ran(one)
    async with small_world(lambda world: certify(world, PRACTICE_HOST, Certificate(("mx7.hoster.example",)))) as other:
        for_others = await ran(other)
    compared = told(fits, for_others)
    assert "In B the server shows a certificate for other names" in compared.sentence


async def test_a_resolver_that_gives_other_answers() -> None:
    async with small_world() as world:
        right = await ran(world)
        world.net.hijacked[PRACTICE_HOST] = "10.20.30.1"
        led = await ran(world, resolver="10.0.0.53")
    compared = told(right, led)
    assert first(compared) == "addresses"
    assert "The resolver of B (10.0.0.53) leads mail.practice.example to 10.20.30.1" in compared.sentence


async def test_a_resolver_that_does_not_know_the_name() -> None:
    def inside_only(world: World) -> None:
        for kind in ("A", "AAAA"):
            world.zone.remove(PRACTICE_HOST, kind)

    async with small_world() as world:
        right = await ran(world, resolver="10.0.0.53")
    async with small_world(inside_only) as world:
        lost = await ran(world, resolver="192.0.2.1")
    compared = told(lost, right)
    assert first(compared) == "addresses"
    assert "The resolver of A (192.0.2.1) does not know mail.practice.example (dns.nxdomain)" in compared.sentence


async def test_a_network_with_a_proxy_beside_which_nothing_gets_out(monkeypatch: pytest.MonkeyPatch) -> None:
    async with small_world() as world:
        works = await ran(world)
        world.net.swallow("", 0, world.ports.silent())
        monkeypatch.setenv("HTTPS_PROXY", "http://alice:secret-of-hers@proxy.corp.example:3128")
        fails = await ran(world)
    compared = told(works, fails)
    assert first(compared) == "proxy"
    assert "proxy.corp.example:3128" in compared.sentence
    assert "secret-of-hers" not in repr(compared)


async def test_a_network_that_leads_to_its_login_page() -> None:
    async with small_world(captive_portal.build) as world:
        servers: dict[str, Any] = {
            "imap": "imap.gmail.com:993/tls",
            "smtp": "smtp.gmail.com:465/tls",
            "provider": "gmail",
        }
        led = await ran(world, address=world.address, password=world.password, **servers)
        await world.switches[0].flip()
        free = await ran(world, address=world.address, password=world.password, **servers)
    compared = told(led, free)
    assert first(compared) == "network"
    assert "In A something in the network answers in the place of the server" in compared.sentence


async def test_what_was_never_tried_cannot_fail() -> None:
    async with small_world() as world:
        shallow, deep = await ran(world, until=Until.REACH), await ran(world, password="wrong-one")
    compared = told(shallow, deep)
    assert first(compared) == "depth"
    assert "was never tried in A" in compared.sentence


async def test_both_work_and_both_fail_alike() -> None:
    async with small_world() as world:
        good, bad = await ran(world), await ran(world, password="wrong-one")
        again = await ran(world, password="wrong-two")
    both, neither = told(good, good), told(bad, again)
    assert (both.works, both.explained, both.explains) == ("both", True, ())
    assert (neither.works, neither.explains) == ("neither", ())
    assert neither.sentence.startswith("Both fail alike at the step sign-in")


async def test_what_is_the_same_is_told_too() -> None:
    async with small_world() as world:
        wrong, right = await ran(world, password="wrong-one"), await ran(world)
    same = {one.slug: one.value for one in told(wrong, right).same}
    assert same["server"].endswith("mail.practice.example:587/starttls") or "imap" in same["server"]
    assert same["user-name"] == "alice@practice.example"
    assert {"certificate", "depth", "secret-kind", "python"} <= same.keys()


async def test_the_command_tells_it_in_text_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from mailwizard.cli import main
    from mailwizard.report import to_text

    async with small_world() as world:
        reports = await ran(world, smtp="mail.practice.example:578/starttls"), await ran(world)
    for name, report in zip(("before.json", "after.json"), reports, strict=True):
        (tmp_path / name).write_text(to_text(report))
    files = [str(tmp_path / name) for name in ("before.json", "after.json")]
    assert main(["diff", *files]) == 0
    out = capsys.readouterr().out
    assert " ".join(out.split()).startswith("A uses mail.practice.example port 578, and nothing listens there. B uses")
    assert "B works, A does not." in out
    assert max(map(len, out.splitlines())) <= 80 + len(str(tmp_path))
    assert main(["diff", *files, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["works"], printed["accounts"], printed["explained"]) == ("b", "same", True)
    assert printed["differences"][0]["slug"] == "port"
    assert printed["parted"][0] | {"step": "connect", "worse": "a", "code": "tcp.refused"} == printed["parted"][0]


def test_a_file_that_is_no_report_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from mailwizard.cli import main

    (tmp_path / "a.json").write_text("[]")
    assert main(["diff", str(tmp_path / "a.json"), str(tmp_path / "none.json")]) == 2
    assert "a.json: This is no report of mailwizard." in capsys.readouterr().err
