"""Accounts out of other programs' files, as those programs' own documentation writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailwizard.exports.reading import read, saveable, sources
from mailwizard.model import Address, AuthKind, Endpoint, Protocol, Security

SECRET = "Zq7-hunter2"
ADDRESS = Address.parse("alice@example.com")
MSMTP = f"""\
defaults
tls on
account provider
host smtp.example.com
port 587
from alice@example.com
auth on
user alice
passwordeval gpg --quiet --decrypt ~/.msmtp.gpg | head -1
account copy : provider
from info@example.com
account plain
host mail.example.org
tls_starttls off
from bob@example.org
auth
user bob
password {SECRET}
account default : provider
"""
MUTT = """\
set my_user = "alice@example.com"
set from=$my_user realname='Alice Example'
set imap_user = $my_user
set imap_pass = "`pass show mail/alice`"   # a comment
set folder = imaps://imap.example.com
set smtp_url = "smtp://alice@smtp.example.com:587/" smtp_pass=hunter2-Zq7
my_hdr Reply-To: info@example.com
source ~/.mutt/colors
"""
AERC = """\
[work]
source = imaps://alice%40example.com@imap.example.com
source-cred-cmd = pass mail/alice
outgoing = smtps+xoauth2://alice%40example.com@smtp.example.com
outgoing-cred-cmd = oauth-tool alice
from = "Alice Example" <alice@example.com>
aliases = "Info" <info@example.com>, *@example.org
; a comment
[local]
source = maildir://~/Mail
outgoing = /usr/sbin/sendmail
from = alice@localhost
"""
HIMALAYA_1 = """\
[accounts.work]
email = "alice@example.com"
display-name = "Alice Example"
backend.type = "imap"
backend.host = "imap.example.com"
backend.port = 993
backend.login = "alice"
backend.encryption.type = "tls"
backend.auth.type = "password"
backend.auth.cmd = "pass show alice"
message.send.backend.type = "smtp"
message.send.backend.host = "smtp.example.com"
message.send.backend.port = 587
message.send.backend.login = "alice"
message.send.backend.encryption.type = "start-tls"
message.send.backend.auth.type = "password"
message.send.backend.auth.cmd = "pass show alice"
"""
HIMALAYA_BEFORE = """\
[accounts.work]
email = "alice@example.com"
display-name = "Alice Example"
backend = "imap"
imap.host = "imap.example.com"
imap.port = 993
imap.login = "alice"
imap.encryption = "tls"
imap.passwd.cmd = "pass show alice"
message.send.backend = "smtp"
smtp.host = "smtp.example.com"
smtp.port = 587
smtp.login = "alice"
smtp.encryption = "start-tls"
smtp.passwd.cmd = "pass show alice"
"""
HIMALAYA_OLDEST = """\
name = "Alice Example"
[work]
email = "alice@example.com"
name = "Alice Example"
imap-host = "imap.example.com"
imap-port = 993
imap-login = "alice"
imap-passwd-cmd = "pass show alice"
smtp-host = "smtp.example.com"
smtp-port = 587
smtp-starttls = true
smtp-login = "alice"
smtp-passwd-cmd = "pass show alice"
"""
MBSYNC = """\
IMAPAccount work
Host imap.example.com
User alice@example.com
PassCmd "+pass show mail/alice"
SSLType IMAPS
CertificateFile /etc/ssl/certs/ca-certificates.crt

IMAPStore work-remote
Account work

IMAPStore old
Host mail.example.org
User bob
Pass hunter2-Zq7
UseIMAPS no

MaildirStore local
Path ~/Mail/
"""
PREFS = """\
// Mozilla User Preferences
user_pref("mail.accountmanager.accounts", "account2,account1,account3");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.account.account2.identities", "id1,id2");
user_pref("mail.account.account2.server", "server2");
user_pref("mail.server.server1.type", "none");
user_pref("mail.server.server2.type", "imap");
user_pref("mail.server.server2.hostname", "imap.example.com");
user_pref("mail.server.server2.name", "alice@example.com");
user_pref("mail.server.server2.port", 993);
user_pref("mail.server.server2.socketType", 3);
user_pref("mail.server.server2.authMethod", 10);
user_pref("mail.server.server2.userName", "alice@example.com");
user_pref("mail.identity.id1.fullName", "Alice Example");
user_pref("mail.identity.id1.useremail", "alice@example.com");
user_pref("mail.identity.id1.reply_to", "info@example.com");
user_pref("mail.identity.id1.smtpServer", "smtp1");
user_pref("mail.identity.id2.useremail", "sales@example.com");
user_pref("mail.identity.id1.htmlSigText", "line one\\nline two");
user_pref("mail.smtpserver.smtp1.hostname", "smtp.example.com");
user_pref("mail.smtpserver.smtp1.try_ssl", 2);
user_pref("mail.smtpserver.smtp1.port", 587);
user_pref("mail.smtpserver.smtp1.authMethod", 3);
user_pref("mail.smtpserver.smtp1.username", "alice");
"""
LARAVEL = f"""\
APP_NAME="A shop"
MAIL_HOST=smtp.example.com
MAIL_PORT=587
MAIL_USERNAME=alice
MAIL_PASSWORD="{SECRET}"
MAIL_ENCRYPTION=tls
MAIL_FROM_ADDRESS="alice@example.com" # ours
MAIL_FROM_NAME='Alice Example'
"""
IMAPS = Endpoint.parse(Protocol.IMAP, "imap.example.com")
SUBMISSION = Endpoint.parse(Protocol.SMTP, "smtp.example.com:587")


def test_msmtp_s_accounts_inherit_and_keep_their_commands() -> None:
    first, copy, plain = read("msmtp", MSMTP.encode())
    assert (first.name, first.address) == ("provider", ADDRESS)
    assert first.outgoing and (first.outgoing.endpoint, first.outgoing.username) == (SUBMISSION, "alice")
    assert first.secret == 'cmd:["sh", "-c", "gpg --quiet --decrypt ~/.msmtp.gpg | head -1"]'
    assert copy.outgoing == first.outgoing and str(copy.address) == "info@example.com"
    assert plain.outgoing and plain.outgoing.endpoint == Endpoint.parse(Protocol.SMTP, "mail.example.org:465")


def test_mutt_s_variables_quotes_and_commands_are_read() -> None:
    (found,) = read("mutt", MUTT.encode())
    assert (found.address, found.display_name, str(found.reply_to)) == (ADDRESS, "Alice Example", "info@example.com")
    assert found.incoming and (found.incoming.endpoint, found.incoming.username) == (IMAPS, "alice@example.com")
    assert found.outgoing and (found.outgoing.endpoint, found.outgoing.username) == (SUBMISSION, "alice")
    assert found.secret == 'cmd:["pass", "show", "mail/alice"]'
    assert any("Line 8" in note for note in found.notes) and any("Line 6" in note for note in found.notes)


def test_aerc_s_servers_and_aliases_are_read_and_other_sources_are_told() -> None:
    found, local = read("aerc", AERC.encode())
    assert (found.address, found.display_name) == (ADDRESS, "Alice Example")
    assert found.incoming and found.incoming.endpoint == IMAPS and found.incoming.username == "alice@example.com"
    assert found.outgoing and found.outgoing.auth is AuthKind.OAUTH2
    assert [str(one.address) for one in found.identities] == ["info@example.com"]
    assert found.secret == 'cmd:["pass", "mail/alice"]' and "different commands" in found.notes[0]
    assert local.incoming is local.outgoing is None and len(local.notes) == 2


@pytest.mark.parametrize("text", [HIMALAYA_1, HIMALAYA_BEFORE, HIMALAYA_OLDEST])
def test_himalaya_s_layouts_say_the_same(text: str) -> None:
    (found,) = read("himalaya", text.encode())
    assert (found.name, found.address, found.display_name) == ("work", ADDRESS, "Alice Example")
    assert found.incoming and (found.incoming.endpoint, found.incoming.username) == (IMAPS, "alice")
    assert found.outgoing and (found.outgoing.endpoint, found.outgoing.username) == (SUBMISSION, "alice")
    assert found.secret == 'cmd:["pass", "show", "alice"]'


def test_mbsync_s_accounts_and_bare_stores_are_read() -> None:
    work, old = read("mbsync", MBSYNC.encode())
    assert (work.name, work.address, work.secret) == ("work", ADDRESS, 'cmd:["pass", "show", "mail/alice"]')
    assert work.incoming and work.incoming.endpoint == IMAPS
    assert old.incoming and old.incoming.endpoint.security is Security.STARTTLS and old.address is None


def test_thunderbird_s_accounts_are_read_in_their_order() -> None:
    (found,) = read("thunderbird", PREFS.encode())
    assert (found.address, found.display_name, str(found.reply_to)) == (ADDRESS, "Alice Example", "info@example.com")
    assert found.incoming and found.incoming.auth is AuthKind.OAUTH2 and found.incoming.endpoint == IMAPS
    assert found.outgoing and found.outgoing.endpoint == SUBMISSION and found.outgoing.username == "alice"
    assert [str(one.address) for one in found.identities] == ["sales@example.com"]


def test_the_names_of_a_framework_are_read() -> None:
    (found,) = read("env", LARAVEL.encode())
    assert (found.address, found.display_name) == (ADDRESS, "Alice Example")
    assert found.outgoing and found.outgoing.endpoint == SUBMISSION and found.outgoing.username == "alice"


@pytest.mark.parametrize(
    ("source", "text", "line"),
    [
        ("msmtp", MSMTP, "Line 18"),
        ("mutt", f"set folder=imaps://h.example imap_user=a\nset imap_pass='{SECRET}'\n", "Line 2"),
        ("mutt", f"set smtp_url=smtps://alice:{SECRET}@h.example\n", "Line 1"),
        ("aerc", f"[a]\nsource = imaps://alice:{SECRET}@h.example\n", "Line 2"),
        ("himalaya", HIMALAYA_1.replace('auth.cmd = "pass show alice"', f'auth.raw = "{SECRET}"', 1), "Line 10"),
        ("himalaya", f'[a]\nimap-host = "h.example"\nimap-login = "a"\nimap-passwd = "{SECRET}"\n', "Line 4"),
        ("himalaya", f'[accounts.a]\nimap.server = "h.example"\nimap.sasl.plain.password.raw = "{SECRET}"\n', "Line 3"),
        ("mbsync", f"IMAPAccount a\nHost h.example\nUser a\nPass {SECRET}\n", "Line 4"),
        ("env", LARAVEL, "Line 5"),
    ],
)
def test_a_password_in_a_file_is_told_by_its_line_and_stays_there(source: str, text: str, line: str) -> None:
    found = read(source, text.encode())
    assert any(line in note for one in found for note in one.notes)
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("aerc", "[a]\nsource = imaps://alice:{}/x@h.example\n"),
        ("mutt", "set smtp_url=smtp://alice:{}:9/9@h.example\n"),
        ("msmtp", "account a\nhost {}/\nfrom a@h.example\n"),
        ("msmtp", "account a\nhost h.example\nfrom <{}\n"),
        ("env", "SMTP_HOST=h.example\nSMTP_PORT={}\n"),
        ("himalaya", '[a]\nimap-host = "h.example\nimap-passwd = "{}"\n'),
        ("mbsync", "IMAPAccount a\nHost h.example\nPort {}\n"),
        ("mbsync", 'IMAPAccount a\nPass "{}\n'),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_not_repeated(source: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"^Line \d+: ") as caught:
        read(source, text.format(SECRET).encode())
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("source", sources())
@pytest.mark.parametrize("data", [b"x" * 10_000, b"a\x1b[2J", b"\xff\xfe", b"a\0b"])
def test_a_file_that_is_made_to_harm_is_refused_by_its_line(source: str, data: bytes) -> None:
    with pytest.raises(ValueError, match=r"^Line 1: "):
        read(source, data)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("env", 'SMTP_HOST=h.example\nMAIL_FROM="=?utf-8?b?a?= <a@example.com>"\n'),
        ("env", 'SMTP_HOST=h.example\nMAIL_FROM="=?no-such?q?a?= <a@example.com>"\n'),
        ("aerc", "[a]\nfrom = =?utf-8?b?a?= <a@example.com>\n"),
    ],
)
def test_a_sender_that_nobody_can_decode_is_named_by_its_line(source: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"^Line 2: "):
        read(source, text.encode())


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("env", f"SMTP_HOST=h.example\nMAIL_FROM={'(' * 5000}\n"),
        ("aerc", f"[a]\naliases = {'(' * 5000}\n"),
    ],
)
def test_a_tangled_sender_is_refused_by_its_line_where_python_cannot_read_it(source: str, text: str) -> None:
    try:
        found = repr(read(source, text.encode()))
    except ValueError as wrong:
        found = str(wrong)
        assert found.startswith("Line 2: ")
    assert "((" not in found


@pytest.mark.parametrize(
    ("source", "text", "line"),
    [
        ("msmtp", MSMTP, 9),
        ("mutt", MUTT, 4),
        ("aerc", AERC, 3),
        ("himalaya", HIMALAYA_1, 10),
        ("himalaya", HIMALAYA_OLDEST, 8),
        ("mbsync", MBSYNC, 4),
        ("env", "SMTP_HOST=h.example\nSMTP_USERNAME=bob\nSMTP_PASSWORD_COMMAND=pass bob\n", 3),
    ],
)
def test_the_line_that_names_a_command_is_known(source: str, text: str, line: int) -> None:
    found = read(source, text.encode())[0]
    assert found.secret and found.secret_line == line


def test_too_much_is_refused() -> None:
    many = "".join(f"account a{number}\nhost h.example\n" for number in range(501))
    with pytest.raises(ValueError, match="more than 500"):
        read("msmtp", many.encode())
    with pytest.raises(ValueError, match="brackets"):
        read("himalaya", ("a = " + "[\n" * 5000 + "]\n" * 5000).encode())


def test_what_asks_mailwizard_is_no_reference_because_it_would_ask_itself() -> None:
    text = MSMTP.replace("gpg --quiet --decrypt ~/.msmtp.gpg | head -1", "'/opt/x y/mailwizard' secret work")
    assert read("msmtp", text.encode())[0].secret == ""


def test_a_found_account_can_be_saved_or_says_what_it_lacks(home: Path) -> None:
    from mailwizard.storage import profiles

    found = read("thunderbird", PREFS.encode())[0]
    account, server = saveable(found)
    profiles.save(account, server)
    saved = profiles.load("alice@example.com")
    assert saved.account.username == "alice@example.com" and saved.account.outgoing_username == "alice"
    assert saved.server.incoming == IMAPS and saved.server.outgoing == SUBMISSION
    with pytest.raises(ValueError, match="--address"):
        saveable(read("mbsync", MBSYNC.encode())[1])
    with pytest.raises(ValueError, match="no server"):
        saveable(read("aerc", AERC.encode())[1])
