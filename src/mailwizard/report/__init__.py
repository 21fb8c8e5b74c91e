"""A run in one file: what was asked, what was seen and said, what that means, and on what machine; never a secret.

Who has a run at hand makes a report of it and writes it; who receives one reads it, with no network and no file
touched:

- ``gather(draft, run, secrets=…)`` returns a :class:`Report` of what is known, without ``secrets`` and without what
  looks like one; ``pseudonyms=True`` gives addresses, user names and hosts of one's own other names.
- ``contents(report)`` tells a person in rows what is in it, before it is written.
- ``to_text(report)`` is the file's text, JSON; ``write(path, report, force=…)`` brings it to the disk.
- ``read(data)`` is the way back: bounded, validated, every text cleaned.
- ``draft_of(report)`` is the draft for the panels that show a live check; ``diagnoses_of(report)`` what its evidence
  means by the cards of this version.
"""

from __future__ import annotations

from mailwizard.report.gathering import Run, gather
from mailwizard.report.limits import FORMAT_LIMIT
from mailwizard.report.reading import read
from mailwizard.report.shape import FORMAT, SCHEMA, Environment, Redaction, Report, Wanted
from mailwizard.report.telling import contents
from mailwizard.report.understanding import address_of, diagnoses_of, draft_of, no_more, seen_in
from mailwizard.report.writing import to_text, write

__all__ = [
    "FORMAT",
    "FORMAT_LIMIT",
    "SCHEMA",
    "Environment",
    "Redaction",
    "Report",
    "Run",
    "Wanted",
    "address_of",
    "contents",
    "diagnoses_of",
    "draft_of",
    "gather",
    "no_more",
    "read",
    "seen_in",
    "to_text",
    "write",
]
