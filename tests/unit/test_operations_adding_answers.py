"""Answers about one account as a TOML document."""

from __future__ import annotations

import tomllib

import pytest

from mailwizard.operations.answers import MORE, read_answers, template
from mailwizard.operations.wanted import FIELDS, read_wanted


def test_the_template_explains_every_field_and_reads_as_nothing_but_an_address() -> None:
    text = template()
    assert read_answers(text.encode()) == {"address": "alice@example.com"}
    for field in (*FIELDS, *MORE):
        assert f"\n# {field} = " in text or field == "address"


def test_every_line_of_the_template_can_be_said() -> None:
    lines = [line.removeprefix("# ") for line in template().splitlines() if " = " in line]
    assert len(lines) == len(FIELDS) + len(MORE)
    for line in lines:
        document = f'address = "a@example.com"\n{line}\n' if "address =" not in line else line
        said = read_answers(document.encode())
        read_wanted({field: value for field, value in said.items() if field in FIELDS})


def test_a_command_s_reference_and_a_choice_are_taken() -> None:
    said = read_answers(b"""address = "a@example.com"\nsecret = 'cmd:["pass", "show", "mail"]'\ncheck = false\n""")
    assert said["check"] == "false"
    assert read_wanted({key: said[key] for key in ("address", "secret")}).secret == 'cmd:["pass", "show", "mail"]'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('address = "a@example.com"\n\nnmae = "x"\n', "line 3 .*did you mean name"),
        ('address = "a@example.com"\n[colour]\nx = 1\n', "line 2 .*there is no colour"),
        ('# password\npassword = "hunter2"\n', "line 2 .*no password belongs"),
        ('address = "a@example.com"\nsecret = "hunter2"\n', "line 2 .*secret: A secret is named"),
        ('address = "a@example.com"\nname = 3\n', "line 2 .*name is a text"),
        ('address = "a@example.com"\ncheck = "no"\n', "line 2 .*check is true or false"),
        ('address = "a@example.com"\nstore = "drawer"\n', "line 2 .*store: say"),
        ('address = "a@example.com"\nrole = "boss"\n', "line 2 .*role: say"),
        ('address = "a\n', "no TOML document.*line 1"),
        ("a" * 5000 + "\n", "no TOML document"),
        ("x=" + "[" * 5000, "no TOML document"),
    ],
)
def test_what_cannot_be_is_said_with_its_line_and_never_repeated(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"(?s){said}") as wrong:
        read_answers(text.encode())
    assert "hunter2" not in str(wrong.value)
    assert str(wrong.value).isprintable()


def test_bytes_that_are_no_text_are_said_to_be_none() -> None:
    with pytest.raises(ValueError, match="not UTF-8"):
        read_answers(b"\xff")


def test_the_template_is_toml() -> None:
    assert tomllib.loads(template()) == {"address": "alice@example.com"}
