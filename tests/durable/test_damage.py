"""Files that are damaged, newer or a person's own: never a crash, never lost, and named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.durable.actions import quick
from tests.durable.kept import KINDS, PERSONAL, judge, settle_in

from mailwizard.model import Failure
from mailwizard.storage.secrets import sealing

PIECES = (
    *(b"[incoming]", b"[[identities]]", b"schema = 1", b"schema = 2", b"schema = 1979-05-27", b'address = "a@b.test"'),
    *(b'server = "shared"', b"port = 99999999999999999999", b"host = 'x'", b"\xff\xfe", b"\x00", b'"""', b"'''", b"="),
    *(b"a.b.c = 1", b'"incoming"."host" = "x"', b"incoming = {host = 'h', port = 1}", b"locked = ['host']", b"# mine"),
    *(
        b"verified_at = 2026-01-01T00:00:00Z",
        b"nan = nan",
        b"[" * 300,
        b"{" * 300,
        b'{"schema": 1, "draft": ',
        b"null}",
    ),
    *(
        b'{"format": "mailwizard vault", "version": 2}',
        b'{"schema": 1e999}',
        b'"sent": [{}]',
        "ü = 'ä'".encode(),
        b"\r\n",
    ),
)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a home that each example makes anew."""
    monkeypatch.setattr(sealing, "PREFERRED", sealing.PREFERRED)
    for name in ("HOME", "MAILWIZARD_HOST_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, "")
    settle_in(tmp_path / "kept")
    quick()
    yield tmp_path / "kept"


def sound(kind: str, home: Path) -> bytes:
    """Return a file as it is saved, with what a person wrote beside it."""
    judge(KINDS[kind], home, b"")
    (home / KINDS[kind].place).unlink(missing_ok=True)
    KINDS[kind].save()
    data = (home / KINDS[kind].place).read_bytes()
    return PERSONAL.encode() + data if KINDS[kind].toml else data


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(change=some.data())
def test_whatever_stands_in_a_file_is_never_lost_and_never_a_crash(
    kind: str, place: Path, change: some.DataObject
) -> None:
    data = sound(kind, place)
    for _ in range(change.draw(some.integers(1, 3))):
        at = change.draw(some.integers(0, len(data)))
        until = change.draw(some.integers(at, min(len(data), at + 40)))
        new = change.draw(some.one_of(some.binary(max_size=20), some.sampled_from(PIECES)))
        data = data[:at] + new + data[until:]
    judge(KINDS[kind], place, data, look=change.draw(some.booleans()))


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.toml])
def test_what_a_person_wrote_stays_to_the_byte(kind: str, place: Path) -> None:
    data = sound(kind, place)
    path = place / KINDS[kind].place
    theirs = data.replace(b"schema = 1\n", b"schema = 1\r\n\t\n# \xc3\xa4 \tword\nmine.deep.key = [1,\n  2, # two\n]\n")
    path.write_bytes(theirs)
    KINDS[kind].save()
    assert path.read_bytes() == theirs


@pytest.mark.parametrize("kind", [name for name in KINDS if name != "letters"])
def test_a_damaged_file_is_named_and_kept(kind: str, place: Path) -> None:
    path = place / KINDS[kind].place
    path.parent.mkdir(parents=True)
    path.write_bytes(b"this is = = nothing {")
    said: list[str] = []
    try:
        KINDS[kind].read()
    except Failure as failure:
        assert failure.code == "store.damaged"
        said.append(failure.detail)
    if kind == "draft":
        assert next(path.parent.glob("*.bad-*")).read_bytes() == b"this is = = nothing {"
        return
    assert str(path) in said[0]
    if kind in {"vault", "settings"}:
        with pytest.raises(Failure):
            KINDS[kind].save()
        assert path.read_bytes() == b"this is = = nothing {"
    else:
        KINDS[kind].save()
        assert next(path.parent.glob("*.bad-*")).read_bytes() == b"this is = = nothing {"


@pytest.mark.parametrize("kind", [name for name in KINDS if name not in {"letters", "draft"}])
def test_a_file_of_a_newer_program_is_left_as_it_is(kind: str, place: Path) -> None:
    path = place / KINDS[kind].place
    path.parent.mkdir(parents=True)
    newer = b'{"format": "mailwizard vault", "version": 2, "more": 1}' if kind == "vault" else b"schema = 2\nmore = 1\n"
    path.write_bytes(newer)
    with pytest.raises(Failure) as caught:
        KINDS[kind].save()
    assert caught.value.code == "store.newer" and str(path) in caught.value.detail
    assert path.read_bytes() == newer and len(list(path.parent.glob(f"{path.name}*"))) == 1
