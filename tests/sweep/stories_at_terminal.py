"""The stories in which a person sits at a terminal, with what the person does there."""

from __future__ import annotations

from tests.sweep.story import ALICE, CONTOSO, FROM_FILE, GMAIL, GOOGLE, GOOGLE_CLIENT, MICROSOFT, PUBLIC, VISIT, story

TO_PASSWORD = """
    sees What is to be set up?
    press enter
    sees Whose mail account is it?
    answer alice@practice.example
    sees > Name
    press enter
    sees Outgoing
    press enter
    sees Sign-in 4/7
"""
LEAVE = """
    press ctrl+c
    sees Leave?
    press ctrl+c
"""

AT_TERMINAL = (
    story(
        "prompt",
        f"check {ALICE} --transcript",
        at="terminal",
        does="""
        hears Password of alice@practice.example:
        answer {password}
        hears All that was asked for holds""",
        crashes=("sasl", "cleaning"),
    ),
    story(
        "prompt-for-passphrase",
        f"check {ALICE} --secret vault:alice",
        at="terminal",
        needs=("kept",),
        environ=(("MAILWIZARD_PASSPHRASE_FILE", ""),),
        does="""
        hears Passphrase of the vault:
        answer {passphrase}
        hears All that was asked for holds""",
        crashes=("vault", "sasl"),
    ),
    story(
        "paste",
        f"sign-in {GMAIL} {GOOGLE_CLIENT} {FROM_FILE} --store vault --no-browser --port {{port}}",
        at="terminal",
        does="""
        hears Ctrl+C stops.
        paste
        hears Signed in at Google""",
        **GOOGLE,
    ),
    story(
        "port",
        f"sign-in {GMAIL} {GOOGLE_CLIENT} --store vault --no-browser --port {{port}}",
        at="terminal",
        does="""
        hears Client secret of
        answer {client secret}
        hears Ctrl+C stops.
        visit
        hears Signed in at Google""",
        may=VISIT,
        **GOOGLE,
    ),
    story(
        "hand-over",
        f"sign-in {GMAIL} {GOOGLE_CLIENT} {FROM_FILE} --store vault --handover --port {{port}}",
        at="terminal",
        does="""
        hears they are not shown
        hears Ctrl+C stops.
        authorize
        hears Signed in at Google""",
        world="google-browser",
        crashes=("handing over", "google"),
    ),
    story(
        "microsoft-paste",
        f"sign-in {CONTOSO} {PUBLIC} --store vault --no-browser --port {{port}}",
        at="terminal",
        does="""
        hears Ctrl+C stops.
        paste
        hears Signed in at Microsoft""",
        **MICROSOFT,
    ),
    story(
        "wizard",
        "wizard --resolver 127.0.0.1",
        at="terminal",
        code=130,
        does=f"""{TO_PASSWORD}
        type {{password}}
        sees ************
        press enter
        sees Press Enter again
        press enter
        sees Receiving and sending work.
        press f2
        sees Evidence
        press escape {LEAVE}""",
        crashes=("sasl", "cleaning"),
    ),
    story(
        "wizard-wrong-password",
        "wizard --resolver 127.0.0.1",
        at="terminal",
        code=130,
        does=f"""{TO_PASSWORD}
        answer {{wrong password}}
        sees Press Enter again
        rest 2
        press enter
        sees FAIL
        press f2
        sees Evidence
        press pagedown pagedown escape {LEAVE}""",
        crashes=("sasl", "diagnosis"),
    ),
    story(
        "wizard-marked",
        "wizard --resolver 127.0.0.1",
        at="terminal",
        code=130,
        does=f"""{TO_PASSWORD}
        type {{password}}
        sees ************
        press shift+home ctrl+x ctrl+c
        sees Leave?
        press ctrl+c""",
    ),
    story(
        "wizard-saves",
        "wizard --resolver 127.0.0.1",
        at="terminal",
        does=f"""{TO_PASSWORD}
        answer {{password}}
        sees Press Enter again
        press enter
        sees Receiving and sending work.
        press enter
        sees nowhere, ask each time
        press tab tab enter
        sees Saved
        press enter""",
    ),
    story(
        "wizard-google",
        "clients add google --client-json {given}/client.json --store vault --port {port}",
        "wizard --resolver 127.0.0.1",
        at="terminal",
        needs=("client file",),
        code=130,
        does=f"""
        sees What is to be set up?
        press enter
        sees Whose mail account is it?
        answer {GMAIL}
        sees > Name
        press enter
        sees Outgoing
        press enter
        sees Sign-in 4/7
        sees [>Sign in<]
        press enter
        sees Open this in any browser
        sees Listening
        paste
        sees [>Check it<]
        press enter
        sees Receiving and sending work. {LEAVE}""",
        **GOOGLE,
    ),
)
