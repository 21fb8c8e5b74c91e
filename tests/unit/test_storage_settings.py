"""The settings of the scopes: default account, fallback relay, organization."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailwizard.model import Failure
from mailwizard.storage import settings
from mailwizard.storage.places import Scope, places


def put(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "settings.toml"
    path.write_text(text)
    return path


def test_without_a_file_nothing_is_set() -> None:
    assert settings.load() == settings.Settings() and settings.origins() == {}


def test_each_field_comes_from_the_strongest_scope_that_has_it(tmp_path: Path, home: Path) -> None:
    host = put(tmp_path / "etc", 'default = "office"\nfallback = "relay"\n')
    user = settings.save("default", "mine") and home / ".config/mailwizard/settings.toml"
    assert settings.load() == settings.Settings("mine", "relay")
    where = settings.origins()
    assert (where["default"].path, where["fallback"].path) == (user, host)
    assert where["fallback"].scope is Scope.HOST


def test_an_empty_value_sets_it_to_nothing_also_over_the_host_s(tmp_path: Path) -> None:
    put(tmp_path / "etc", 'fallback = "relay"\n')
    assert settings.save("fallback", "").fallback == ""


def test_a_person_s_own_keys_and_comments_stay(home: Path) -> None:
    path = put(home / ".config/mailwizard", '# mine\ncolour = "red"\ndefault = "a"  # the first\n')
    settings.save("default", "b")
    assert path.read_text() == '# mine\ncolour = "red"\ndefault = "b"  # the first\n'


def test_a_locked_setting_is_not_changed_by_a_user(tmp_path: Path) -> None:
    path = put(tmp_path / "etc", 'fallback = "relay"\nlocked = ["fallback"]\n')
    with pytest.raises(Failure) as caught:
        settings.save("fallback", "mine")
    assert caught.value.code == "store.locked-field" and str(path) in caught.value.detail
    assert settings.save("default", "mine") == settings.Settings("mine", "relay")


@pytest.mark.parametrize(("field", "value"), [("colour", "red"), ("default", "a/b"), ("fallback", "../x")])
def test_what_is_no_setting_or_no_name_is_refused(field: str, value: str) -> None:
    with pytest.raises(ValueError):
        settings.save(field, value)


def test_the_organization_of_the_settings_is_read(tmp_path: Path, home: Path) -> None:
    for name in ("acme", "other"):
        put(tmp_path / "etc/organizations" / name, f'fallback = "{name}-relay"\n')
    assert settings.load().fallback == "", "of two organizations nothing says which"
    settings.save("organization", "acme")
    assert [str(each) for each in places()] == ["user", "organization:acme", "host"]
    assert settings.load() == settings.Settings(fallback="acme-relay", organization="acme")


def test_the_environment_is_stronger_than_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.save("organization", "acme")
    monkeypatch.setenv("MAILWIZARD_ORGANIZATION", "other")
    assert str(places()[1]) == "organization:other"


def test_an_organization_that_the_host_locks_is_the_one(tmp_path: Path, home: Path) -> None:
    put(tmp_path / "etc", 'organization = "acme"\nlocked = ["organization"]\n')
    put(home / ".config/mailwizard", 'organization = "other"\n')
    assert str(places()[1]) == "organization:acme"


@pytest.mark.parametrize("text", ["organization = 'a/b'\n", "organization = [\n", "organization = true\n"])
def test_settings_that_cannot_be_read_are_named(home: Path, text: str) -> None:
    path = put(home / ".config/mailwizard", text)
    with pytest.raises(Failure) as caught:
        settings.load()
    assert caught.value.code == "store.damaged" and str(path) in caught.value.detail
