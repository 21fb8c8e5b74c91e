"""Configuration documents as providers and panels publish them, for made-up domains."""

from __future__ import annotations

from mailwizard.model import Address

ALICE = Address("al.ice", "example.com", "example.com")
BUECHER = Address("anna", "xn--bcher-kva.example", "bücher.example")

CLIENT_CONFIG = b"""<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="example.com">
    <domain>example.com</domain>
    <domain purpose="mx">mx.example.net</domain>
    <displayName>%EMAILDOMAIN% Mail</displayName>
    <displayShortName>Example</displayShortName>
    <incomingServer type="pop3">
      <hostname>pop.example.com</hostname><port>995</port><socketType>SSL</socketType>
      <username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication>
      <pop3><leaveMessagesOnServer>true</leaveMessagesOnServer></pop3>
    </incomingServer>
    <incomingServer type="imap">
      <hostname>imap.%EMAILDOMAIN%</hostname><port> 993 </port><socketType>ssl</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>OAuth2</authentication><authentication>password-cleartext</authentication>
    </incomingServer>
    <incomingServer type="imap">
      <hostname>imap.example.com</hostname><port>143</port><socketType>plain</socketType>
      <username>%EMAILADDRESS%</username><authentication>plain</authentication>
    </incomingServer>
    <incomingServer type="exchange">
      <hostname>ews.example.com</hostname><port>443</port><username>%EMAILADDRESS%</username>
      <socketType>SSL</socketType><authentication>OAuth2</authentication>
      <owaURL>https://ews.example.com/owa/</owaURL><ewsURL>https://ews.example.com/ews/exchange.asmx</ewsURL>
    </incomingServer>
    <outgoingServer type="smtp">
      <hostname>smtp.example.com</hostname><port>587</port><socketType>STARTTLS</socketType>
      <username>%EMAILLOCALPART%.%EMAILDOMAIN%</username><authentication>password-encrypted</authentication>
      <restriction>client-IP-address</restriction>
      <addThisServer>true</addThisServer><useGlobalPreferredServer>true</useGlobalPreferredServer>
    </outgoingServer>
    <documentation url="https://help.example.com/a?b=1&amp;c=%EMAILDOMAIN%">
      <descr lang="de">Einrichten</descr><descr lang="en">Set up</descr>
    </documentation>
    <enable visiturl="https://help.example.com/on">
      <instruction>Switch on IMAP</instruction><instruction lang="lv">Iesl\xc4\x93gt</instruction>
    </enable>
  </emailProvider>
  <oAuth2><issuer>login.example.com</issuer></oAuth2>
  <webMail><loginPage url="https://mail.%EMAILDOMAIN%"/></webMail>
</clientConfig>
"""

PANEL_ANSWER = b"""<?xml version="1.0" encoding="utf-8" ?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">
<User><DisplayName>Alice Example</DisplayName></User>
<Account><AccountType>email</AccountType><Action>settings</Action>
<Protocol><Type>IMAP</Type><Server>mail.example.com</Server><Port>993</Port><DomainRequired>off</DomainRequired>
<LoginName>al.ice@example.com</LoginName><SPA>off</SPA><SSL>on</SSL><AuthRequired>on</AuthRequired></Protocol>
<Protocol><Type>POP3</Type><Server>mail.example.com</Server><Port>995</Port><DomainRequired>off</DomainRequired>
<LoginName>al.ice@example.com</LoginName><SPA>off</SPA><SSL>on</SSL><AuthRequired>on</AuthRequired></Protocol>
<Protocol><Type>SMTP</Type><Server>mail.example.com</Server><Port>465</Port><DomainRequired>off</DomainRequired>
<LoginName>al.ice@example.com</LoginName><SPA>off</SPA><SSL>on</SSL><AuthRequired>on</AuthRequired>
<UsePOPAuth>on</UsePOPAuth><SMTPLast>off</SMTPLast></Protocol>
</Account></Response></Autodiscover>
"""

EXCHANGE_ANSWER = b"""<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
  <Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">
    <User><DisplayName>Alice</DisplayName><LegacyDN>/o=Example/cn=alice</LegacyDN>
      <AutoDiscoverSMTPAddress>al.ice@example.com</AutoDiscoverSMTPAddress></User>
    <Account><AccountType>email</AccountType><Action>settings</Action><MicrosoftOnline>False</MicrosoftOnline>
      <Protocol><Type>EXCH</Type><Server>b1c2@example.com</Server><ServerDN>/o=Example</ServerDN>
        <AD>dc.example.com</AD><ASUrl>https://ex.example.com/EWS/Exchange.asmx</ASUrl>
        <EwsUrl>https://ex.example.com/EWS/Exchange.asmx</EwsUrl><OABUrl>https://ex.example.com/OAB/1/</OABUrl>
      </Protocol>
      <Protocol><Type>EXPR</Type><Server>ex.example.com</Server><SSL>On</SSL><AuthPackage>Ntlm</AuthPackage>
        <CertPrincipalName>None</CertPrincipalName></Protocol>
      <Protocol><Type>WEB</Type><Internal><OWAUrl AuthenticationMethod="Basic, Fba">https://ex.example.com/owa/</OWAUrl>
        <Protocol><Type>EXCH</Type><ASUrl>https://ex.example.com/EWS/Exchange.asmx</ASUrl></Protocol></Internal>
      </Protocol>
      <Protocol Type="mapiHttp" Version="1"><External><MailStore><ExternalUrl>https://ex.example.com/mapi</ExternalUrl>
        </MailStore></External></Protocol>
    </Account>
  </Response>
</Autodiscover>
"""

ERROR_ANSWER = b"""<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
  <Response><Error Time="21:25:04.8897083" Id="4130155072"><ErrorCode>600</ErrorCode>
  <Message>Invalid Request</Message><DebugData /></Error></Response>
</Autodiscover>
"""

PACC = b"""{"protocols": {"imap": {"host": "imap.example.com"}, "pop3": {"host": "pop.example.com"},
 "submit": {"host": "smtp.example.com"}, "jmap": {"url": "https://jmap.example.com/session"},
 "managesieve": {"host": "sieve.example.com"}},
 "authentication": {"oauth-public": {"issuer": "https://login.example.com"}, "password": true},
 "info": {"provider": {"name": "Example Mail", "shortName": "Example"},
          "help": {"documentation": "https://help.example.com/", "contact": ["mailto:help@example.com",
                   "https://help.example.com/contact"]}}}
"""

PORTAL = b"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html><head><title>
  Airport   &amp; WiFi: sign in</title></head><body>Please accept the terms.</body></html>
"""

V2_ANSWER = b'{"Protocol":"AutodiscoverV1","Url":"https://autodiscover.example.com/autodiscover/autodiscover.xml"}'

ALL = (CLIENT_CONFIG, PANEL_ANSWER, EXCHANGE_ANSWER, ERROR_ANSWER, PACC, PORTAL, V2_ANSWER)
