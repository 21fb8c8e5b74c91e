"""Fuzz the readers of files that people send each other: a file or one printable sentence, and never slow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from tests.fuzz._running import atheris, run

with atheris.instrument_imports(
    include=["mailwizard.operations.handoff", "mailwizard.operations.papers", "mailwizard.operations.request"]
):
    from tests.unit import papers as made

    from mailwizard.cli.papers import answer, hand_off
    from mailwizard.cli.papers import request as asked
    from mailwizard.model import Address
    from mailwizard.net.clean import clean
    from mailwizard.operations import asking, handoff, papers, request
    from mailwizard.operations.papers import Paper
    from mailwizard.operations.short_code import read_code

LIMIT = 0.5
"""Seconds of processor time; the target is slowed down by being watched."""
WORDS = (
    b'"format"', b'"version"', b'"mailwizard hand-off"', b'"mailwizard request"', b'"mailwizard answer"', b'"account"',
    b'"secret"', b'"cmd:', b'"owner"', b'"identities"', b'"incoming.host"', b'"incoming.port"', b'"incoming.path"',
    b'"items"', b'"cause"', b'"guides"', b'"subject"', b'"mark"', b'"program"', b'"tenant"', b"\\u001b", b"\\u202e",
    b"\\ud800", b"../", b"1e999", b"null", b"[[[[", b"{{{{", b"\x9b", b"\xe2\x80\xae",
)  # fmt: skip


def hand_offs(data: bytes) -> list[str]:
    """Read and show a hand-off."""
    paper = handoff.read(data)
    assert "secret" not in paper.account and "secret" not in paper.server
    return [*hand_off.lines(paper), *again(paper, handoff.read)]


def requests(data: bytes) -> list[str]:
    """Read and show a request with its steps."""
    paper = request.read(data)
    return [*asked.lines(paper), *asked._steps(paper), *again(paper, request.read)]


def answers(data: bytes) -> list[str]:
    """Read and show an answer."""
    paper = request.read_answer(data)
    return [*answer.lines(paper), *again(paper, request.read_answer)]


def printed(data: bytes) -> list[str]:
    """Read what a check printed, and ask for what an administrator can mend of it."""
    known = asking.checked(data, "alice@example.com")
    paper = request.make(Address.parse("alice@example.com"), known.provider, known.diagnoses, known.evidence)
    return again(paper, request.read)


def codes(data: bytes) -> list[str]:
    """Read a code as it was typed."""
    return [read_code(data.decode(errors="surrogateescape"))]


READERS: tuple[Callable[[bytes], list[str]], ...] = (hand_offs, requests, answers, printed, codes)


def again(paper: Paper, read: Callable[[bytes], Paper]) -> list[str]:
    """Return the file's name, once it was written and read again unchanged."""
    assert read(papers.encode(paper)) == paper
    return [papers.format_of(papers.encode(paper))]


def target(data: bytes) -> None:
    """Read one input: the first byte chooses what for."""
    if not data:
        return
    begun = time.thread_time()
    try:
        texts = READERS[data[0] % len(READERS)](data[1:])
    except ValueError as wrong:
        texts = []
        assert str(wrong).isprintable() and str(wrong).endswith("."), ascii(str(wrong))
    assert time.thread_time() - begun < LIMIT, "too slow"
    for text in texts:
        assert all(clean(line).isprintable() for line in text.split("\n")), ascii(text)


def seeds() -> Iterator[bytes]:
    """Yield a file of every kind, and codes."""
    for kind, data in enumerate((made.handed(), made.asked(), made.answered())):
        yield bytes([kind]) + data
    yield b'\x03{"diagnoses":[{"cause":"a","title":"","who":"admin"}],"evidence":[]}'
    yield b"\x04k7qp m2xd 9ftr"


if __name__ == "__main__":
    run("handoff", target, seeds(), WORDS)
