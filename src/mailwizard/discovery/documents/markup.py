"""Read XML from outside into a small tree: bounded, without document types, entities or anything external."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from mailwizard.discovery.documents.decoding import text_of
from mailwizard.discovery.documents.values import cite
from mailwizard.model import Failure

DEPTH_LIMIT = 32
ELEMENT_LIMIT = 4000
"""Elements at most; the longest published document that is known has some 1,500."""
ATTRIBUTE_LIMIT = 32
"""Attributes of one element that are kept."""

_DECLARATION = re.compile(r"<\?xml\b[^>]{0,1000}\?>\s*+", re.IGNORECASE)
_BARE_AMPERSAND = re.compile(r"&(?!#|[A-Za-z]\w{0,31};)")
_PROLOGUE = re.compile(r"(?:\s++|<!--.{0,4000}?-->|<\?.{0,1000}?\?>)*+", re.DOTALL)
_HTML = re.compile(
    r"<!doctype\s+html(?![^>]{0,400}\[)|<(?:html|head|body|meta|title|script|iframe)(?=[\s/>])",
    re.IGNORECASE,
)
_HTML_ROOTS = frozenset({"html", "head", "body", "meta", "title", "script", "iframe"})
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)


@dataclass(slots=True)
class Element:
    """An element by its local name in lower case; documents differ in namespace prefixes and letter case."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the element's own text without white space around it."""
        return "".join(self.pieces).strip()

    def all(self, *names: str) -> Iterator[Element]:
        """Return the children of these names in document order."""
        return (child for child in self.children if child.name in names)

    def one(self, *names: str) -> Element | None:
        """Return the first child of these names."""
        return next(self.all(*names), None)

    def texts(self, name: str) -> list[str]:
        """Return the texts of the children of a name."""
        return [child.text for child in self.all(name)]

    def value(self, name: str) -> str:
        """Return the first text of the children of a name that is not empty."""
        return next((text for text in self.texts(name) if text), "")

    def walk(self) -> Iterator[Element]:
        """Return this element and everything below it, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


def parse(body: bytes) -> Element:
    """Return the root element of a document.

    Raises:
        Failure: any ``document.*`` code but ``document.not-json`` and ``document.digest``.
    """
    text = text_of(body)
    refuse_page(text)
    if not text.startswith("<"):
        raise Failure("document.not-xml", f"the answer is no XML; it begins with {cite(text[:200])!r}")
    declaration = _DECLARATION.match(text)
    text = text[declaration.end() :] if declaration else text
    try:
        root = _tree(text)
    except _Malformed as first:
        mended = _BARE_AMPERSAND.sub("&amp;", text)
        if mended == text:
            raise Failure("document.not-xml", str(first)) from None
        try:
            root = _tree(mended)
        except _Malformed as wrong:
            raise Failure("document.not-xml", str(wrong)) from None
    if root.name in _HTML_ROOTS:
        raise _page(text)
    return root


def refuse_page(text: str) -> None:
    """Raise where a web page came instead of a document.

    Raises:
        Failure: ``document.not-a-document``, with the page's title.
    """
    begin = _PROLOGUE.match(text)
    if _HTML.match(text, begin.end() if begin else 0):
        raise _page(text)


def other_root(root: Element, wanted: str) -> Failure:
    """Return the failure for a document of another kind."""
    return Failure("document.not-a-document", f"the document is <{cite(root.name)}>, not {wanted}")


def _page(text: str) -> Failure:
    """Return the failure for a web page, named by its title."""
    found = _TITLE.search(text, 0, 20_000)
    name = cite(" ".join(unescape(found[1]).split())) if found else ""
    which = f"a web page ({name!r})" if name else "a web page"
    return Failure("document.not-a-document", f"{which} came instead of a configuration document")


class _Malformed(Exception):
    """The text is no well-formed XML."""


class _Builder:
    """Builds the tree while the parser reads, and stops it at the limits."""

    def __init__(self) -> None:
        self.open = [Element("")]
        self.count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) > DEPTH_LIMIT:
            raise Failure("document.too-deep", f"the document is nested more than {DEPTH_LIMIT} deep")
        if self.count > ELEMENT_LIMIT:
            raise Failure("document.too-deep", f"the document has more than {ELEMENT_LIMIT} parts")
        element = Element(_local(tag), _plain(attributes) if attributes else {})
        self.open[-1].children.append(element)
        self.open.append(element)

    def data(self, text: str) -> None:
        self.open[-1].pieces.append(text)

    def end(self, tag: str) -> None:
        self.open.pop()

    def close(self) -> Element:
        return self.open[0].children[0]


def _local(tag: str) -> str:
    """Return a name without its namespace, in lower case."""
    return tag.rpartition("}")[2].lower()


def _plain(attributes: dict[str, str]) -> dict[str, str]:
    """Return the first attributes by local name."""
    return {_local(name): value for name, value in list(attributes.items())[:ATTRIBUTE_LIMIT]}


def _tree(text: str) -> Element:
    """Return the root of well-formed XML.

    Raises:
        _Malformed: with a sentence.
        Failure: ``document.unsafe``, ``document.too-deep``.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, XMLParser

    builder = _Builder()
    parser = XMLParser(target=builder, encoding="utf-8", forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(text.encode("utf-8", "replace"))
        parser.close()
    except DefusedXmlException:
        detail = "the document brings a document type or entities, which no configuration needs"
        raise Failure("document.unsafe", detail) from None
    except (ParseError, ValueError) as wrong:
        raise _Malformed(f"the document is no well-formed XML: {cite(str(wrong))}") from None
    return builder.close()
