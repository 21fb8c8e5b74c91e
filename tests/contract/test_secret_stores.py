"""What every secret store must do."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from mailwizard.model import Failure
from mailwizard.plugins import plugins
from mailwizard.storage.secrets import StoreInfo, read_reference, stores

ALL: dict[str, Any] = plugins(stores)
KEEPING = {name: module for name, module in ALL.items() if module.KEEPS}
EXAMPLES = {
    "env": "SOME_VARIABLE",
    "file": "/nonexistent/secret",
    "cmd": '["/nonexistent/program"]',
    "systemd": "some.credential",
}


def test_the_stores_that_keep_have_an_order() -> None:
    assert KEEPING
    assert len({module.RANK for module in KEEPING.values()}) == len(KEEPING)


@pytest.mark.parametrize("name", ALL)
def test_a_store_says_what_it_is(name: str) -> None:
    module = ALL[name]
    assert module.__doc__ and f"{name}:" in module.__doc__
    assert isinstance(module.KEEPS, bool) and isinstance(module.RANK, int)
    verbs = {"get": ["rest", "key"], "unlock": ["passphrase", "put"]}
    if module.KEEPS:
        verbs |= {"put": ["rest", "secret", "key"], "forget": ["rest"], "survey": [], "entries": []}
    for verb, parameters in verbs.items():
        function = getattr(module, verb)
        assert inspect.iscoroutinefunction(function) and function.__doc__
        assert list(inspect.signature(function).parameters) == parameters


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("text", ["", "\n", "\x1b", "x" * 5000 + "\0"])
def test_a_store_refuses_what_cannot_stand_behind_its_name(name: str, text: str) -> None:
    with pytest.raises(ValueError) as caught:
        ALL[name].read_rest(text)
    assert str(caught.value).endswith(".") and str(caught.value).isprintable()


@pytest.mark.parametrize("name", ALL)
async def test_a_secret_that_is_not_there_is_a_failure_of_the_store(name: str) -> None:
    module = ALL[name]
    rest = module.read_rest(EXAMPLES.get(name, "nobody@example.com"))
    assert read_reference(f"{name}:{rest}") == f"{name}:{rest}"
    with pytest.raises(Failure) as caught:
        await module.get(rest, "passphrase")
    assert caught.value.code.startswith("store.")
    assert caught.value.detail.endswith(".") and caught.value.detail.isprintable()


@pytest.mark.parametrize("name", ALL)
def test_a_store_says_of_a_place_whether_it_takes_a_secret_and_gives_it_up(name: str) -> None:
    module = ALL[name]
    ours = module.read_rest(module.PREFIX + EXAMPLES.get(name, "nobody@example.com"))
    assert module.keeps(ours) is module.forgets(ours) is module.KEEPS


@pytest.mark.parametrize("name", KEEPING)
async def test_a_store_that_keeps_says_whether_it_works_here(name: str) -> None:
    info = await KEEPING[name].survey()
    assert isinstance(info, StoreInfo) and info.name == name and info.title
    assert info.works is not bool(info.code)
