"""An explained error message as the panel of a live failure shows one."""

from __future__ import annotations

from mailwizard.diagnosis import Explanation, Reading
from mailwizard.diagnosis.doubt import doubt, is_known
from mailwizard.faces.steps import steps_of
from mailwizard.faces.verdict import BAD, DOUBTFUL, SURE, Verdict
from mailwizard.knowledge import provider
from mailwizard.knowledge.parties import who
from mailwizard.model import Address

QUOTED = 160
"""Characters of the text that are shown again, the last ones: a stack trace ends with what happened."""
LINE_END = "\u240a"
"""How a cleaned text shows the end of a line."""


def explained(explanation: Explanation, place: int, address: Address | None) -> Verdict:
    """Say the cause at a place: what happened, why, who mends it how, how to be sure, and what was read."""
    diagnoses = explanation.diagnoses
    read = (("Read", facts(explanation.read)),)
    if not diagnoses:
        return Verdict("Nothing in this text is known.", DOUBTFUL, read)
    diagnosis = diagnoses[place]
    nearest = not is_known(diagnoses) and place > 0
    known = SURE[diagnosis.confidence] if is_known(diagnoses) else ""
    title = ("Only near, not found: " if nearest else known) + diagnosis.title
    count = f"   ({place + 1} of {len(diagnoses)})" if len(diagnoses) > 1 else ""
    near = tuple(("Near", one.title) for one in diagnoses[1:]) if not (is_known(diagnoses) or place) else ()
    unsure = doubt(diagnoses) if not place else ""
    sure = (("Sure", unsure or diagnosis.sure),) if unsure or diagnosis.sure else ()
    names = [] if diagnosis.guide else [step.id for step in steps_of(diagnosis, address) if step.id]
    ids = (("Ids", f"{names[0]} to {names[-1]}" if len(names) > 1 else names[0]),) if names else ()
    quoted = _end(" ".join(explanation.read.text.replace(LINE_END, " ").split()))
    rows = (*near, ("Why", diagnosis.why), ("Who", who(diagnosis.who)))
    style = BAD if is_known(diagnoses) else DOUBTFUL
    return Verdict(title + count, style, rows, diagnosis.fix, diagnosis.guide, quoted, (*ids, *sure, *read))


def _end(text: str) -> str:
    """Return the end of a text, from a word's beginning on."""
    return text if len(text) <= QUOTED else f"… {text[-QUOTED:].partition(' ')[2]}"


def facts(read: Reading) -> str:
    """Return the facts that could be read, in a line."""
    card = provider(read.provider) if read.provider else None
    parts = [
        read.protocol.upper(),
        f"step {read.step}" if read.step else "",
        read.code,
        read.enhanced,
        read.mechanism,
        card.name if card else "",
        f"{read.host}:{read.port}" if read.host and read.port else read.host,
    ]
    return ", ".join(part for part in parts if part) or "no fact that is known"
