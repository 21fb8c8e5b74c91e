"""Postfix and Dovecot as Debian ships them, started on loopback with a configuration of their own."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import trustme
from tests.real.loopback import MARK, all_is_written, free_ports, greets, introspection

from mailwizard.model import Endpoint, Protocol, Security

HOST = "localhost"
"""The name in the servers' certificate; 127.0.0.1 is the same machine under a name that is not."""
USER = "alice"
STRANGER = f"boss@{HOST}"
"""An address that belongs to somebody else."""
PASSWORD = 'Zq7"\\ é%+x9'
"""Quote, backslash, blank, a letter beyond ASCII, percent and plus."""
OTHER_USER = "bob"
OTHER_PASSWORD = 'Zq7"\\ e%+x9'
"""The same within ASCII, for programs that know no more."""
TOKEN = "ya29.a0Ae4lvC-real_token"
"""What the introspection endpoint knows as a token of the user's."""
PATIENCE = 30.0
"""Seconds in which a server must be up."""
DOVECOT, POSTFIX, POP3D = "/usr/sbin/dovecot", "/usr/sbin/postfix", "/usr/lib/dovecot/pop3"
LMTPD = "/usr/lib/dovecot/lmtp"


def missing() -> str:
    """Say in one line why the servers cannot be started here, or nothing."""
    for program in (DOVECOT, POSTFIX, POP3D, LMTPD):
        if not Path(program).exists():
            return f"needs {program} (on Debian: apt install postfix dovecot-imapd dovecot-pop3d dovecot-lmtpd)"
    if os.getuid() != 0:
        return "needs root, because Postfix and Dovecot start as root"
    version = subprocess.run([DOVECOT, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if not version.startswith("2.3."):
        return f"its Dovecot configuration is for 2.3, and this is {version}"
    return ""


@dataclass(frozen=True, slots=True)
class Servers:
    """What was started: where it listens, whose authority signed for it, and what it wrote down."""

    ports: tuple[tuple[Protocol, Security, int], ...]
    ca_file: Path
    log: Path

    def endpoint(self, protocol: Protocol, security: Security, host: str = HOST) -> Endpoint:
        """Return where a client finds a service."""
        return Endpoint(protocol, host, self.port(protocol, security), security)

    def port(self, protocol: Protocol, security: Security) -> int:
        """Return the port of a service."""
        return next(port for *service, port in self.ports if service == [protocol, security])

    def messages(self) -> int:
        """Count the messages that Postfix has taken so far."""
        log = self.log.with_name("postfix.log").read_text(encoding="utf-8", errors="replace")
        return log.count("message-id=")

    def hold(self, held: bool) -> None:
        """Let Postfix keep what it takes in its queue, or let all of it go."""
        folder = self.log.parent
        setting = "defer_transports = lmtp" if held else "defer_transports ="
        subprocess.run(["/usr/sbin/postconf", "-c", str(folder / "postfix"), "-e", setting], check=True)
        subprocess.run([POSTFIX, "-c", str(folder / "postfix"), "reload"], capture_output=True, check=True)
        if not held:
            subprocess.run(["/usr/sbin/postqueue", "-c", str(folder / "postfix"), "-f"], check=True)

    def delivered(self) -> None:
        """Wait until Postfix has nothing left in its queue."""
        queues = [self.log.parent / "queue" / name for name in ("active", "incoming", "deferred")]
        deadline = time.monotonic() + PATIENCE
        while any(path.is_file() for queue in queues for path in queue.rglob("*")):
            if time.monotonic() > deadline:
                raise RuntimeError("Postfix does not get rid of its messages")
            time.sleep(0.05)

    def empty(self) -> None:
        """Wait for what is on its way, and remove every message of the user."""
        self.delivered()
        configuration = str(self.log.with_name("dovecot.conf"))
        words = ("-c", configuration, "expunge", "-u", USER, "mailbox", "*", "all")
        subprocess.run(["/usr/bin/doveadm", *words], capture_output=True, check=True)

    def logins(self, service: str = "") -> int:
        """Count the sign-ins that Dovecot's auth process was asked for, right and wrong ones, for both servers."""
        all_is_written(self.log, self.log.parent / "queue" / "private" / "auth", PATIENCE)
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        asked = [line for line in lines if "client in: AUTH" in line and f"service={MARK}" not in line]
        return sum(f"service={service}" in line for line in asked)


@contextmanager
def running(folder: Path) -> Iterator[Servers]:
    """Start both servers below a folder that they may enter, and end them."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    chain = folder / "server.pem"
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(str(chain))
    chain.chmod(0o600)
    kinds = [(protocol, security) for protocol in Protocol for security in _ENCRYPTED]
    free = free_ports(len(kinds))
    servers = Servers(
        tuple((*kind, port) for kind, port in zip(kinds, free, strict=True)), folder / "ca.pem", folder / "dovecot.log"
    )
    with introspection(TOKEN, USER) as where, _dovecot(folder, servers, where), _postfix(folder, servers):
        yield servers


_ENCRYPTED = (Security.TLS, Security.STARTTLS)


@contextmanager
def _dovecot(folder: Path, servers: Servers, introspection: str) -> Iterator[None]:
    """Run Dovecot: IMAP, POP3, and the sign-ins of both servers."""
    queue = folder / "queue" / "private"
    queue.mkdir(parents=True)
    shutil.chown(queue, "postfix")
    (folder / "mail").mkdir(mode=0o777)
    (folder / "mail").chmod(0o777)
    known = {USER: PASSWORD, OTHER_USER: OTHER_PASSWORD}
    coded = {user: base64.b64encode(password.encode()).decode() for user, password in known.items()}
    (folder / "users").write_text("".join(f"{user}:{{PLAIN.b64}}{code}\n" for user, code in coded.items()))
    (folder / "users").chmod(0o644)
    (folder / "oauth2.conf").write_text(
        dedent(f"""\
        introspection_mode = post
        introspection_url = {introspection}
        username_attribute = username
        active_attribute = active
        active_value = true
        """)
    )
    configuration = folder / "dovecot.conf"
    configuration.write_text(
        dedent(f"""\
        base_dir = {folder}/dovecot
        state_dir = {folder}/dovecot
        log_path = {servers.log}
        instance_name = {folder.name}
        protocols = imap pop3 lmtp
        listen = 127.0.0.1
        ssl = required
        ssl_cert = <{folder}/server.pem
        ssl_key = <{folder}/server.pem
        auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 xoauth2 oauthbearer
        auth_debug = yes
        auth_username_format = %Ln
        auth_failure_delay = 0
        mail_location = maildir:{folder}/mail/%u
        mail_uid = nobody
        mail_gid = nogroup
        first_valid_uid = 1
        first_valid_gid = 1
        passdb {{
          driver = oauth2
          mechanisms = xoauth2 oauthbearer
          args = {folder}/oauth2.conf
        }}
        passdb {{
          driver = passwd-file
          mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
          args = scheme=PLAIN username_format=%u {folder}/users
        }}
        userdb {{
          driver = static
          args = uid=nobody gid=nogroup home={folder}/mail/%u allow_all_users=yes
        }}
        namespace inbox {{
          inbox = yes
          mailbox Junk {{
            auto = create
            special_use = \\Junk
          }}
          mailbox "Sent Items" {{
            auto = create
            special_use = \\Sent
          }}
        }}
        service lmtp {{
          unix_listener {queue}/lmtp-inbox {{
            mode = 0666
          }}
        }}
        service imap-login {{
          inet_listener imap {{
            port = {servers.port(Protocol.IMAP, Security.STARTTLS)}
          }}
          inet_listener imaps {{
            port = {servers.port(Protocol.IMAP, Security.TLS)}
            ssl = yes
          }}
        }}
        service pop3-login {{
          inet_listener pop3 {{
            port = {servers.port(Protocol.POP3, Security.STARTTLS)}
          }}
          inet_listener pop3s {{
            port = {servers.port(Protocol.POP3, Security.TLS)}
            ssl = yes
          }}
        }}
        service auth {{
          unix_listener {queue}/auth {{
            mode = 0666
          }}
        }}
        service anvil {{
          unix_listener anvil-auth-penalty {{
            mode = 0
          }}
        }}
        """)
    )
    # In the foreground it needs no file that says which process it is, and ends with its signal.
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(configuration)])
    try:
        _await_greeting(servers, Protocol.IMAP)
        _await_greeting(servers, Protocol.POP3)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


@contextmanager
def _postfix(folder: Path, servers: Servers) -> Iterator[None]:
    """Run Postfix for submission only; Dovecot checks its passwords."""
    configuration, data = folder / "postfix", folder / "data"
    owned = {f"{USER}@{HOST}": USER, f"{OTHER_USER}@{HOST}": OTHER_USER, STRANGER: "somebody"}
    owners = ", ".join(f"{{ {address} = {user} }}" for address, user in owned.items())
    configuration.mkdir()
    data.mkdir()
    shutil.chown(data, "postfix")
    (configuration / "main.cf").write_text(
        dedent(f"""\
        compatibility_level = 3.6
        queue_directory = {folder}/queue
        data_directory = {data}
        maillog_file = {folder}/postfix.log
        maillog_file_prefixes = {folder}
        myhostname = {HOST}
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        alias_maps =
        alias_database =
        import_environment = MAIL_CONFIG={configuration}
        smtpd_tls_chain_files = {folder}/server.pem
        smtpd_tls_security_level = encrypt
        smtpd_sasl_auth_enable = yes
        smtpd_sasl_type = dovecot
        smtpd_sasl_path = private/auth
        smtpd_relay_restrictions = permit_sasl_authenticated, reject
        smtpd_sender_login_maps = inline:{{ {owners} }}
        smtpd_sender_restrictions = reject_sender_login_mismatch
        mydestination = {HOST}
        local_recipient_maps =
        local_transport = lmtp:unix:private/lmtp-inbox
        """)
    )
    implicit, upgraded = (servers.port(Protocol.SMTP, security) for security in _ENCRYPTED)
    (configuration / "master.cf").write_text(
        dedent(f"""\
        127.0.0.1:{upgraded} inet n - n - - smtpd
        127.0.0.1:{implicit} inet n - n - - smtpd
          -o smtpd_tls_wrappermode=yes
        pickup unix n - n 60 1 pickup
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        tlsmgr unix - - n 1000? 1 tlsmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        proxymap unix - - n - - proxymap
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        lmtp unix - - n - - lmtp
        postlog unix-dgram n - n - 1 postlogd
        """)
    )
    control = [POSTFIX, "-c", str(configuration)]
    started = subprocess.run([*control, "start"], capture_output=True, text=True, check=False)
    if started.returncode:
        raise RuntimeError(f"Postfix did not start: {started.stdout}{started.stderr}")
    try:
        _await_greeting(servers, Protocol.SMTP)
        yield
    finally:
        subprocess.run([*control, "stop"], capture_output=True, check=False)


def _await_greeting(servers: Servers, protocol: Protocol) -> None:
    """Wait until a server greets on its port without TLS; by then it listens on the other one too."""
    deadline = time.monotonic() + PATIENCE
    while not greets(servers.port(protocol, Security.STARTTLS)):
        if time.monotonic() > deadline:
            raise RuntimeError(f"no server for {protocol} greets within {PATIENCE:g} s")
        time.sleep(0.05)
