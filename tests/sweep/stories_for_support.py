"""The stories of whoever helps others, and of whoever is asked line by line: reports, comparing, the plain face."""

from __future__ import annotations

from tests.sweep.stories_at_terminal import LEAVE, TO_PASSWORD
from tests.sweep.story import CHECK, GOOGLE, story

PLAINLY = """
    hears letters [1]:
    press enter
    hears Address:
    reply alice@practice.example
    hears may stay empty:
    press enter
    hears Which servers?
    press enter
    hears How do you sign in?
    press enter
    hears User name
    press enter
    hears Password
"""

TYPED = (("write to /dev/ptmx", "wrong password"),)
"""What is typed in a browser is typed at a terminal here."""

FOR_SUPPORT = (
    story(
        "browser",
        "serve --practice all-well --port {port}",
        at="terminal",
        code=130,
        does=f"""
        hears Ctrl+C
        browse
        {TO_PASSWORD}
        answer {{wrong password}}
        sees Press Enter again
        press enter
        sees FAIL
        press f2
        sees Evidence
        press pagedown pagedown escape {LEAVE}
        hears practice""",
        may=TYPED,
        crashes=("cleaning",),
    ),
    story(
        "report",
        "report alice --show",
        "report alice -o alice.mwz --yes",
        "report alice -o alice-2.mwz --pseudonyms --yes --json",
        "open alice.mwz",
        "open alice-2.mwz --json",
        "diff alice.mwz alice-2.mwz",
        "diff alice.mwz alice-2.mwz --json",
        needs=("kept",),
        crashes=("sasl", "cleaning", "diagnosis", "printing"),
    ),
    story(
        "report-of-a-failure",
        f"{CHECK.replace('{password}', '{wrong-password}')} --report failed.mwz --transcript",
        "open failed.mwz",
        "open failed.mwz --json",
        crashes=("sasl", "cleaning", "diagnosis"),
    ),
    story(
        "report-of-an-echo",
        "report --smtp smtp-echo.faults.example:465/tls --username alice {password} -o echo.mwz --yes",
        "open echo.mwz",
        world="echo",
        crashes=("sasl", "cleaning"),
    ),
    story(
        "report-of-a-token",
        "sign-in alice {practice} --store vault",
        "report alice -o token.mwz --yes",
        "open token.mwz --json",
        needs=("gmail",),
        **GOOGLE,
    ),
    story(
        "plain-pipe",
        "wizard --plain --resolver 127.0.0.1",
        stdin="1\nalice@practice.example\n\n\n\n\n{password}\n2\n",
        code=2,
        crashes=("sasl", "cleaning"),
    ),
    story(
        "plain-terminal",
        "wizard --plain --resolver 127.0.0.1",
        at="terminal",
        code=130,
        does=f"""{PLAINLY}
        answer {{password}}
        hears Use it all the same
        reply 2
        hears Receiving and sending work
        reply :evidence
        reply :leave""",
        crashes=("sasl", "cleaning"),
    ),
    story(
        "plain-wrong-password",
        "wizard --plain --resolver 127.0.0.1",
        at="terminal",
        code=130,
        environ=(("TERM", "dumb"),),
        does=f"""{PLAINLY}
        answer {{wrong password}}
        hears Use it all the same
        reply 2
        hears FAIL
        hears Who
        reply :evidence
        reply :leave""",
        crashes=("sasl", "cleaning", "diagnosis"),
    ),
)
