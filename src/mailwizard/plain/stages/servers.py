"""Which servers to use: the best ones are proposed, with why and from where; everything can be changed."""

from __future__ import annotations

from contextlib import suppress

from mailwizard.draft import Draft, Stage
from mailwizard.faces import agreeing, choosing, finding
from mailwizard.faces.choice import Choice
from mailwizard.faces.findings import findings
from mailwizard.faces.help import page_of_servers
from mailwizard.faces.server_lines import SIGN_IN, facts, line
from mailwizard.model import Candidate, Protocol
from mailwizard.plain import server_form
from mailwizard.plain.talk import Back
from mailwizard.plain.turn import Turn
from mailwizard.plain.working import Stopped

Pair = tuple[Candidate | None, Candidate | None]
_INCOMING = "Incoming, where mail is fetched"
_OUTGOING = "Outgoing, where mail is sent through"
_ALL = "All found"


async def ask(turn: Turn) -> Draft:
    """Propose servers until the person takes them, or types others."""
    await _wait(turn)
    turn.draft = turn.session.search.into(turn.draft)
    pair = _proposed(turn.draft)
    by_hand = _nothing_to_choose(turn)
    while True:
        if by_hand:
            pair, done = await _typed(turn, pair)
        else:
            _tell(turn, pair)
            pair, done = await _changed(turn, pair)
        by_hand = done == "by-hand" or (done == "take" and _nothing_to_choose(turn))
        if done != "take":
            continue
        if lack := choosing.lacking(turn.draft, *pair):
            turn.talk.warn(lack)
            continue
        before = turn.draft
        if agreed := await _agreed(turn, pair):
            return agreed
        if turn.draft is not before:
            pair = _proposed(turn.draft)


async def _wait(turn: Turn) -> None:
    """Wait for the search where nothing is known yet; it is begun where another run or the account was gone on with."""
    draft, search = turn.draft, turn.session.search
    if draft.address is None or not draft.service.discovers or draft.chosen or draft.candidates:
        return
    if not search.fits(draft.address, draft.service):
        turn.talk.say(finding.looking(draft.address))
        turn.looking.begin(draft.address, draft.service)
        try:
            await turn.working.do(turn.looking.answer(draft.address, draft.service))
        except Stopped:
            turn.looking.stop()


def _nothing_to_choose(turn: Turn) -> bool:
    """Return whether servers can only be typed."""
    draft, search = turn.draft, turn.session.search
    return choosing.typed_at_once(draft, search) or choosing.nothing_found(draft, search)


def _proposed(draft: Draft) -> Pair:
    """Return the servers to suggest."""
    found = {way: choosing.offered(draft, incoming=way) for way in (True, False)}
    incoming, outgoing = (
        choosing.with_key(found[way], choosing.suggested(draft, found[way], incoming=way)) for way in (True, False)
    )
    return incoming, None if _alone(incoming) else outgoing


def _alone(incoming: Candidate | None) -> bool:
    """Return whether a web service is chosen, which needs no server beside it."""
    return incoming is not None and incoming.endpoint.protocol.web


def _tell(turn: Turn, pair: Pair) -> None:
    """Say which servers are chosen, why, and what to know before signing in there."""
    talk, draft = turn.talk, turn.draft
    talk.say(f"The servers of {draft.address.display if draft.address else 'this account'}")
    said: list[tuple[str, str]] = []
    noted: list[str] = []
    for heading, candidate in ((_INCOMING, pair[0]), (_OUTGOING, pair[1])):
        if candidate is None:
            alone = heading == _OUTGOING and _alone(pair[0])
            talk.say(f"{heading}: {choosing.SAME.title if alone else 'none'}")
            continue
        shown = line(candidate)
        talk.say(f"{heading}: {shown.title}, {shown.note}")
        rows = [row for row in facts(candidate, ()) if row not in said]
        talk.rows(rows, indent="  ")
        said += [row for row in rows if row[0] != SIGN_IN]
        noted += choosing.told(draft, turn.session.search, candidate, more=_ALL)
    talk.rows([("Note", note) for note in dict.fromkeys(noted)])


async def _changed(turn: Turn, pair: Pair) -> tuple[Pair, str]:
    """Let the person take the proposed servers, or change them; return them and what is to be done."""
    draft, talk = turn.draft, turn.talk
    both = "takes both as chosen" if all(pair) else "takes it"
    moves = [Choice("take", "Continue", both), Choice("incoming", "Another incoming server")]
    moves += [] if _alone(pair[0]) else [Choice("outgoing", "Another outgoing server")]
    moves += [Choice("by-hand", "Type by hand", "host, port, security, user name"), Choice("all", _ALL)]
    half = not all(pair) and any(one and one.source == "typed" for one in pair) and not _alone(pair[0])
    done = await talk.choose("Which servers?", moves, default="by-hand" if half else "take")
    if done == "all":
        await _tell_all(turn)
    if done not in {"incoming", "outgoing"}:
        return pair, done
    incoming = done == "incoming"
    found = choosing.offered(draft, incoming=incoming)
    now = pair[0] if incoming else pair[1]
    try:
        key = await talk.choose(
            _INCOMING if incoming else _OUTGOING,
            choosing.lines(found, incoming=incoming),
            default=str(now.endpoint) if now else choosing.NONE,
        )
    except Back:
        return pair, done
    chosen = choosing.with_key(found, key)
    if not incoming:
        return (pair[0], chosen), done
    if _alone(chosen):
        return (chosen, None), done
    others = choosing.offered(draft, incoming=False)
    kept = pair[1] or (others[0] if _alone(pair[0]) and others else None)
    return (chosen, kept), done


async def _tell_all(turn: Turn) -> None:
    """Say everything that was found, and who was asked, once everybody was."""
    draft, search = turn.draft, turn.session.search
    if choosing.looking(draft, search) and draft.address:
        turn.talk.say(finding.looking(draft.address))
        with suppress(Stopped):
            await turn.working.do(turn.looking.end())
    mine = search.fits(draft.address, draft.service)
    candidates = search.candidates if mine else draft.candidates
    turn.talk.heading("All that was found")
    for heading, rows in findings(candidates, search.clues if mine else draft.clues, search.notes if mine else ()):
        turn.talk.say(heading)
        turn.talk.rows(rows, indent="  ")
    turn.talk.say("")


async def _typed(turn: Turn, pair: Pair) -> tuple[Pair, str]:
    """Let the person type both servers, filled in with what is chosen or likely; going back leads to the lists."""
    draft = turn.draft
    kinds = choosing.kinds(draft)
    alone = _alone(pair[0])
    given = [
        chosen or choosing.prefill(draft, protocol, chosen, alone=alone)
        for protocol, chosen in ((kinds[0], pair[0]), (Protocol.SMTP, pair[1]))
    ]
    username = str(draft.address or "")

    def keep(incoming: Candidate | None, outgoing: Candidate | None) -> None:
        turn.unanswered = draft.with_servers(incoming, outgoing).back_to(Stage.SERVERS)

    page = f" (page {page_of_servers(by_hand=True).code})"
    try:
        incoming = await server_form.ask(
            turn.talk, _INCOMING + page, kinds, given[0], username, lambda one: keep(one, pair[1])
        )
        if _alone(incoming):
            turn.talk.say(choosing.ALONE)
            return (incoming, None), "take"
        keep(incoming, pair[1])
        outgoing = await server_form.ask(
            turn.talk, _OUTGOING + page, [Protocol.SMTP], given[1], username, lambda one: keep(incoming, one)
        )
    except Back:
        if _nothing_to_choose(turn):
            raise
        return pair, "lists"
    return (incoming, outgoing), "take"


async def _agreed(turn: Turn, pair: Pair) -> Draft | None:
    """Return the draft with the servers; nothing where the person does not agree to them."""
    draft, talk = turn.draft, turn.talk
    incoming, outgoing = pair
    chosen = tuple(candidate for candidate in pair if candidate)
    gone = agreeing.ending_among(chosen)
    ways = [Choice("show", agreeing.SHOW_ME), Choice("keep", agreeing.KEEP_IT)]
    if gone and await talk.choose(agreeing.keeps_question(gone), ways, default="show") == "show":
        turn.draft = agreeing.instead(draft, turn.session.search, gone)
        talk.say(agreeing.taken_instead(gone))
        return None
    doubt = "" if gone else agreeing.doubt(chosen)
    if doubt and not await talk.consents(doubt, agreeing.USE_IT, agreeing.LET_ME_LOOK):
        return None
    kept = gone.kept(incoming) if gone and incoming else incoming
    turn.session.forget(Stage.SERVERS)
    return draft.with_servers(kept, outgoing)
