"""Every field with every mark that some program takes for something else: read back as it was, or refused."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import subprocess
import tomllib
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from mailwizard.discovery.documents import autoconfig
from mailwizard.exports import export
from mailwizard.exports.setup import Setup, Side
from mailwizard.model import Address, AuthKind, Endpoint, Protocol, Security

CANARIES = (
    "plain",
    'Zq7"\\ é%+x9',
    "al'ice",
    "-leading",
    "a`b",
    "a$HOME b",
    "$(id)`id`",
    "a#b",
    "a #b;c",
    "x]y[z",
    '"quoted"',
    "'quoted'",
    "back\\",
    "DOM\\user",
    "\\'\\\"\\\\",
    "a:b^c",
    "{{ 1 + 1 }}{% x %}",
    "%(from)s",
    "${HOME}",
    "%U%%",
    "<?php ?> // x",
    "ünï ☃",
    "a=b&c,d",
    "~root",
    "!cmd",
    "it's $5",
    "#{1}",
    "*.?",
)
LOCALS = ("plain", "a'b", "a#b", "a$b", "a`b", "a%Ub", "a*b", "a{b}", "a=b&c", "-x", "grün")
FEW = 5
"""Canaries, at most, that a program may have no way to write."""
Read = Callable[[str, Setup, Path], dict[str, str]]


def ran(*words: str, given: str = "", **more: str) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **more}
    done = subprocess.run(words, input=given, capture_output=True, text=True, timeout=30, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def written(home: Path, text: str, name: str = "file") -> str:
    path = home / name
    path.write_text(text)
    path.chmod(0o600)
    return str(path)


def msmtp(text: str, setup: Setup, home: Path) -> dict[str, str]:
    told = ran("msmtp", "-C", written(home, text), "-P", "-a", setup.name, "--", "r@example.com")
    values = dict(line.split(" = ", 1) for line in told.splitlines() if " = " in line)
    command = ran("sh", "-c", values["passwordeval"])
    return {"user": values["user"], "address": values["from"], "secret": command}


def mutts(program: str) -> Read:
    def read(text: str, setup: Setup, home: Path) -> dict[str, str]:
        told = ran(program, "-F", written(home, text), "-D")
        values = dict(re.findall(r'^(?:set )?(\w+) ?= ?"(.*)"$', told, re.MULTILINE))
        bare = {name: re.sub(r"\\(.)", r"\1", value) for name, value in values.items()}
        shown = bare.get("realname", bare.get("real_name", ""))
        return {"user": bare["imap_user"], "address": bare["from"], "shown": shown, "secret": bare["imap_pass"]}

    return read


def php(text: str, setup: Setup, home: Path) -> dict[str, str]:
    names = {"user": "SMTP_USER", "address": "MAIL_FROM", "shown": "MAIL_FROM_NAME", "secret": "SMTP_PASS"}
    listed = ", ".join(f"'{what}' => WPMS_{name}" for what, name in names.items())
    told: dict[str, str] = json.loads(ran("php", written(home, f"<?php\n{text}echo json_encode([{listed}]);\n")))
    return told


def ruby(text: str, setup: Setup, home: Path) -> dict[str, str]:
    whole = f"gitlab_rails = {{}}\n{text}require 'json'\nputs JSON.generate(gitlab_rails)\n"
    told = json.loads(ran("ruby", written(home, whole)))
    names = ("smtp_user_name", "gitlab_email_from", "gitlab_email_display_name", "smtp_password")
    return dict(zip(("user", "address", "shown", "secret"), (told[name] for name in names), strict=True))


def django(text: str, setup: Setup, home: Path) -> dict[str, str]:
    values: dict[str, str] = {}
    exec(text, values)
    return {
        "user": values["EMAIL_HOST_USER"],
        "address": values["SERVER_EMAIL"],
        "secret": values["EMAIL_HOST_PASSWORD"],
    }


def variables(values: dict[str, str | None], told: str) -> dict[str, str]:
    names = {"user": "SMTP_USERNAME", "address": "MAIL_ADDRESS", "shown": "MAIL_FROM_NAME"}
    return {**{what: values[name] or "" for what, name in names.items()}, "secret": told}


def dotenv(text: str, setup: Setup, home: Path) -> dict[str, str]:
    values = dotenv_values(stream=StringIO(text))
    return variables(values, ran("sh", "-c", values["SMTP_PASSWORD_COMMAND"] or ""))


def shell(text: str, setup: Setup, home: Path) -> dict[str, str]:
    code = f'. {shlex.quote(written(home, text))}; printf \'%s\\n\' "$SMTP_USERNAME" "$MAIL_ADDRESS" "$MAIL_FROM_NAME"'
    found = ran("sh", "-c", f'{code}; eval "$SMTP_PASSWORD_COMMAND"').split("\n", 3)
    return dict(zip(("user", "address", "shown", "secret"), found, strict=True))


class Loader(yaml.SafeLoader):
    """Reads Ansible's mark for a text that is no template."""


def _unsafe(loader: Loader, node: yaml.ScalarNode) -> str:
    return f"\0{loader.construct_scalar(node)}"


Loader.add_constructor("!unsafe", _unsafe)


def ansible(text: str, setup: Setup, home: Path) -> dict[str, str]:
    values: dict[str, str] = yaml.load(text, Loader)
    assert not any("{{" in value and value[0] != "\0" for name, value in values.items() if "password" not in name)
    command = re.fullmatch(r"\{\{ lookup\('ansible\.builtin\.pipe', (.*)\) \}\}", values["smtp_password"])
    assert command
    bare = {name.upper(): value.removeprefix("\0") for name, value in values.items()}
    return variables(dict(bare), ran("sh", "-c", ast.literal_eval(command[1])))


def compose(text: str, setup: Setup, home: Path) -> dict[str, str]:
    values: dict[str, str] = yaml.safe_load(text)["services"]["app"]["environment"]
    assert not any(
        re.search(r"(?<!\$)\$(?!\$)", one.replace("$$", "")) for name, one in values.items() if "PASS" not in name
    )
    bare = {name: value.replace("$$", "$") for name, value in values.items()}
    words = shlex.split(text.splitlines()[0].partition("with: ")[2])
    assert words[-5:] == ["--", "docker", "compose", "up", "-d"]
    return variables(dict(bare), f"secret|{words[2]}|")


def himalaya(text: str, setup: Setup, home: Path) -> dict[str, str]:
    account: dict[str, Any] = tomllib.loads(text)["accounts"][setup.name]
    place = account["backend"]
    secret = ran("sh", "-c", place["auth"]["cmd"])
    return {"user": place["login"], "address": account["email"], "shown": account["display-name"], "secret": secret}


def himalaya_2(text: str, setup: Setup, home: Path) -> dict[str, str]:
    place = tomllib.loads(text)["accounts"][setup.name]["imap"]["sasl"]["plain"]
    return {"user": place["username"], "secret": ran(*place["password"]["command"])}


def thunderbird(text: str, setup: Setup, home: Path) -> dict[str, str]:
    found = autoconfig.read(text.encode(), setup.address)
    return {"user": found.servers[0].username}


READERS: dict[str, tuple[str, Read]] = {
    "msmtp": ("msmtp", msmtp),
    "mutt": ("mutt", mutts("mutt")),
    "neomutt": ("mutt", mutts("neomutt")),
    "php": ("wordpress", php),
    "ruby": ("gitlab", ruby),
    "django": ("django", django),
    "dotenv": ("env", dotenv),
    "shell": ("env", shell),
    "ansible": ("ansible", ansible),
    "compose": ("docker-compose", compose),
    "himalaya": ("himalaya", himalaya),
    "himalaya-2": ("himalaya-2", himalaya_2),
    "thunderbird": ("thunderbird", thunderbird),
}


@pytest.fixture
def echo(home: Path) -> tuple[str, ...]:
    """Return a program that prints what it was asked."""
    place = home / "my tools" / "echo"
    place.parent.mkdir()
    place.write_text("#!/bin/sh\nprintf '%s|' \"$@\"\n")
    place.chmod(0o700)
    return (str(place),)


def setup(echo: tuple[str, ...], **fields: str) -> Setup:
    user = fields.get("user", "alice")
    ends = (Endpoint.parse(Protocol.IMAP, "imap.example.com"), Endpoint.parse(Protocol.SMTP, "smtp.example.com"))
    fetching, sending = (Side(end, user, AuthKind.PASSWORD) for end in ends)
    address = Address.parse(fields.get("address", "alice@example.com"))
    return Setup(
        fields.get("name", "work"), address, fields.get("shown", "Alice"), None, (), fetching, sending, program=echo
    )


def read_back(program: str, home: Path, whole: Setup, field: str, value: str) -> bool:
    """Return whether the program can have the value; fail where it reads another."""
    target, read = READERS[program]
    try:
        text = export(whole, target)
    except ValueError as refused:
        assert str(refused).isprintable()
        return False
    found = read(text, whole, home)
    if field == "name":
        words = (
            [word for word in found["secret"].rstrip("\n").split("|")[:-1] if word != "--"] if "secret" in found else []
        )
        assert words == ["secret", value] or program == "thunderbird"
    else:
        assert found.get(field, value) == value
    return True


@pytest.mark.parametrize("field", ["user", "shown", "name"])
@pytest.mark.parametrize("program", READERS)
def test_a_field_is_read_back_as_it_was(program: str, field: str, home: Path, echo: tuple[str, ...]) -> None:
    fit = [value for value in CANARIES if field != "name" or not set(value) & set("/\\")]
    taken = [read_back(program, home, setup(echo, **{field: value}), field, value) for value in fit]
    assert sum(taken) >= len(fit) - FEW, [value for value, could in zip(fit, taken, strict=True) if not could]


@pytest.mark.parametrize("program", READERS)
def test_an_address_is_read_back_as_it_was(program: str, home: Path, echo: tuple[str, ...]) -> None:
    whole = [f"{local}@example.com" for local in LOCALS]
    taken = [read_back(program, home, setup(echo, address=value), "address", value) for value in whole]
    assert sum(taken) >= len(whole) - 2


def test_postfix_keeps_the_name_of_a_user(home: Path, echo: tuple[str, ...]) -> None:
    expected: list[str] = []
    for port, value in enumerate(CANARIES, 2000):
        side = Side(Endpoint(Protocol.SMTP, "smtp.example.com", port, Security.TLS), value, AuthKind.PASSWORD)
        try:
            text = export(Setup("work", Address.parse("a@example.com"), outgoing=side, program=echo), "postfix")
        except ValueError:
            continue
        line = next(line for line in text.splitlines() if "printf" in line).removeprefix("#")
        ran("sh", "-c", line.replace("sudo tee /etc/postfix/sasl_passwd >/dev/null", f"cat >> {home}/map"))
        expected.append(f"[smtp.example.com]:{port}\t{value}:secret|work|")
    keys = "".join(f"{line.partition(chr(9))[0]}\n" for line in expected)
    assert ran("postmap", "-q", "-", f"texthash:{home}/map", given=keys).splitlines() == expected
    assert len(expected) >= len(CANARIES) - FEW
