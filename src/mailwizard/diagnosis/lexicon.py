"""The words with which servers speak of the same things, in the languages that they speak."""

from __future__ import annotations

SUBJECTS: dict[str, str] = {
    "recipient": "rcptto rcpts destinatarios destinatari destinataires dest recipient recipients rcpt addressee"
    " destinataire empfänger empfaenger destinatario destinatário ontvanger mottagare odbiorca odbiorcy получатель"
    " получателя",
    "user": "user users username benutzer benutzername nutzer utilisateur usuario usuário utente użytkownik kullanıcı"
    " gebruiker användare пользователь userid",
    "mailbox": "mailbox mailboxes maildrop inbox postfach boite boîte buzón buzon casella caixa skrzynka postvak"
    " maildir mailfolder ящик",
    "account": "account accounts konto compte cuenta conta аккаунт member subscriber customer",
    "sender": "sender senders mailfrom absender absenderadresse expéditeur expediteur emetteur émetteur remitente"
    " remetente mittente nadawca nadawcy afzender avsändare отправитель отправителя",
    "from": "from",
    "sending": "sending outgoing outbound submission versand envío envio envoi invio отправка отправки wysyłka",
    "message": "message messages mail mails email emails e-mail nachricht nachrichten messaggio messaggi mensaje"
    " mensajes mensagem mensagens wiadomość wiadomości bericht письмо письма",
    "content": "content attachment attachments header headers body mime anhang contenu allegato",
    "password": "password passwords passwd passwort kennwort passphrase contraseña senha пароль hasło wachtwoord"
    " lösenord parola şifre heslo salasana credential credentials passe zugangsdaten pwd",
    "login": "login logins logon signin authentication authenticate authenticated authenticating auth authorization"
    " authentifizierung anmeldung authentification autenticación autenticação autenticazione logowanie logowania sasl"
    " authenticator identifiant ingreso acceso accesso einloggen вход авторизация авторизации inicio",
    "mechanism": "mechanism mechanisms method authtype",
    "client": "client ip ips hosts peer",
    "helo": "helohost helos helo ehlo",
    "domain": "domain domains domaine dominio domínio mx домен domena domein",
    "connection": "connection connections session sessions verbindung verbindungen connexion connexions conexión"
    " conexiones conexões connessioni bağlantı połączeń verbindingen",
    "command": "command commands verb befehl commande comando",
    "tls": "tls ssl starttls encryption encrypted secure",
    "relay": "rcpthosts rcpthost retransmissão retransmisión relai relaycheck relay relaying relays relayed relais"
    " relaytest",
    "folder": "folder folders ordner dossier carpeta pasta cartella",
    "quota": "quota overquota storage diskspace space speicherplatz kontingent",
    "limit": "limit limits threshold maximum rate hourly hour minute minutes attempts",
    "day": "daily day days today 24h month monthly täglich jour día dia credits tomorrow",
    "address": "address addresses adresse adresses dirección direccion endereço indirizzo adres адрес",
    "server": "server servers service backend system service's sistema servizio serveur servidor serwer сервер",
    "certificate": "certificate certificates cert zertifikat certificat certificado certificato сертификат",
    "host": "host hostname hôte",
    "network": "network internet netzwerk réseau rete",
    "token": "token tokens",
    "imap": "imap imap4",
    "pop": "pop pop3",
    "smtp": "smtp",
    "rdns": "ptr rdns reverse",
    "proof": "spf dkim dmarc arc",
    "list": "blacklist blacklisted blocklist blocklisted blacklists dnsbl rbl spamhaus spamcop sorbs listed",
}
"""What is spoken of, and its words."""

PREDICATES: dict[str, str] = {
    "unknown": "inexistent longer inconnus desconocida sconosciuta onbestaand ukjent neznámý nieznana unknown"
    " nonexistent non-existent undeliverable inconnu inconnue unbekannt unbekannter desconocido desconhecido"
    " sconosciuto nieznany onbekend okänd inexistant inexistente inesistente unrouteable unroutable",
    "full": "full overquota plein pleine voll lleno llena cheia cheio piena pieno pełna vol exhausted",
    "big": "large big oversized long groß trop_volumineux grande",
    "disabled": "inactivated inactivity inactive hangup inactif desactivado disables paused stopped désactivée"
    " deaktivert wyłączone uitgeschakeld disabled suspended deactivated terminated discontinued frozen deaktiviert"
    " désactivé suspendu deshabilitada desactivada desativada sospeso disattivato inaktiv abgeschaltet cancelled"
    " canceled banned revoked dormant archived archivee",
    "locked": "locked lockout gesperrt verrouillé bloqué bloqueada bloqueado bloccato zablokowane geblokkeerd",
    "blocked": "blocked blocking block blocks",
    "invalid": "invalid incorrect incorrectly wrong bad fail fails failed failure failing mismatch falsch ungültig"
    " ungueltig incorrecto incorrecta inválido inválida incorreto incorreta errato errata invalide incorrecte"
    " неверный неправильный nieprawidłowe błędne onjuist felaktigt fehlgeschlagen échec echec malsucedida"
    " unsuccessful mauvais errada fehlschlug falló fallo fallido fallida échoué fallito falhou ошибка misslyckades"
    " mislukt gagal başarısız",
    "malformed": "malformed syntax syntactically illegal unparseable unparsable unqualified fully-qualified",
    "denied": "denies negada negado recusada rechaza refuser denied deny refused refuse refuses rejected reject"
    " rejects rejecting prohibited forbidden unauthorized unauthorised disallowed verboten abgelehnt refusé refusée"
    " rechazado rechazada recusado rifiutato odrzucono geweigerd отклонено restricted unauthenticated declined"
    " unacceptable",
    "required": "required requires require needed needs mandatory necessary must erforderlich requis requise requerida"
    " requerido necessária wymagane vereist",
    "exceeded": "achieved overrun överskriden excedida superada dépassée ultrapassado exceeded exceeds exceed"
    " exceeding reached over limited throttled throttling excessive überschritten dépassé superado excedido superato"
    " przekroczono overschreden exceeded. hit",
    "many": "many viele demasiados demasiadas troppi muitas muitos much frequently fast fazla zbyt veel",
    "down": "unavailable temporarily temporary busy overloaded overload maintenance maintenance. problem unreachable"
    " nichtverfügbar indisponible indisponível momentan outage shutting",
    "error": "internal unexpected exception",
    "expired": "expired abgelaufen expiré caducada expirada scaduta expire",
    "spam": "spam unsolicited phishing bulk junk spammy ube uce",
    "virus": "virus viruses malware infected trojan virenverdacht",
    "lost": "lost dropped closed interrupted broken terminated aborted disconnected unterbrochen getrennt interrompue"
    " interrumpida interrotta perdue perdida persa",
    "timeout": "timeout timedout zeitüberschreitung délai",
    "loop": "loop loops looping hops hop",
}
"""What is said of it, and its words."""

NEGATED: dict[str, str] = {
    "unknown": "exist exists found find known such existe existiert gefunden trouvé encontrado trovato recognized"
    " recognised registered listed_here exsit",
    "denied": "allowed allow permitted permit authorized authorised accepted accept accepting accepts zugelassen"
    " erlaubt gestattet autorisé permitido autorizado consentito deliver",
    "invalid": "valid correct gültig valide",
    "unverified": "verified confirmed verifiziert",
    "down": "available responding verfügbar disponible",
    "unsupported": "supported support supports implemented unterstützt",
    "disabled": "enabled active activated freigeschaltet aktiviert activé",
    "mismatch": "match matches own owned owner belong belongs same",
    "required": "authenticated encrypted",
    "full": "enough sufficient",
}
"""What a word means behind a negation."""

PLAIN: dict[str, str] = {
    "unverified": "unverified unconfirmed",
    "unsupported": "unsupported unimplemented unrecognized unrecognised",
    "mismatch": "mismatches mismatched differs spoofed spoofing forged",
    "full": "insufficient",
}
"""Words that hold a negation."""

NEGATIONS: dict[str, str] = {
    "not": "not no t cannot never non none without kein keine keinen nicht pas aucun aucune ningún não nie niet inte"
    " нет не nobody nothing isnt doesnt dont nao neither nor",
}
"""Words that turn what follows them into its opposite."""


def words(*tables: dict[str, str]) -> dict[str, str]:
    """Return which concept each word of some tables stands for."""
    return {word: concept for table in tables for concept, listed in table.items() for word in listed.split()}
