"""The commands from their words to their exit codes, against the practice worlds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from tests.journeys.commands import HAND, PRACTICE, PROGRAM, Run, Said, saved_account
from tests.stopwatch import Stopwatch

from mailwizard import knowledge
from mailwizard.cli.account_answers import AccountsAnswer
from mailwizard.cli.answers import CheckAnswer, DiscoverAnswer, ExplainAnswer, GuideAnswer
from mailwizard.model import Security
from mailwizard.net import Record
from mailwizard.sandbox import internet, labels
from mailwizard.sandbox.internet import (
    ACCOUNT_PASSWORD,
    APP_PASSWORD,
    CONTOSO_ADDRESS,
    CONTOSO_PASSWORD,
    GMAIL_ADDRESS,
    PASSWORD,
    PRACTICE_ADDRESS,
)
from mailwizard.sandbox.manners import Postfix
from mailwizard.sandbox.world import World
from mailwizard.storage import profiles

WRONG = "correct-horse-batterie"


@dataclass(frozen=True)
class Expected:
    """What a scenario must come to."""

    address: str
    secret: str
    code: int
    causes: tuple[str, ...] = ()
    remedy: str = ""
    offers: frozenset[str] = frozenset({"imap", "smtp"})
    """The protocols that are found for the address, at least."""


SCENARIOS = {
    "all-well": Expected(PRACTICE_ADDRESS, PASSWORD, 0),
    "gmail-app-password": Expected(GMAIL_ADDRESS, ACCOUNT_PASSWORD, 14, ("app_password_required",)),
    "microsoft-smtp-auth-off": Expected(CONTOSO_ADDRESS, CONTOSO_PASSWORD, 14, ("smtp_auth_disabled_mailbox",)),
    "google-browser": Expected(GMAIL_ADDRESS, APP_PASSWORD, 0),
    "google-testing-mode": Expected(GMAIL_ADDRESS, APP_PASSWORD, 0),
    "microsoft-device-code": Expected(CONTOSO_ADDRESS, CONTOSO_PASSWORD, 14, ("basic_auth_retired",)),
    "microsoft-consent-needed": Expected(CONTOSO_ADDRESS, CONTOSO_PASSWORD, 14, ("basic_auth_retired",)),
    "microsoft-graph": Expected(CONTOSO_ADDRESS, CONTOSO_PASSWORD, 14, ("basic_auth_retired",)),
    "graph-send-not-allowed": Expected(CONTOSO_ADDRESS, CONTOSO_PASSWORD, 14, ("basic_auth_retired",)),
    "exchange-own-server": Expected(PRACTICE_ADDRESS, PASSWORD, 0, offers=frozenset({"ews"})),
    "exchange-online-ews-blocked": Expected(CONTOSO_ADDRESS, CONTOSO_PASSWORD, 14, ("basic_auth_retired",)),
    "exchange-impersonation-denied": Expected(CONTOSO_ADDRESS, CONTOSO_PASSWORD, 14, ("basic_auth_retired",)),
    "from-not-owned": Expected("sales@practice.example", PASSWORD, 0),
    "wrong-port": Expected(
        PRACTICE_ADDRESS, PASSWORD, 11, ("conn_refused",), "smtp://mail.practice.example:587/starttls"
    ),
    "tls-on-starttls-port": Expected(
        PRACTICE_ADDRESS, PASSWORD, 12, ("tls_mode_mismatch",), "smtp://mail.practice.example:587/starttls"
    ),
    "certificate-expired": Expected(PRACTICE_ADDRESS, PASSWORD, 12, ("cert_expired",)),
    "certificate-other-name": Expected(
        PRACTICE_ADDRESS, PASSWORD, 12, ("cert_name_mismatch",), "imap://mx7.hoster.example:993/tls"
    ),
    "port-blocked": Expected(
        PRACTICE_ADDRESS, PASSWORD, 11, ("conn_timeout_blocked",), "smtp://mail.practice.example:465/tls"
    ),
    "wrong-password": Expected(PRACTICE_ADDRESS, WRONG, 14, ("wrong_password",)),
    "egress-blocked": Expected(
        PRACTICE_ADDRESS, PASSWORD, 11, ("conn_timeout_blocked",), "smtp://mail.practice.example:465/tls"
    ),
    "server-dead": Expected(
        PRACTICE_ADDRESS, PASSWORD, 11, ("conn_timeout_blocked",), "smtp://mail.practice.example:465/tls"
    ),
    "web-server-on-port": Expected(
        PRACTICE_ADDRESS, PASSWORD, 13, ("wrong_service_on_port",), "smtp://mail.practice.example:465/tls"
    ),
    "captive-portal": Expected(GMAIL_ADDRESS, APP_PASSWORD, 12, ("captive_portal",)),
    "username-form": Expected(
        PRACTICE_ADDRESS, PASSWORD, 14, ("wrong_password",), "imap://mail.practice.example:993/tls"
    ),
}


def test_every_scenario_is_expected_to_come_to_something() -> None:
    assert set(SCENARIOS) == set(labels())


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_check_of_each_scenario_has_the_right_outcome_cause_and_exit_code(name: str, run: Run) -> None:
    expected = SCENARIOS[name]
    limit = ("--deadline", "6") if expected.code == 11 and name != "wrong-port" else ()
    said = run("check", "--address", expected.address, "--practice", name, "--json", *limit, secret=expected.secret)
    answer = said.read(CheckAnswer)
    assert said.code == expected.code
    assert answer.ok is (expected.code == 0)
    assert tuple(cause.cause for cause in answer.diagnoses)[: len(expected.causes)] == expected.causes
    for cause in answer.diagnoses:
        assert cause.fix
        assert all(answer.evidence[index].outcome in {"fail", "warn", "skip"} for index in cause.evidence)
    assert expected.remedy in [_endpoint(change.candidate) for change in answer.remedies] or not expected.remedy
    assert not said.holds(expected.secret)


def _endpoint(server: object) -> str:
    values = msgspec.to_builtins(server)
    return "{protocol}://{host}:{port}/{security}".format(**values)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_address_of_a_scenario_is_discovered(name: str, run: Run) -> None:
    said = run("discover", SCENARIOS[name].address, "--practice", name, "--json")
    answer = said.read(DiscoverAnswer)
    assert said.code == 0
    assert answer.schema == 1
    assert {found.protocol for found in answer.candidates} >= SCENARIOS[name].offers
    assert all(found.security != "none" and found.why for found in answer.candidates)
    assert {seen.subject for seen in answer.evidence} >= {"cards", "mx", "srv"}


def test_gmails_notes_say_what_to_do_before_a_secret_is_asked_for(run: Run) -> None:
    answer = run("discover", GMAIL_ADDRESS, "--offline", "--json").read(DiscoverAnswer)
    assert answer.provider == "gmail"
    assert ("app_password_required", "gmail.app-password") in [(note.cause, note.guide) for note in answer.notes]
    assert [seen.subject for seen in answer.evidence] == ["cards"]


def listed(said: Said) -> list[DiscoverAnswer]:
    """Return the answers of a list, each of which is one line."""
    return [msgspec.json.decode(line, type=DiscoverAnswer, strict=True) for line in said.out.splitlines()]


def test_a_list_of_addresses_is_answered_line_by_line(run: Run, tmp_path: Path) -> None:
    addresses = tmp_path / "addresses.txt"
    addresses.write_text(f"# ours\n{PRACTICE_ADDRESS}\n\n{CONTOSO_ADDRESS}\nx@gmial.com\n {GMAIL_ADDRESS} \n")
    said = run("discover", "--from", str(addresses), *PRACTICE)
    answers = {answer.address: answer for answer in listed(said)}
    assert said.code == 20
    assert set(answers) == {PRACTICE_ADDRESS, CONTOSO_ADDRESS, GMAIL_ADDRESS, "x@gmial.com"}
    assert answers[CONTOSO_ADDRESS].provider == "microsoft365"
    assert [note.cause for note in answers["x@gmial.com"].notes] == ["domain_not_found"]
    assert "x@gmail.com" in answers["x@gmial.com"].notes[0].text


def test_a_line_that_is_no_address_is_named_and_the_rest_is_answered(run: Run, tmp_path: Path) -> None:
    addresses = tmp_path / "addresses.txt"
    addresses.write_bytes(b"nobody\n" + PRACTICE_ADDRESS.encode() + b"\n\xff\x00@\n")
    said = run("discover", "--from", str(addresses), "--json", *PRACTICE)
    assert said.code == 2
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [line.get("address") for line in lines] == [None, None, PRACTICE_ADDRESS]
    assert [line["error"]["sentence"].partition(":")[0] for line in lines[:2]] == ["line 1", "line 3"]
    assert {line["error"]["code"] for line in lines[:2]} == {"usage"}
    assert "line 1 of the list: A mail address has an @" in said.err
    assert "line 3" in said.err


def test_a_list_may_be_two_hundred_lines_long_and_no_line_waits_for_another(run: Run, tmp_path: Path) -> None:
    addresses = tmp_path / "addresses.txt"
    addresses.write_text("".join(f"a{at}@{at}.nowhere.example\n{at}.{PRACTICE_ADDRESS}\n" for at in range(100)))
    watch = Stopwatch()
    answers = listed(run("discover", "--from", str(addresses), *PRACTICE))
    assert len({answer.address for answer in answers}) == 200
    assert len([answer for answer in answers if answer.candidates]) == 100
    assert max(answer.seconds for answer in answers) < 3 + watch.stalled


def test_no_third_party_is_told_the_domain_where_that_is_wanted(run: Run) -> None:
    answer = run("discover", PRACTICE_ADDRESS, "--no-third-party", "--json", *PRACTICE).read(DiscoverAnswer)
    kept = {seen.subject for seen in answer.evidence if seen.code == "discover.no-third-party"}
    assert kept == {"ispdb", "microsoft"}
    assert not any(name == "asked" for seen in answer.evidence for name, _ in seen.facts)
    assert answer.candidates


def test_what_cannot_work_is_said_before_it_is_tried(run: Run) -> None:
    said = run("discover", "alice@tuta.com", *PRACTICE, "--json")
    answer = said.read(DiscoverAnswer)
    assert said.code == 20
    assert [(note.cause, note.guide) for note in answer.notes] == [("no_client_access", "tuta.alternatives")]
    bridge = run("discover", "alice@proton.me", "--offline", "--json").read(DiscoverAnswer)
    assert ("bridge_required", "proton-bridge.bridge") in [(note.cause, note.guide) for note in bridge.notes]


def test_an_app_password_gets_through_with_its_blanks(run: Run) -> None:
    said = run("check", "--address", GMAIL_ADDRESS, "--practice", "gmail-app-password", "--json", secret=APP_PASSWORD)
    assert said.code == 0
    assert not said.holds(APP_PASSWORD)
    assert not said.holds(APP_PASSWORD.replace(" ", ""))


def test_a_server_that_takes_no_password_is_a_warning_where_the_other_is_proven(run: Run) -> None:
    words = ("check", "--address", CONTOSO_ADDRESS, *PRACTICE)
    assert run(*words, secret=CONTOSO_PASSWORD).code == 0
    assert run(*words, "--strict", secret=CONTOSO_PASSWORD).code == 17


def test_where_no_server_takes_what_can_be_typed_nobody_is_asked_and_nothing_is_proven(run: Run) -> None:
    said = run("check", "--address", "alice-practice@outlook.com", *PRACTICE, "--json")
    answer = said.read(CheckAnswer)
    assert said.code == 14
    assert not answer.ok
    assert {seen.code for seen in answer.evidence if seen.step == "sign-in"} == {"sign-in.kind"}


def test_the_answer_for_a_person_says_verdict_cause_fix_and_words_of_the_server_in_this_order(run: Run) -> None:
    said = run("check", "--address", CONTOSO_ADDRESS, "--practice", "microsoft-smtp-auth-off", secret=CONTOSO_PASSWORD)
    parts = ["Not all that", "switched off", "  Why ", "  Who ", "  Fix ", "mailwizard guide microsoft365", "  Said "]
    places = [said.out.index(part) for part in parts]
    assert places == sorted(places)
    assert said.err == ""


def test_servers_by_hand_are_checked_as_typed(run: Run) -> None:
    said = run("check", *HAND, "--username", PRACTICE_ADDRESS, *PRACTICE, "--json", secret=PASSWORD)
    answer = said.read(CheckAnswer)
    assert said.code == 0
    assert {seen.subject for seen in answer.evidence} == {
        "imap://mail.practice.example:993/tls",
        "smtp://mail.practice.example:587/starttls",
    }


def test_without_a_secret_a_check_reaches_the_servers_and_stops_there(run: Run) -> None:
    said = run("check", *HAND, "--until", "reach", *PRACTICE, "--json")
    answer = said.read(CheckAnswer)
    assert (said.code, answer.until, answer.ok) == (0, "reach", True)
    assert "sign-in" not in {seen.step for seen in answer.evidence}


def test_a_refused_secret_is_offered_again_only_to_who_insists(run: Run) -> None:
    words = ("check", *HAND, "--from", PRACTICE_ADDRESS, *PRACTICE, "--json")
    kept_back = run(*words, secret=WRONG).read(CheckAnswer)
    insisted = run(*words, "--insist", secret=WRONG).read(CheckAnswer)
    assert [seen.outcome for seen in kept_back.evidence if seen.step == "sign-in"] == ["fail", "skip"]
    assert [seen.outcome for seen in insisted.evidence if seen.step == "sign-in"] == ["fail", "fail"]


def test_one_mechanism_alone_can_be_asked_for(run: Run) -> None:
    words = ("check", *HAND, "--username", PRACTICE_ADDRESS, *PRACTICE, "--json")
    answer = run(*words, "--mechanism", "login", secret=PASSWORD).read(CheckAnswer)
    used = {dict(seen.facts)["mechanism"] for seen in answer.evidence if seen.step == "sign-in"}
    assert used == {"LOGIN"}
    assert run(*words, "--mechanism", "DIGEST-MD5", secret=PASSWORD).code == 2


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["discover", "alice"], 2, "A mail address has an @"),
        (["discover"], 2, "name either an address, or a list"),
        (["discover", "a@example.com", "--from", "list"], 2, "name either an address, or a list"),
        (["discover", "--from", "/nowhere/list"], 2, "/nowhere/list cannot be read"),
        (["discover", "alice@nowhere.example", *PRACTICE], 20, "no servers found for alice@nowhere.example"),
        (["check", "--address", "alice@nowhere.example", *PRACTICE], 10, "nothing to check"),
        (["check", "--imap", "imap.example.com:99999"], 2, "A port is a number from 1 to 65535"),
        (["check", "--imap", "imap.example.com:993/ssh"], 2, "Security is tls, starttls or none"),
        (["check"], 2, "name a saved account, or --address"),
        (["check", "alice", "--address", "a@example.com"], 2, "either a saved account"),
        (["check", *HAND], 2, "a user name is needed"),
        (["check", *HAND, "--username", "a", "--until", "delivery"], 2, "From address is needed"),
        (["check", *HAND, "--username", "a", "--until", "sender"], 2, "From address is needed"),
        (["check", *HAND, "--username", "a", *PRACTICE], 2, "no terminal to ask for the password on"),
        (["check", *HAND, "--pop3", "pop.example.com:995/tls", "--username", "a"], 2, "--imap or --pop3"),
        (["check", *HAND, "--username", "a", "--secret", "hunter2"], 2, "this is none"),
        (["check", *HAND, "--username", "a", "--ca-file", "/nowhere.pem"], 2, "/nowhere.pem cannot be read"),
        (["check", *HAND, "--username", "a", "--resolver", "dns", "--until", "reach"], 2, ""),
        (["check", *HAND, "--username", "a", "--deadline", "0"], 2, "a limit is a number of seconds"),
        (["check", *HAND, "--username", "a\udcff"], 2, "cannot be shown"),
        (["explain", "--host", "\x1b[2J", "535 no"], 2, "cannot be shown"),
        (["check", "nobody"], 30, "There is no account nobody; none is saved yet."),
        (["accounts", "show", "nobody"], 30, "There is no account nobody; none is saved yet."),
        (["guide", "gmial"], 2, "did you mean gmail?"),
        (["check", "--imap", "smtp://a.example"], 2, "This is no address of an IMAP server"),
        (["check", "--imap", "imaps://a.example"], 2, "a user name is needed"),
        (["check", "--imap", "imaps://a.example", "--until", "delivery"], 2, "a user name is needed"),
        (["check", "--imap", "imaps://a.example", "--until", "delivery"], 2, "the From address is needed"),
        (["check", "--imap", "imaps://a.example", "--until", "delivery"], 2, "a server to send with is needed"),
        (["check", "--imap", "imaps://a.example", "--until", "delivery"], 2, "no terminal to ask for the password on"),
        (["accounts", "show"], 2, "which account?"),
        (["accounts", "remove", "../../etc/passwd", "--yes"], 30, ""),
        (["guide", "no-such-thing"], 2, "mailwizard guide lists"),
        (["demo", "no-such-thing"], 2, "all-well"),
        (["demo"], 2, "there is nobody here to answer them"),
        ([], 2, "mailwizard discover ADDRESS"),
        (["discover", "a@example.com", "--practice", "no-such-thing"], 2, "all-well"),
        (["frobnicate"], 2, "there is no command"),
        (["alice@example.com"], 2, "mailwizard discover ADDRESS"),
    ],
)
def test_bad_input_gets_one_clear_sentence_and_its_code(words: list[str], code: int, sentence: str, run: Run) -> None:
    said = run(*words)
    assert said.code == code
    assert sentence in said.err
    assert said.err.startswith("mailwizard: ")
    assert "Traceback" not in said.err
    assert "hunter2" not in said.out + said.err
    assert [line for line in said.err.splitlines() if not line.startswith("usage: ")][1:] == []


def test_an_empty_password_is_refused_before_anything_is_sent(run: Run) -> None:
    said = run("check", *HAND, "--username", PRACTICE_ADDRESS, *PRACTICE, secret="")
    assert said.code == 2
    assert "the password is empty" in said.err
    assert said.out == ""


def test_a_password_of_two_lines_is_refused(run: Run) -> None:
    assert run("check", *HAND, "--username", "a", *PRACTICE, secret="hunter2\nhunter3").code == 2


def test_servers_named_only_by_an_unsigned_record_elsewhere_get_no_secret_unasked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish = internet.furnish

    def astray(world: World) -> None:
        furnish(world)
        internet.host(world.zone, "example.com", 92)
        internet.service(world.zone, "example.com", "imaps", "mail.practice.example", 993)

    monkeypatch.setattr("mailwizard.sandbox.furnish", astray)
    said = run("check", "--address", "alice@example.com", *PRACTICE, secret=PASSWORD)
    assert said.code == 2
    assert "--imap mail.practice.example:993/tls" in said.err
    assert run("check", "--address", "alice@example.com", "--until", "reach", *PRACTICE).code == 0


def test_all_that_was_said_can_be_had_without_the_secret(run: Run) -> None:
    words = ("check", *HAND, "--username", PRACTICE_ADDRESS, *PRACTICE, "--transcript")
    asked = run(*words, "--json", secret=WRONG)
    lines = asked.read(CheckAnswer).transcript
    assert not asked.holds(WRONG)
    imap = [line for line in lines if line.subject.startswith("imap")]
    assert any(line.direction == "sent" and "(secret)" in line.text for line in imap)
    assert [line.direction for line in imap if line.unexpected] == ["received"]
    assert all(line.encrypted for line in imap)
    smtp = [line for line in lines if line.subject.startswith("smtp")]
    assert {line.encrypted for line in smtp} == {True, False}
    shown = run(*words, secret=WRONG)
    assert not shown.holds(WRONG)
    assert "=== TLS began: TLSv1.3" in shown.err
    for part in (" -> STARTTLS", "<-  220", " ~> EHLO", "<~  250", "<~* a"):
        assert any(line.startswith(part) for line in shown.err.splitlines()), part
    assert "STARTTLS" not in run(*words[:-1], secret=WRONG).err


def test_where_only_pop3_is_offered_mail_is_received_with_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish = internet.furnish

    def only_pop3(world: World) -> None:
        furnish(world)
        internet.listen(
            world,
            internet.PRACTICE_HOST,
            Postfix(),
            internet.PRACTICE_CERTIFICATE,
            ("pop3", 995, Security.TLS),
            ("pop3", 110, Security.STARTTLS),
        )
        for name in ("imap", "imaps", "pop3", "pop3s"):
            world.zone.remove(f"_{name}._tcp.practice.example", "SRV")
        internet.service(world.zone, "practice.example", "pop3s", "mail.practice.example", 995)

    monkeypatch.setattr("mailwizard.sandbox.furnish", only_pop3)
    assert "POP3 mail.practice.example:995 TLS" in run("discover", PRACTICE_ADDRESS, *PRACTICE).out
    said = run("check", "--address", PRACTICE_ADDRESS, *PRACTICE, "--json", secret=PASSWORD)
    answer = said.read(CheckAnswer)
    assert (said.code, answer.ok) == (0, True), said.out
    signed_in = [seen for seen in answer.evidence if seen.step == "sign-in"]
    assert [seen.subject[:4] for seen in signed_in] == ["pop3", "smtp"]
    assert dict(signed_in[0].facts)["messages"] == "0"
    typed = ("check", "--pop3", "mail.practice.example:110/starttls", "--username", PRACTICE_ADDRESS)
    assert run(*typed, *PRACTICE, secret=PASSWORD).code == 0
    wrong = run(*typed, *PRACTICE, "--json", secret="wrong-horse")
    assert (wrong.code, wrong.read(CheckAnswer).diagnoses[0].cause) == (14, "wrong_password")


def test_a_saved_account_is_checked_with_its_stored_secret(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "secret"
    place.write_text(PASSWORD)
    place.chmod(0o600)
    saved_account(secret=f"file:{place}")
    said = run("check", "alice", *PRACTICE, "--json")
    assert said.code == 0
    assert said.read(CheckAnswer).ok
    assert not said.holds(PASSWORD)


def test_saved_accounts_are_listed_shown_and_removed(run: Run) -> None:
    saved_account()
    assert "alice" in run("accounts").out
    (shown,) = run("accounts", "show", "alice", "--json").read(AccountsAnswer).accounts
    assert (shown.address, shown.servers[0].host) == (PRACTICE_ADDRESS, "mail.practice.example")
    assert shown.origins
    block = run("accounts", "show", "alice").out
    assert PRACTICE_ADDRESS in block
    assert "Where each value comes from:" in block
    homes = ("/tmp", "/home", "/root", "/var")
    assert not [line for line in block.splitlines() if len(line) > 80 and not line.strip().startswith(homes)]
    unsure = run("accounts", "remove", "alice")
    assert (unsure.code, "--yes" in unsure.err) == (2, True)
    assert profiles.names() == ("alice",)
    assert run("accounts", "remove", "alice", "--yes").code == 0
    assert profiles.names() == ()


def test_an_account_that_cannot_be_read_is_named_and_hides_no_other(run: Run, home: Path) -> None:
    saved_account("alice")
    saved_account("bob")
    (home / ".config/mailwizard/accounts/bob.toml").write_text("this is = = no TOML")
    said = run("accounts", "--json")
    answer = said.read(AccountsAnswer)
    assert said.code == 30
    assert [account.name for account in answer.accounts] == ["alice"]
    assert answer.unreadable[0][0] == "bob"
    assert "bob.toml" in said.err
    assert run("check", "bob").code == 30


def test_an_error_is_explained_from_words_and_from_a_stream(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox."
    said = run("explain", "--json", text)
    answer = said.read(ExplainAnswer)
    assert said.code == 0
    assert (answer.read.protocol, answer.read.enhanced) == ("smtp", "5.7.139")
    assert answer.diagnoses[0].cause == "smtp_auth_disabled_mailbox"
    with open(os.devnull) as nothing:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdin", nothing)
        assert run("explain").code == 2


def test_a_message_that_begins_like_an_option_is_read_as_a_message(run: Run) -> None:
    answer = run("explain", "--json", "-ERR [AUTH] invalid credentials").read(ExplainAnswer)
    assert answer.read.protocol == "pop3"


def test_a_stream_is_read_only_so_far() -> None:
    text = b"535 5.7.8 Error: authentication failed\n" + b"x" * 2_000_000
    done = subprocess.run([PROGRAM, "explain", "-"], input=text, capture_output=True, timeout=60)
    assert done.returncode == 0
    assert b"only the first 1 MB was read" in done.stderr


def test_guides_are_listed_printed_and_found_by_step_and_cause(run: Run) -> None:
    assert "gmail.app-password" in run("guide").out
    assert "gmail.app-password" in run("guide", "gmail").out
    filled = run("guide", "gmail.app-password", "--address", GMAIL_ADDRESS).out
    assert GMAIL_ADDRESS in filled
    (one,) = run("guide", "gmail.app-password.3", "--json").read(GuideAnswer).guides
    assert [step.id for step in one.steps] == ["gmail.app-password.3"]
    cause = run("guide", "wrong_password", "--json").read(GuideAnswer).cause
    assert cause is not None
    assert cause.cause == "wrong_password"
    assert run("guide", "wrong_password").code == 0


def test_the_schema_describes_every_answer(run: Run) -> None:
    whole = json.loads(run("schema").out)
    assert {"DiscoverAnswer", "CheckAnswer", "ExplainAnswer", "GuideAnswer", "AccountsAnswer", "ErrorAnswer"} <= set(
        whole["$defs"]
    )
    check = json.loads(run("schema", "check").out)
    assert check["$ref"] == "#/$defs/CheckAnswer"
    properties = check["$defs"]["CheckAnswer"]["properties"]
    assert set(properties) == {
        "schema", "ok", "until", "evidence", "diagnoses", "remedies", "seconds", "transcript", "stopped", "ruled_out",
    }  # fmt: skip
    found = check["$defs"]["Seen"]["properties"]
    assert {"subject", "step", "outcome", "code", "enhanced", "detail", "seconds"} <= set(found)


def test_the_stories_of_the_demo_can_be_read_without_a_screen(run: Run) -> None:
    assert set(labels()) <= set(run("demo", "--list").out.split())
    assert CONTOSO_ADDRESS in run("demo", "microsoft-smtp-auth-off", "--story").out


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_mistake_of_ours_is_one_line_without_anything_that_a_variable_held(
    run: Run, monkeypatch: pytest.MonkeyPatch, debug: str
) -> None:
    def broken() -> None:
        secret = "hunter2"
        raise RuntimeError(secret)

    monkeypatch.setattr(knowledge, "guides", broken)
    monkeypatch.setenv("MAILWIZARD_DEBUG", debug)
    said = run("guide")
    assert said.code == 70
    assert "RuntimeError" in said.err
    assert "hunter2" not in said.out + said.err
    assert (len(said.err.splitlines()) == 1) is (debug == "")


def test_nothing_from_outside_reaches_a_terminal_unclean(run: Run) -> None:
    said = run("explain", "535 5.7.8 \x1b[2J\x1b]52;c;aGk=\x07 \u202e no")
    assert "\x1b" not in said.out + said.err
    assert "\u202e" not in said.out + said.err


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = subprocess.Popen([PROGRAM, "guide"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.close()
    assert command.stderr.read() == b""
    command.stderr.close()
    assert command.wait(30) == 0


def test_an_answer_that_cannot_be_written_is_no_success() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([PROGRAM, "guide"], stdout=full, stderr=subprocess.PIPE, timeout=30)
    assert done.returncode == 30
    assert b"cannot be written: No space left" in done.stderr


def test_the_program_as_a_process_gives_data_on_stdout_and_talk_on_stderr() -> None:
    words = [PROGRAM, "check", "--address", PRACTICE_ADDRESS, "--practice", "wrong-password", "--password-stdin"]
    done = subprocess.run([*words, "--json"], input=f"{WRONG}\n".encode(), capture_output=True, timeout=60)
    assert done.returncode == 14
    assert msgspec.json.decode(done.stdout, type=CheckAnswer).diagnoses[0].cause == "wrong_password"
    assert done.stderr == b""
    assert WRONG.encode() not in done.stdout


def test_the_version_is_told() -> None:
    done = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.startswith("mailwizard ")
    assert done.stderr == ""


def test_help_is_plain_and_whole_in_an_ascii_locale() -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([PROGRAM, "guide"], capture_output=True, env=environment, timeout=30)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()


@pytest.mark.parametrize(
    ("address", "cause"),
    [("alice@nowhere.example", "domain_not_found"), ("alice@example.com", "domain_takes_no_mail")],
)
def test_a_domain_without_mail_is_explained(
    address: str, cause: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish = internet.furnish

    def no_mail(world: World) -> None:
        furnish(world)
        internet.host(world.zone, "example.com", 92)
        internet.exchanger(world.zone, "example.com", ".")

    monkeypatch.setattr("mailwizard.sandbox.furnish", no_mail)
    said = run("discover", address, *PRACTICE, "--json")
    assert said.code == 20
    assert [note.cause for note in said.read(DiscoverAnswer).notes] == [cause]
    assert cause in run("check", "--address", address, *PRACTICE, "--json").read(CheckAnswer).diagnoses[0].cause


def test_a_from_that_is_not_owned_is_refused_at_the_depth_of_the_sender(run: Run) -> None:
    words = (
        "check",
        "--address",
        "sales@practice.example",
        "--practice",
        "from-not-owned",
        "--json",
        "--until",
        "sender",
    )
    said = run(*words, secret=PASSWORD)
    answer = said.read(CheckAnswer)
    assert (said.code, answer.ok, answer.diagnoses[0].cause) == (15, False, "sender_not_owned")
    said = run(*words, "--from", PRACTICE_ADDRESS, secret=PASSWORD)
    assert (said.code, said.read(CheckAnswer).ok) == (0, True)


def test_a_domain_whose_spf_leaves_the_server_out_is_warned_of(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("check", "--address", PRACTICE_ADDRESS, *PRACTICE, "--json", "--until", "sender")
    assert run(*words, "--strict", secret=PASSWORD).code == 0

    def furnish(world: World) -> None:
        internet.furnish(world)
        world.zone.remove("practice.example", "TXT")
        world.zone.add("practice.example", Record("TXT", "v=spf1 ip4:192.0.2.1 -all"))
        world.zone.remove("_dmarc.practice.example", "TXT")
        world.zone.add("_dmarc.practice.example", Record("TXT", "v=DMARC1; p=reject"))

    monkeypatch.setattr("mailwizard.sandbox.furnish", furnish)
    said = run(*words, secret=PASSWORD)
    answer = said.read(CheckAnswer)
    assert (said.code, answer.ok) == (0, True)
    assert {"spf_missing_server", "dmarc_fails"} <= {cause.cause for cause in answer.diagnoses}
    assert run(*words, "--strict", secret=PASSWORD).code == 17


def test_a_delivery_sends_one_message_and_leaves_nothing(run: Run) -> None:
    words = ("check", "--address", PRACTICE_ADDRESS, *PRACTICE, "--json", "--until", "delivery", "--strict")
    said = run(*words, secret=PASSWORD)
    answer = said.read(CheckAnswer)
    assert (said.code, answer.ok, answer.until, answer.diagnoses) == (0, True, "delivery", ())
    assert {"data", "mailbox", "append"} <= {seen.step for seen in answer.evidence}
    assert all(seen.outcome != "running" for seen in answer.evidence)
