"""Marked words, and the search for them in bytes, however they are written there.

A marker is a stem, made anew for each run, and a number. Stems are few, so that looking for all
of them in everything is quick; the number says which marker was found.
"""

import base64
import re
import secrets
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from itertools import count
from typing import NamedTuple

LENGTH = 6  # digits of the number


class Spelling(NamedTuple):
    """One way to write stem and number: the constant part, and what follows it."""

    stem: bytes
    number: bytes  # a pattern with one group
    before: bytes = b""  # base64: what stands before the stem in its first group
    skipped: int = 0  # base64: bytes before the number

    def numbers(self, data: bytes) -> Iterator[str]:
        """The numbers behind every stem. `in` first: it is far quicker than a pattern."""
        if self.stem in data:
            for found in re.finditer(re.escape(self.stem) + self.number, data):
                yield self._read(found[1])

    def _read(self, text: bytes) -> str:
        if self.skipped:
            whole = (self.before + self.stem + text.rstrip(b"=")).translate(_URL_SAFE)
            padded = whole + b"A" * (-len(whole) % 4)
            return base64.b64decode(padded)[self.skipped :][:LENGTH].decode("latin-1")
        if text.isdigit() and len(text) == LENGTH:
            return text.decode()
        digits = text.replace(b"\0", b"").replace(b"%", b"")
        return (digits if len(digits) == LENGTH else bytes.fromhex(digits.decode())).decode()


_URL_SAFE = bytes.maketrans(b"-_", b"+/")


@dataclass
class Markers:
    """The markers of one run: words of letters, numbers of digits, and addresses.

    Addresses are looked for as text, packed and as hexadecimal; of an IPv4 address the last two
    are four bytes, which random data hold by chance: there it is its decimal number instead.
    """

    network: IPv4Network
    words: str = field(default_factory=lambda: _random(string.ascii_lowercase, 14))
    digits: str = field(default_factory=lambda: _random("123456789", 10))
    prefix: str = field(default_factory=lambda: f"2001:db8:{_random('123456789abcdef', 4)}:")
    made: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)  # of these, nothing was to be kept
    _count: Iterator[int] = field(default_factory=lambda: count(1))
    _addresses: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        stems = (self.words, self.digits)
        self._spellings = [(stem, each) for stem in stems for each in spellings(stem)]

    def word(self) -> str:
        """A new one, of letters and digits only: no way of quoting changes it."""
        return self._new(self.words)

    def number(self) -> str:
        """A new one of digits only, for a telephone."""
        return self._new(self.digits)

    def address(self) -> str:
        """A new address, IPv4 and IPv6 in turn."""
        number = next(self._addresses)
        address = str(self.network[number // 2 % 250 + 1]) if number % 2 else self._v6(number)
        self.made.add(address)
        return address

    def found_in(self, data: bytes) -> set[str]:
        """The markers in the data, in whatever spelling."""
        return self._words_in(data) | set(self._addresses_in(data))

    def _words_in(self, data: bytes) -> set[str]:
        return {stem + number for stem, each in self._spellings for number in each.numbers(data)}

    def _addresses_in(self, data: bytes) -> Iterator[str]:
        dotted = str(self.network[0]).rpartition(".")[0].encode() + b"."
        if dotted in data:
            yield from (m[0].decode() for m in re.finditer(re.escape(dotted) + rb"\d+", data))
        for address in self._decimals_in(data):
            yield str(ip_address(address))
        yield from self._v6_in(data)

    def _decimals_in(self, data: bytes) -> Iterator[int]:
        first, last = int(self.network[0]), int(self.network[-1])
        common = str(first)[:6].encode()
        if common in data:
            pattern = rb"(?<![0-9a-fA-F])" + common + rb"\d{4}(?![0-9a-fA-F])"
            for found in re.finditer(pattern, data):
                if first <= int(found[0]) <= last:
                    yield int(found[0])

    def _v6_in(self, data: bytes) -> Iterator[str]:
        network = IPv6Network(f"{self.prefix}:/48")
        packed = network.network_address.packed[:6]
        exploded = network.network_address.exploded[:15].encode()
        for stem, rest in (
            (self.prefix.encode(), rb"[0-9a-f:]*"),
            (exploded, rb"[0-9a-f:]*"),
            (packed, rb"[\s\S]{10}"),
            (packed.hex().encode(), rb"[0-9a-f]{20}"),
        ):
            if stem in data:
                for found in re.finditer(re.escape(stem) + rest, data):
                    yield _v6_of(found[0])

    def _new(self, stem: str) -> str:
        marker = f"{stem}{next(self._count):0{LENGTH}}"
        self.made.add(marker)
        return marker

    def _v6(self, number: int) -> str:
        return str(IPv6Address(f"{self.prefix}:{number:x}"))


def spellings(stem: str) -> list[Spelling]:
    """Plain, in capitals, UTF-16 both ways, hexadecimal, percent-encoded and base64."""
    plain = stem.encode()
    hexadecimal = rb"((?:3[0-9]){%d})" % LENGTH
    percent = rb"((?:%%3[0-9]){%d})" % LENGTH
    return [
        Spelling(plain, rb"([0-9]{%d})" % LENGTH),
        Spelling(stem.upper().encode(), rb"([0-9]{%d})" % LENGTH),
        Spelling(stem.encode("utf-16-le"), rb"((?:[0-9]\0){%d})" % LENGTH),
        Spelling(stem.encode("utf-16-be"), rb"((?:\0[0-9]){%d})" % LENGTH),
        Spelling(plain.hex().encode(), hexadecimal),
        Spelling(plain.hex().upper().encode(), hexadecimal),
        Spelling(_percent(plain), percent),
        Spelling(_percent(plain).upper(), percent),
        *(each for offset in range(3) for each in _base64(plain, offset)),
    ]


def _percent(plain: bytes) -> bytes:
    return b"".join(b"%%%02x" % byte for byte in plain)


def _base64(plain: bytes, offset: int) -> set[Spelling]:
    """Where the stem begins `offset` bytes into a group of three; only the characters in between
    are the same whatever stands around it.
    """
    encoded = base64.b64encode(b"\0" * offset + plain + b"0" * LENGTH)
    first, last = -(-8 * offset // 6), 8 * (offset + len(plain)) // 6
    rest = -(-8 * (offset + len(plain) + LENGTH) // 6)
    whole = -(-rest // 4) * 4  # to the end of its group
    number = rb"([A-Za-z0-9+/_=-]{%d,%d})" % (rest - last, whole - last)
    stem = encoded[first:last]
    return {
        Spelling(each, number, encoded[:first], offset + len(plain))
        for each in (stem, stem.replace(b"+", b"-").replace(b"/", b"_"))
    }


def _v6_of(found: bytes) -> str:
    if b":" in found and found.startswith(b"2001:"):
        text = found.decode().rstrip(":")
        return str(ip_address(text)) if text.count(":") > 2 else text
    packed = found if len(found) == 16 else bytes.fromhex(found.decode())
    return str(IPv6Address(packed))


def _random(letters: str, length: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))
