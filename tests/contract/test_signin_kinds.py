"""What every way of coming by a typed secret must do."""

from __future__ import annotations

import inspect

import pytest

from mailwizard.knowledge import provider
from mailwizard.model import AuthKind
from mailwizard.signin import kinds

ALL = kinds()
GMAIL = provider("gmail")
each_kind = pytest.mark.parametrize("kind", ALL)
each_card = pytest.mark.parametrize("card", [GMAIL, None], ids=["card", "no card"])


@each_kind
def test_a_way_says_what_it_is(kind: AuthKind) -> None:
    module = ALL[kind]
    assert module.KIND is kind
    assert module.LABEL[0].isupper() and len(module.LABEL) <= 40
    for name, parameters in {
        "read": ["text", "username", "card"],
        "doubts": ["text", "card"],
        "hint": ["card"],
    }.items():
        function = getattr(module, name)
        assert list(inspect.signature(function).parameters) == parameters
        assert function.__doc__


@each_kind
@each_card
def test_a_hint_is_a_sentence(kind: AuthKind, card: object) -> None:
    hint = ALL[kind].hint(card)  # type: ignore[arg-type]
    assert hint[0].isupper() and hint.endswith(".") and len(hint) <= 160


@each_kind
@each_card
@pytest.mark.parametrize("text", ["", "\n", "two\nlines", "nul\0", "  \t ", "bytes\udcff"])
def test_what_no_server_could_take_is_refused_with_a_sentence_and_not_shown(
    kind: AuthKind, card: object, text: str
) -> None:
    with pytest.raises(ValueError) as refused:
        ALL[kind].read(text, "alice@gmail.com", card)  # type: ignore[arg-type]
    sentence = str(refused.value)
    assert sentence[0].isupper() and sentence.endswith(".")
    assert not text.strip() or text not in sentence


@each_kind
@pytest.mark.parametrize("username", ["", "  ", "a\r\nb", "a\0"])
def test_a_user_name_that_no_server_could_take_is_refused(kind: AuthKind, username: str) -> None:
    with pytest.raises(ValueError, match=r"user name.*\.$"):
        ALL[kind].read("secret", username, None)


@each_kind
@each_card
@pytest.mark.parametrize("text", ['Zq7"\\ é%+x9', "plain", "“curly”", "ends in a blank "])
def test_doubts_are_sentences_and_never_stop_anybody(kind: AuthKind, card: object, text: str) -> None:
    module = ALL[kind]
    doubts = module.doubts(text, card)  # type: ignore[arg-type]
    assert not doubts or (doubts[0].isupper() and doubts[-1] in ".?")
    assert text.strip() not in doubts
    credential = module.read(text, " alice@gmail.com ", card)  # type: ignore[arg-type]
    assert (credential.username, credential.kind) == ("alice@gmail.com", kind)
    assert credential.secret.strip() == text.strip()
    assert text not in repr(credential)
