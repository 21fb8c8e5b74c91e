"""Ways of getting a grant from an issuer, one flow a file.

A module offers ``NAME``, ``KINDS`` (of registrations), and of ``begin``/``redeem`` (with a browser), ``ask_device``/
``await_device`` (a code typed elsewhere), ``obtain`` (without a person), ``refresh`` and ``revoke`` those that it has.
Failures are ``oauth.…`` with the provider's own error code; nothing secret stands in them.
"""
