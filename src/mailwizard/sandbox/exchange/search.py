"""Which messages a search means: the restrictions of FindItem (MS-OXWSSRCH section 2.2.4)."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from mailwizard.sandbox.exchange.shape import header
from mailwizard.sandbox.exchange.soap import Complaint, T
from mailwizard.sandbox.exchange.store import Item

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_HEADERS = {"item:Subject": "Subject", "message:InternetMessageId": "Message-ID", "message:From": "From"}
_COMPARED = {
    "IsEqualTo": operator.eq,
    "IsNotEqualTo": operator.ne,
    "IsGreaterThan": operator.gt,
    "IsGreaterThanOrEqualTo": operator.ge,
    "IsLessThan": operator.lt,
    "IsLessThanOrEqualTo": operator.le,
}


def matches(shown: Item, restriction: Element | None) -> bool:
    """Return whether a message is meant.

    Raises:
        Complaint: where a search is not understood.
    """
    if restriction is None:
        return True
    return all(_holds(shown, expression) for expression in restriction)


def _holds(shown: Item, expression: Element) -> bool:
    name = expression.tag.removeprefix(T)
    match name:
        case "And":
            return all(_holds(shown, inner) for inner in expression)
        case "Or":
            return any(_holds(shown, inner) for inner in expression)
        case "Not":
            return not _holds(shown, expression[0])
        case "Exists":
            return bool(_value(shown, expression))
        case "Contains":
            return _contains(shown, expression)
        case _ if name in _COMPARED:
            constant = expression.find(f"{T}FieldURIOrConstant/{T}Constant")
            if constant is None:
                raise Complaint("ErrorInvalidRequest")
            return bool(_COMPARED[name](_value(shown, expression), constant.get("Value", "")))
        case _:
            raise Complaint("ErrorInvalidRequest")


def _contains(shown: Item, expression: Element) -> bool:
    constant = expression.find(f"{T}Constant")
    if constant is None:
        raise Complaint("ErrorInvalidRequest")
    value, sought = _value(shown, expression), constant.get("Value", "")
    if expression.get("ContainmentComparison", "Exact") != "Exact":
        value, sought = value.lower(), sought.lower()
    match expression.get("ContainmentMode", "FullString"):
        case "FullString":
            return value == sought
        case "Prefixed":
            return value.startswith(sought)
        case _:
            return sought in value


def _value(shown: Item, expression: Element) -> str:
    """Return the property that an expression is about, as text."""
    field = expression[0]
    name = field.get("FieldURI", "")
    if field.tag == f"{T}ExtendedFieldURI" and field.get("DistinguishedPropertySetId") == "InternetHeaders":
        return header(shown, field.get("PropertyName", ""))
    if field.tag == f"{T}FieldURI" and name in _HEADERS:
        return header(shown, _HEADERS[name])
    if field.tag == f"{T}FieldURI" and name in {"item:DateTimeReceived", "item:DateTimeSent", "item:DateTimeCreated"}:
        return shown.received
    raise Complaint("ErrorInvalidRequest", "The property can not be used with this type of restriction.")
