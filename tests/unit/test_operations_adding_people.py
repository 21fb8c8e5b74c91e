"""A list of people is read line by line, and a bad line costs nobody else."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwizard.model import Role
from mailwizard.operations.people import MOST_BYTES, MOST_ROWS, Row, read_people


def read(text: str | bytes, **beside: str) -> tuple[Row, ...]:
    return read_people(io.BytesIO(text.encode() if isinstance(text, str) else text), beside)


def addresses(text: str | bytes) -> list[str]:
    return [str(row.wanted.address) for row in read(text) if row.wanted]


@pytest.mark.parametrize(
    "text",
    [
        "address,role\na@x.example,company\n",
        "\ufeffaddress,role\r\na@x.example,company\r\n",
        "ADDRESS;Role\r\na@x.example;COMPANY",
        '"E-Mail";"ROLE"\n"a@x.example";"company"',
        "sep=;\naddress;role\na@x.example;company\n\n;;\n",
        "role,address\ncompany,a@x.example,,\n",
    ],
)
def test_what_spreadsheets_write_is_read(text: str) -> None:
    (row,) = read(text)
    assert row.wanted is not None
    assert (str(row.wanted.address), row.wanted.role) == ("a@x.example", Role.COMPANY)


@pytest.mark.parametrize(
    "column", ["password", "Pass Word", "SMTP_PASSWORD", "pwd", "app-password", "Kennwort", "token"]
)
def test_a_column_of_passwords_is_refused_before_anything_more_is_read(column: str) -> None:
    file = io.BytesIO(f"address;{column}\na@x.example;hunter2\n".encode())
    with pytest.raises(ValueError, match="passwords do not belong in a list") as wrong:
        read_people(file)
    assert file.tell() == len(f"address;{column}\n".encode())
    assert "hunter2" not in str(wrong.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xff\xfea\0d\0", "save it as CSV UTF-8"),
        (b"address\ra@x.example\r", "ends of lines"),
        (b"addr\xe4ss\n", "save it as CSV UTF-8"),
        (b'"address\na@x.example\n', "quotation mark"),
        (b"name,role\nx,y\n", "needs a column address"),
        (b"address,nmae\na@x.example,b\n", "did you mean name"),
        (b"address,department\n", "a column department; there are address"),
        (b"address,email\n", "two columns for address"),
        (b"address," + b"x" * 9000 + b"\n", "too long to be a header"),
        (b"address\n" + b"a@x.example\n" * (MOST_BYTES // 12 + 1), "larger than 4 MB"),
        (b"address\n" + b"x\n" * (MOST_ROWS + 1), "more than 10000 rows"),
    ],
)
def test_a_list_that_is_none_is_refused_in_a_sentence(text: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"nobody", "address: "),
        (b",bob", "address: it is missing"),
        (b'"b@x.example,bob', "opened and not closed"),
        (b"b\xff@x.example", "not UTF-8"),
        (b"b@x.example,a/b", "name: "),
        (b"b@x.example,,boss", "role: say company or personal"),
        (b"b@x.example,,,moon", "scope: A scope is"),
        (b"b@x.example,,,,hunter2", "secret: A secret is named by a reference"),
        (b"b@x.example,,,,,office,imap.x.example", "server: a saved server is named and imap as well"),
        (b"b@x.example,,,,,,imap.x.example:0", "imap: "),
        (b"b@x.example,a,b,c,d,e,f,g", "8 values for 7 columns"),
        (b"b@x.example,\x1b]0;x", "cannot be shown"),
        (b"b@x.example," + b"n" * 17_000, "too long"),
        (b"A@x.example", "line 2 has the account"),
    ],
)
def test_a_bad_row_costs_one_sentence_with_its_line_and_no_other_row(line: bytes, said: str) -> None:
    rows = read(b"address,name,role,scope,secret,server,imap\na@x.example\n" + line + b"\nz@x.example\n")
    assert [row.line for row in rows] == [2, 3, 4]
    assert rows[0].wanted and rows[2].wanted and rows[1].wanted is None
    assert said in rows[1].sentence
    assert "hunter2" not in repr(rows)


def test_what_counts_for_all_holds_where_a_row_says_nothing_else() -> None:
    first, second = read("address,server,owner\na@x.example,,ann\nb@x.example,own,\n", server="office", owner="admin")
    assert first.wanted and second.wanted
    assert (first.wanted.server, first.wanted.owner) == ("office", "ann")
    assert (second.wanted.server, second.wanted.owner) == ("own", "admin")


def test_a_row_is_known_again_as_long_as_it_says_the_same() -> None:
    (one,), (moved,), (other,) = (
        read("address,role\na@x.example,\n"),
        read("role,address\n\n\npersonal,a@x.example\n"),
        read("address,role\na@x.example,company\n"),
    )
    assert one.mark == moved.mark != other.mark


_CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


@given(st.lists(_CELLS, max_size=20), st.sampled_from(",;"), st.booleans())
def test_every_row_that_a_writer_of_csv_quotes_is_read_as_it_was_meant(
    names: list[str], delimiter: str, mark: bool
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(("address", "display_name"))
    writer.writerows((f"u{number}@x.example", name) for number, name in enumerate(names))
    rows = read(("\ufeff" if mark else "") + out.getvalue())
    assert [row.line for row in rows] == list(range(2, len(names) + 2))
    for row, name in zip(rows, names, strict=True):
        fit = name.strip().isprintable()
        assert (row.wanted is not None) == fit
        assert not row.wanted or row.wanted.display_name == name.strip()


@given(st.binary(max_size=400), st.sampled_from([b"address\n", b"address;name\n", b'"address","secret","role"\n', b""]))
def test_whatever_a_list_holds_each_line_ends_as_a_row_or_a_sentence(data: bytes, header: bytes) -> None:
    try:
        rows = read(header + data)
    except ValueError as wrong:
        assert str(wrong).isprintable()
        return
    assert all((row.wanted is None) == bool(row.sentence) for row in rows)
    assert all(row.sentence.isprintable() for row in rows)
    assert len({row.line for row in rows}) == len(rows)
