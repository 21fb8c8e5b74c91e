"""The canary sweep in its short form: stories plain, and each kind of disturbance; no secret is out of its place."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from tests.sweep import tracing
from tests.sweep.forms import forms, written
from tests.sweep.planting import canaries
from tests.sweep.reporting import CALM, Disturbance, Report
from tests.sweep.running import run
from tests.sweep.stories import STORIES
from tests.sweep.story import Story
from tests.sweep.worlds import SAID

from mailwizard.net.secrets import Secrets

traced = pytest.mark.skipif(bool(tracing.missing()), reason=tracing.missing() or "traced")
AT_ONCE = 3
PLAIN = (
    "adding",
    "adding-a-list",
    *("check-transcript", "check-delivery", "wrong-password", "app-password", "echo-smtp", "echo-imap", "echo-pop3"),
    *("kept-in-vault", "kept-by-command", "google", "service-account", "app-only", "issuer", "clients", "prompt"),
    *("paste", "port", "hand-over", "wizard-saves", "wizard-google"),
    *("report", "report-of-a-failure", "report-of-an-echo", "plain-pipe", "plain-terminal", "browser"),
)
DISTURBED = {
    "check-json": Disturbance(crash="sasl", talkative=True),
    "check-stdin": Disturbance(crash="printing"),
    "prompt-for-passphrase": Disturbance(crash="vault", talkative=True),
    "microsoft": Disturbance(crash="microsoft", talkative=True),
    "google-text": Disturbance(crash="token sasl"),
    "wizard-wrong-password": Disturbance(crash="diagnosis", talkative=True),
    "blocked": Disturbance(signal.SIGQUIT, 0.2, since="held"),
    "wizard": Disturbance(signal.SIGHUP, 1.5),
    "microsoft-paste": Disturbance(signal.SIGTERM, 1.0),
    "check-by-hand": Disturbance(signal.SIGINT, 0.05, since="held"),
    "certificate-key": Disturbance(signal.SIGKILL, 0.8),
    "wizard-marked": Disturbance(full_disk=True),
    "device": Disturbance(full_disk=True, talkative=True),
    "plain-wrong-password": Disturbance(signal.SIGHUP, 1.5),
    "report-of-a-token": Disturbance(crash="token sasl", talkative=True),
}
BY_NAME = {story.name: story for story in STORIES}
RUNS: dict[str, tuple[Story, Disturbance]] = {
    **{name: (BY_NAME[name], CALM) for name in PLAIN},
    **{f"{name} ({trouble})": (BY_NAME[name], trouble) for name, trouble in DISTURBED.items()},
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Report]]]:
    """Run everything, some at once."""
    folder = tmp_path_factory.mktemp("sweep")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            name: pool.submit(run, story, folder / str(at), trouble)
            for at, (name, (story, trouble)) in enumerate(RUNS.items())
        }


@traced
@pytest.mark.parametrize("name", RUNS)
def test_no_secret_is_anywhere_but_where_it_belongs(name: str, reports: dict[str, Future[Report]]) -> None:
    report = reports[name].result()
    assert not report.findings, "\n".join(map(str, report.findings))
    assert not report.wrong
    assert report.secrets >= 8 and sum(report.searched.sizes.values()) > 10_000


def test_what_a_server_may_say_of_a_secret_is_taken_out_also_over_the_end_of_a_line() -> None:
    for kind, secret in canaries().items():
        known = Secrets()
        known.learn(b"PASS " + secret.encode(), "PASS (secret)")
        for form in (form for family, form in written(secret.encode()) if family in SAID and b"\n" not in form):
            half = len(form) // 2
            assert known.scrub_lines([b"535 " + form]) == [b"535 (secret)"], (kind, form)
            assert known.scrub_lines([b"535-" + form[:half], b"535 " + form[half:]])[1] == b"535 (secret)", (kind, form)


def test_a_canary_that_chance_could_write_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        forms(b"hunter2")
