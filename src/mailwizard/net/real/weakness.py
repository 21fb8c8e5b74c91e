"""What is wrong with an outdated way to encrypt, in words."""

from __future__ import annotations

import secrets

_SHORT = 2048
_LONGEST = 3072
"""Bits of a number beyond which it is not examined: that would take seconds."""
_ROUNDS = 3


def weakness(cipher: str, prime: int = 0) -> str:
    """Return why a cipher of OpenSSL's name is not taken; ``prime`` is the server's Diffie-Hellman number, if known.

    Examining a number makes it block, up to half a second.
    """
    if prime and not cipher.startswith("ADH-"):
        return _exchange(prime)
    for parts, why in _WHY:
        if any(part in cipher for part in parts):
            return why
    if cipher.startswith("DHE-"):
        return _CHOSEN
    if not cipher.startswith(("ECDHE-", "TLS_")):
        return _STATIC
    return "which is outdated" if "GCM" in cipher else _BLOCKS


_STATIC = "with which whoever gets the server's key later reads what is recorded today (no forward secrecy)"
_CHOSEN = "with a Diffie-Hellman number of the server's own choice, which programs have given up for elliptic curves"
_BLOCKS = "whose blocks and SHA-1 have been attacked (CBC)"
_WHY = (
    (("NULL",), "which does not encrypt at all"),
    (("ADH", "AECDH"), "without any certificate, so anybody could answer"),
    (("EXP-", "EXPORT"), "which was made to be broken (export grade)"),
    (("RC4-MD5",), "a stream cipher and a checksum that are both broken (RC4, MD5)"),
    (("RC4",), "a stream cipher that is broken (RC4)"),
    (("CBC3", "3DES"), "whose blocks are too short (triple DES)"),
    (("DES-",), "whose keys are guessed in hours (DES)"),
    (("PSK", "SRP"), "with a secret agreed on beforehand, which nobody has"),
)


def _exchange(prime: int) -> str:
    """Say what is wrong with a number for Diffie-Hellman."""
    bits = prime.bit_length()
    if bits < _SHORT:
        return f"with a Diffie-Hellman number of {bits} bits, which is too short"
    if bits <= _LONGEST and not _is_prime(prime):
        return "with a Diffie-Hellman number that is no prime, so its secret can be computed"
    if bits <= _LONGEST and not _is_prime(prime // 2):
        return "with a Diffie-Hellman number that may let small parts of the secret out (no safe prime)"
    return _CHOSEN


def _is_prime(number: int) -> bool:
    """Return whether a number is prime, wrong at most once in 64 times (Miller and Rabin)."""
    if number < 4 or not number & 1:
        return number in {2, 3}
    odd, twos = number - 1, 0
    while not odd & 1:
        odd, twos = odd >> 1, twos + 1
    for _ in range(_ROUNDS):
        power = pow(secrets.randbelow(number - 3) + 2, odd, number)
        if power in {1, number - 1}:
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True
