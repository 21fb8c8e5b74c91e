"""Short cuts of reading agree with the long way, whatever is read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from mailwizard.model import Address, read_host
from mailwizard.storage import documents

LINE = st.one_of(
    st.from_regex(r"[a-z_]{1,4} = \"[ -~]{0,8}\"", fullmatch=True),
    st.from_regex(r"[a-z_]{1,4} = [0-9]{1,10}", fullmatch=True),
    st.from_regex(r"#[\t -~é]{0,8}", fullmatch=True),
    st.sampled_from(["", "[a]", "[[b]]", "a.b = 1", "a = [1]", "a = 'x'", 'a = "\\n"', 'a = "é"', "a = true"]),
    st.sampled_from(
        ["[b]", "[c]", "[a.b]", "[ b ]", "[b] ", "[b]x", 'b = "ü\u0080"', "# \u0085", 'c = ["é", "ñ"]', "[]"]
    ),
    st.sampled_from(['a = "x" # y', "a=1", 'b=["x"]', "c = []", 'a = ["x", "y",]', 'a = ["x"\n, "y"\n]', "a = [ , ]"]),
    st.sampled_from(['a = ["x" "y"]', '# a = "x"', 'a = ["#"]', 'a = ["]"]', 'a = "x"b = 1', "a = 01", "a = -1"]),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(LINE, max_size=5), st.sampled_from(["\n", "\r\n", ""]))
def test_a_file_read_in_short_says_what_toml_says(lines: list[str], end: str) -> None:
    data = "".join(f"{line}{end or chr(10)}" for line in lines).removesuffix("" if end else "\n").encode()
    found = documents._plain_tree(data)
    if found is not None:
        assert found == tomllib.loads(data.decode())


@pytest.mark.parametrize(
    "text",
    [
        'a = "1"\nb = 2\n# c\n\n',
        'address = "a@b.test"\nserver = "it\'s"\n',
        'a-b = "x y"\n',
        'a = [\n    "x",\n    "y",\n]\n',
        "",
        'schema = 1\nname = "Jürgen"\n\n[incoming]\nhost = "a.test"\nport = 993\n\n[outgoing]\nhost = "b.test"\n',
    ],
)
def test_files_as_they_are_written_are_read_in_short(text: str) -> None:
    assert documents._plain_tree(text.encode()) == tomllib.loads(text)


def addresses() -> Iterator[str]:
    locals_ = ["a", "a.b", "A_b+c-d", "-a", "a-", "+", "a..b", ".a", "a.", "a!b", "é", "a" * 64, "a" * 65, '"a b"']
    domains = ["b.test", "B.Test", "a-b.example.com", "-a.test", "a-.test", "a.b", "localhost", "xn--bcher-kva.example"]
    domains += [
        "a--b.test",
        "ab--c.test",
        "b.test1",
        "a.local",
        f"{'a' * 63}.test",
        f"{'a' * 64}.test",
        "1.test",
        "1.2.3.4",
    ]
    domains += [f"{'abcdefgh.' * 25}test", "b.example", "b.invalid", "b.arpa", "b.onion"]
    return (f"{local}@{domain}" for local in locals_ for domain in domains)


@pytest.mark.parametrize("text", list(addresses()))
def test_an_address_read_in_short_is_what_the_library_says(text: str) -> None:
    try:
        valid = validate_email(f"{text}.example", check_deliverability=False)
    except EmailNotValidError:
        with pytest.raises(ValueError):
            Address.parse(text)
        return
    domain = valid.ascii_domain.lower().removesuffix(".example")
    assert Address.parse(text) == Address(valid.local_part, domain, valid.domain.lower().removesuffix(".example"))


@pytest.mark.parametrize(
    "host",
    [
        "a.test",
        "a-b.c-d.test",
        "a.b1",
        "1.a.test",
        f"{'a' * 63}.test",
        "xn--bcher-kva.example",
        "a--b.test",
        "m1.x2.test",
    ],
)
def test_a_host_read_in_short_is_what_it_is_in_capitals(host: str) -> None:
    assert read_host(host) == host == read_host(host.upper())


@pytest.mark.parametrize(
    "host", ["a..test", "-a.test", "a-.test", f"{'a' * 64}.test", ".test", "a b.test", "a.test\n.b"]
)
def test_what_is_no_host_is_none_in_short_either(host: str) -> None:
    for text in (host, host.upper()):
        with pytest.raises(ValueError, match="server name"):
            read_host(text)


@pytest.mark.parametrize("data", [b'a = "\xff"\n', b"# \xff\n", b'a = ["\xff"]\n', b'a = "\x7f"\n', b'a = "\x00"\n'])
def test_what_is_no_text_is_left_to_toml(data: bytes) -> None:
    assert documents._plain_tree(data) is None
