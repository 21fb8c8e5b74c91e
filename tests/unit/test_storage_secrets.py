"""References, and the stores that belong to the person: variables, files and commands."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwizard.model import Failure
from mailwizard.storage import secrets
from mailwizard.storage.secrets import programs
from mailwizard.storage.secrets.stores import cmd


def command(*words: str) -> str:
    return f"cmd:{json.dumps(words)}"


def python(script: str) -> str:
    return command(sys.executable, "-c", script)


async def failure_of(reference: str) -> Failure:
    with pytest.raises(Failure) as caught:
        await secrets.get(reference)
    assert caught.value.detail.isprintable()
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "vault:alice@example.com",
        "keyring:Alice B/2",
        "env:MAIL_PASSWORD",
        "file:/run/secrets/mail",
        "file:~/.mail",
        'cmd:["pass", "show", "mail/älice"]',
        'cmd:{"get": ["a", "b"], "put": ["a", "c"], "forget": ["a"]}',
        "systemd:mail.password",
        "pass:mail/alice@example.com",
    ],
)
def test_a_reference_is_read_as_it_is_written(text: str) -> None:
    assert secrets.read_reference(f" {text} ") == text


@pytest.mark.parametrize(
    "text",
    [
        "", "hunter2", "vault", "vault:", "keyring:a\nb", "vault:" + "x" * 300, "env:", "env:1A", "env:A=B", "env:A B",
        "file:relative", "file:", "file:/a\nb", "cmd:", "cmd:pass show", "cmd:[]", 'cmd:[""]', 'cmd:["a", 1]',
        'cmd:{"a": 1}', 'cmd:{"put": ["a"]}', 'cmd:{"get": ["a"], "put": "b"}', "pass:../x", "pass:/x", "pass:-x",
        "pass:a//b", "pass:", "systemd:", "systemd:a/b",
        'cmd:["a\\u0000b"]', "cmd:" + "[" * 100_000, "http://x", "VAULT:x", "os:x", "_x:y", "stores:x",
    ],
)  # fmt: skip
async def test_what_is_no_reference_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        secrets.read_reference(text)
    assert "hunter2" not in str(caught.value) and str(caught.value).isprintable()
    assert (await failure_of(text)).code == "store.missing"


@given(st.text())
def test_any_text_is_a_reference_or_refused(text: str) -> None:
    try:
        read = secrets.read_reference(text)
    except ValueError:
        return
    assert secrets.read_reference(read) == read


async def test_a_variable_gives_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", " sécret ")
    assert await secrets.get("env:MAIL_PASSWORD") == " sécret "
    monkeypatch.setenv("MAIL_PASSWORD", "")
    assert (await failure_of("env:MAIL_PASSWORD")).code == "store.missing"
    await secrets.forget("env:MAIL_PASSWORD")
    assert "MAIL_PASSWORD" in os.environ


@pytest.mark.parametrize("text", ["sécret", "sécret\n", "sécret\r\n", "sécret\nsecond\n"])
async def test_a_file_gives_its_first_line(tmp_path: Path, home: Path, text: str) -> None:
    for path, reference in ((tmp_path / "s", f"file:{tmp_path}/s"), (home / "s", "file:~/s")):
        path.write_text(text, newline="")
        assert await secrets.get(reference) == "sécret"
        await secrets.forget(reference)
        assert path.read_text() == text.replace("\r", "") or path.exists()


async def test_a_file_that_gives_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\nsecond")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    os.mkfifo(tmp_path / "fifo")
    for name, code in (
        ("empty", "store.missing"),
        ("bytes", "store.damaged"),
        ("fifo", "store.denied"),
        ("gone", "store.missing"),
        (".", "store.denied"),
    ):
        failure = await failure_of(f"file:{tmp_path}/{name}")
        assert failure.code == code and str(tmp_path) in failure.detail


async def test_a_command_gives_its_first_line_without_a_shell(tmp_path: Path) -> None:
    assert await secrets.get(command("printf", "%s\n%s", "s $HOME `id` é", "second")) == "s $HOME `id` é"
    assert await secrets.get(command("echo", f"; touch {tmp_path}/x")) == f"; touch {tmp_path}/x"
    assert not (tmp_path / "x").exists()


async def test_a_command_may_say_more_than_anybody_reads() -> None:
    assert await secrets.get(python("print('first'); [print('x' * 1000) for _ in range(2000)]")) == "first"


async def test_a_command_gets_no_input_to_wait_for() -> None:
    assert await secrets.get(python("import sys; print(repr(sys.stdin.read()))")) == "''"


async def test_a_command_that_complains_is_quoted_without_acting_on_the_terminal() -> None:
    script = r"import sys; print('s3cret'); print('\x1b]0;t\x07 no s3cret for you', file=sys.stderr); sys.exit(3)"
    failure = await failure_of(python(script))
    assert failure.code == "store.denied"
    assert "status 3" in failure.detail and "for you" in failure.detail
    assert "s3cret" not in failure.detail


async def test_a_command_that_gives_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("no program")
    for reference, code in (
        (command("true"), "store.missing"),
        (command("/nonexistent/program"), "store.missing"),
        (command(str(tmp_path / "plain")), "store.denied"),
        (python(r"import sys; sys.stdout.buffer.write(b'\xff\xff')"), "store.damaged"),
    ):
        failure = await failure_of(reference)
        assert failure.code == code
        assert json.loads(reference[4:])[0] in failure.detail


async def test_a_command_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cmd, "LIMIT", 0.5)
    note = tmp_path / "pid"
    script = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    failure = await failure_of(python(script))
    assert failure.code == "store.timeout"
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


async def test_a_cancelled_command_is_ended(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid()) + '.'); time.sleep(600)"
    task = asyncio.create_task(secrets.get(python(script)))
    while not (note.exists() and note.read_text().endswith(".")):  # noqa: ASYNC110 - a file cannot be awaited
        await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text().rstrip(".")), 0)


async def test_what_a_command_leaves_behind_does_not_hold_the_answer_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_DRAIN", 0.05)
    begun = time.monotonic()
    script = "import subprocess, sys; print('s', flush=True); subprocess.Popen(['sleep', '600'])"
    assert await secrets.get(python(script)) == "s"
    assert time.monotonic() - begun < 20


async def test_a_secret_is_put_only_where_secrets_are_kept() -> None:
    for store in ("env", "file", "cmd", "plain", ""):
        with pytest.raises(ValueError, match="keyring or the vault"):
            await secrets.put(store, "alice", "s")


@pytest.mark.parametrize("secret", ["", "x" * 70_000, "\ud800"])
async def test_what_no_store_can_hold_is_refused(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    async def ask(*, new: bool) -> str:
        return "p"

    with pytest.raises(ValueError, match="A secret is a text"):
        await secrets.put("vault", "alice", secret, ask)


async def test_the_survey_names_the_stores_that_keep_and_the_best_first() -> None:
    infos = await secrets.survey()
    assert [info.name for info in infos] == ["keyring", "vault", "pass"]
    for info in infos:
        assert info.title and info.why.endswith(".") and info.why.isprintable()
        assert info.works or info.code.startswith("store.")


def keeper(place: Path) -> str:
    """Return a command that keeps a secret in a file."""
    verbs = {
        "get": ["cat", str(place)],
        "put": [sys.executable, "-c", f"import sys; open({str(place)!r}, 'w').write(sys.stdin.read())"],
        "forget": ["rm", "-f", str(place)],
    }
    return f"cmd:{json.dumps(verbs)}"


async def test_commands_that_keep_a_secret_are_given_it_and_asked_for_it(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    reference = await secrets.put(keeper(place), "alice", "s3cret é")
    assert reference == keeper(place) and place.read_text() == "s3cret é\n"
    assert await secrets.get(reference) == "s3cret é"
    assert secrets.forgets(reference) and not secrets.forgets(command("cat", "x"))
    await secrets.forget(reference)
    assert not place.exists()


@pytest.mark.parametrize(
    ("put", "code"),
    [
        (["cat"], "store.missing"),
        (["false"], "store.denied"),
        ([sys.executable, "-c", "import sys; print(sys.stdin.read(), file=sys.stderr); sys.exit(1)"], "store.denied"),
        (["/nonexistent/program"], "store.missing"),
    ],
)
async def test_a_command_that_says_it_keeps_and_does_not_is_refused(put: list[str], code: str, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("")
    reference = f"cmd:{json.dumps({'get': ['cat', str(tmp_path / 'kept')], 'put': put})}"
    with pytest.raises(Failure) as caught:
        await secrets.put_with("cmd", reference[4:], "s3cret", "")
    assert caught.value.code == code and "s3cret" not in caught.value.detail


async def test_no_command_finds_a_secret_among_its_words(tmp_path: Path) -> None:
    note = tmp_path / "seen"
    script = f"import sys; open({str(note)!r}, 'w').write(repr(sys.argv) + open('/proc/self/environ').read())"
    reference = f"cmd:{json.dumps({'get': ['echo', 's3cret'], 'put': [sys.executable, '-c', script]})}"
    await secrets.put(reference, "alice", "s3cret")
    assert note.exists() and "s3cret" not in note.read_text()


async def test_a_program_hears_the_whole_of_a_large_secret_and_one_that_hears_nothing_is_no_trouble(
    tmp_path: Path,
) -> None:
    reference = keeper(tmp_path / "kept")
    secret = "x" * (64 * 1024 - 1)
    await secrets.put(reference, "alice", secret)
    assert (tmp_path / "kept").read_text() == f"{secret}\n"
    deaf = f"cmd:{json.dumps({'get': ['echo', secret[:10]], 'put': ['true']})}"
    assert await secrets.put(deaf, "alice", secret[:10]) == deaf


async def test_whoever_is_killed_has_handed_over_the_whole_secret_or_nothing(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    place.write_text("old\n")
    begun = tmp_path / "begun"
    script = (
        f"import sys, time; open({str(begun)!r}, 'w').close(); time.sleep(0.3)\n"
        f"text = sys.stdin.read(); open({str(place)!r}, 'w').write(text)"
    )
    reference = f"cmd:{json.dumps({'get': ['cat', str(place)], 'put': [sys.executable, '-c', script]})}"
    dying = (
        "import asyncio, os, signal, sys\n"
        "from mailwizard.storage import secrets\n"
        "async def die():\n"
        "    while not os.path.exists(sys.argv[2]):\n"
        "        await asyncio.sleep(0.005)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "async def main():\n"
        "    await asyncio.gather(die(), secrets.put_with('cmd', sys.argv[1][4:], 's3cret', ''))\n"
        "asyncio.run(main())\n"
    )
    died = await asyncio.create_subprocess_exec(sys.executable, "-c", dying, reference, str(begun))
    assert await died.wait() == -9
    deadline = time.monotonic() + 20
    while place.read_text() != "s3cret\n" and time.monotonic() < deadline:
        assert place.read_text() in {"old\n", ""}
        await asyncio.sleep(0.02)
    assert place.read_text() == "s3cret\n"
