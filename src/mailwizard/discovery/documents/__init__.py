"""Read the configuration documents that mail providers publish: pure, bytes in, data out, nothing fetched.

``autoconfig`` reads Thunderbird's clientConfig, ``autodiscover`` Microsoft's answers (XML and JSON), ``pacc`` the
digest-checked JSON of the IETF draft, ``mailconf`` the TXT record that points to a clientConfig.

Every byte is hostile. What can be used comes back as a :class:`Configuration`; what cannot raises only
:class:`~mailwizard.model.Failure`: ``document.empty``, ``document.too-large``, ``document.too-deep`` (nested too
deeply, or too many parts), ``document.unsafe`` (a document type, entities, an encoding nobody should use),
``document.not-xml``, ``document.not-json``, ``document.not-a-document`` (well-formed, but something else: an HTML
page, a captive portal) and ``document.digest`` (not what DNS vouches for). A server that cannot be read is left out
with a note, and the rest is kept. All text is printable when it comes out of here.
"""

from mailwizard.discovery.documents.configuration import Configuration, Link, ServerEntry

__all__ = ["Configuration", "Link", "ServerEntry"]
