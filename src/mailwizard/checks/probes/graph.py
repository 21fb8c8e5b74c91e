"""Check Microsoft Graph: reach it, sign in with a token, and send oneself a message (RFC 6750, RFC 9110)."""

from __future__ import annotations

import re
from dataclasses import replace

from mailwizard.checks.deliverability import studying, tell
from mailwizard.checks.ending import warn_of_the_end
from mailwizard.checks.graph.delivery import post, tidy
from mailwizard.checks.graph.mailbox import INBOX
from mailwizard.checks.graph.reading import Reply, number, text
from mailwizard.checks.graph.service import Graph
from mailwizard.checks.order import Order, Turn
from mailwizard.checks.web_service import calling
from mailwizard.model import AuthKind, Evidence, Failure, Outcome, Protocol, Step
from mailwizard.net import Net
from mailwizard.witness import Note, Witness

PROTOCOL = Protocol.GRAPH
STEPS = (
    *(Step.RESOLVE, Step.CONNECT, Step.ENCRYPT, Step.GREETING, Step.CAPABILITIES, Step.SIGN_IN),
    *(Step.MAILBOX, Step.MAIL_FROM, Step.RCPT_TO, Step.DATA, Step.APPEND),
)
REFUSAL = re.compile(r"HTTP/[0-9.]+ [45][0-9]{2}(?![0-9])")
MECHANISM = "BEARER"
UNASKED = (
    "Microsoft Graph does not tell which From it lets through; only sending a message shows it (--until delivery)."
)


async def check(order: Order, net: Net, witness: Witness, turn: Turn) -> None:
    """Go as deep as asked, and tell each step; meanwhile look up the sending domains."""
    # Nothing but a token opens Graph, whatever was thought of it before: no password is sent as one.
    order = order if order.takes == (AuthKind.NONE,) else replace(order, takes=(AuthKind.OAUTH2,))
    domains = tuple(sender.domain for sender in order.senders) if order.asks_sender else ()
    async with studying(domains, order.endpoint.host, net) as standing:
        if await _converse(order, net, witness, turn):
            await tell(standing, witness)


async def _converse(order: Order, net: Net, witness: Witness, turn: Turn) -> bool:
    """Go through the requests, and return whether they came to their end."""
    async with calling(order, net, witness) as caller:
        name, token = (order.credential.username, order.credential.secret) if order.credential else ("", "")
        graph = Graph(caller, order.endpoint, name, token)
        async with graph.step(witness, Step.GREETING) as note:
            asks = await graph.greet()
            note.detail = "Microsoft Graph, which asks for a token"
            note.add(("product", "Microsoft Graph"), *asks.facts)
        async with witness.step(Step.CAPABILITIES) as note:
            given = f"given out by {asks.issuer}" if asks.issuer else "of its issuer"
            note.add(("capabilities", "Bearer"), ("mechanisms", MECHANISM), ("issuer", asks.issuer))
            note.detail = f"it takes tokens {given}"
        if not (order.signs_in and await turn.granted(order, witness)):
            return False
        async with graph.step(witness, Step.SIGN_IN) as note:
            entered = await _sign_in(graph, order, turn, note)
        async with witness.step(Step.MAILBOX) as note:
            _show_inbox(entered, note)
        if order.parcel is not None:
            await post(graph, order, order.parcel, net, witness)
            return True
        for sender in order.senders if order.asks_sender else ():
            facts = (("from", sender.display),)
            witness.remark(Evidence("", Step.MAIL_FROM, Outcome.SKIP, "sender.unasked", detail=UNASKED, facts=facts))
        await tidy(graph, order, witness)
    return True


async def _sign_in(graph: Graph, order: Order, turn: Turn, note: Note) -> Reply:
    """Show the token once, and return the answer, which may still say that a right is missing.

    Raises:
        Failure: where the token is refused, or there is no clear answer; ``graph.not-graph`` where it is no folder.
    """
    note.add(("mechanism", MECHANISM))
    turn.offer(note)
    entered = await graph.enter(INBOX)
    if not entered.good and entered.status not in {403, 404}:
        raise entered.failure
    if not (entered.good or entered.code):
        raise entered.failure
    if entered.good and not (number(entered.told, "totalItemCount") or text(entered.told, "id")):
        raise Failure("graph.not-graph", "the answer to a question about the inbox is no folder")
    turn.take()
    note.detail = f"the token of {order.proof.username} was taken"
    warn_of_the_end(order, note)
    return entered


def _show_inbox(entered: Reply, note: Note) -> None:
    """Write down what is in the inbox.

    Raises:
        Failure: where the token does not open it.
    """
    if not entered.good:
        raise entered.failure
    held, unread = number(entered.told, "totalItemCount"), number(entered.told, "unreadItemCount")
    note.add(("folder", "INBOX"), ("messages", held), ("unread", unread))
    counts = ", ".join(f"{count} {word}" for count, word in ((held, "messages"), (unread, "unread")) if count)
    note.detail = f"the inbox opens: {counts or 'how much is in it is not told'}"
