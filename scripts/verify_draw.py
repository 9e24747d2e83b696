#!/usr/bin/env python3
"""Check a draw of inspections from its published bundle, trusting nobody.

    python3 verify_draw.py BUNDLE [--strict] [--json] [--lang zh|en] [--key FILE|HEX ...]

BUNDLE is a folder or a zip. One file, Python 3.11 or newer, its standard library only, no network, no clock. It is a
second implementation of the protocol `double-random/1`, written from the protocol's text and not from the service's
code; "section N" below is a section of that text.

What it proves. From the frozen list (`manifest.json` and its four tables) and the public randomness that the manifest
named before it existed, everything else follows: the seed, each enterprise's lot number, the order, who was drawn,
which people were given to which enterprise, and every replacement afterwards. All of it is computed again here and
compared byte for byte. The randomness itself is checked: a drand pulse by its BLS signature, a NIST pulse by its RSA
signature, a secret by its commitment. So is what people signed and logged, where the bundle holds signatures and a log.

What it cannot prove. That the list was complete: compare it with the directory. That dice fell as written, or that a
lottery drew those numbers: ask the witnesses, look at the published result. That a NIST certificate, or a key which
only the bundle offers, belongs to whom it says: compare it, and name the keys you trust with --key. And the order in
time, unless witnesses outside the office cosigned the log as it grew.

Each check ends in one of four ways, with one line that says why:

    pass     computed again, and equal
    warn     nothing is wrong, but less is shown than could be; the line says what
    FAIL     wrong; the first difference is shown with file, line, what was expected and what was found
    absent   cannot be told from this bundle; the line says what is missing, or which check failed before

Exit status: 0 nothing failed (with --strict also nothing warned, nothing absent); 1 a check failed; 2 the input cannot
be used: no such path, neither folder nor zip, a damaged or hostile zip, no `manifest.json` or `plan.json` in it, or a
wrong command line.

The checks of a draw, numbered as in section 11: 1 files, tables, strata, references, teams; 2 manifest, signatures,
inclusion, checkpoint, cosignatures; 3 time; 4 randomness, and one `randomness:<id>` for each source; 5 seed; 6 order;
7 level, assignment, unfilled; 8 result; 9 events, state; 10 sequence; 11 reveal. A folder with `plan.json` is the
lottery of an annual plan (section 13): 1 files, tables, classes; 2 to 5 as above; 6 months.

How --key is read: 64 hex digits, or a file with such digits, a PEM public key, or a note's verifier key
(`name+hash+base64`); all Ed25519. Section 9 leaves the form of some files to the bundle; they are read like this. An
envelope's `keyid` is the key's 32 bytes in hex, or anything else as a hint. `log/entries.jsonl` has one entry a line,
ascending by sequence: the whole log, or some entries with proofs. `log/proofs.json` has "type", which is
"double-random/1/proofs"; "inclusion", a list of {"sequence", "path"}, and "checkpoints", a list of {"note",
"consistency"} ascending by size: paths of hex hashes to `log/checkpoint` from entries and from earlier checkpoints; and
"keys", Ed25519 keys in hex that the bundle offers, so that signatures can be checked without being trusted.
"""

from __future__ import annotations

import argparse
import base64
import bisect
import dataclasses
import datetime
import functools
import hashlib
import io
import itertools
import json
import os
import re
import stat
import struct
import sys
import unicodedata
import zipfile
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

# ---------------------------------------------------------------------------------------------------------------------
# Outcomes, in two languages
# ---------------------------------------------------------------------------------------------------------------------


class Text(NamedTuple):
    """One sentence in both languages."""

    zh: str
    en: str


def say(template: str, *values: object) -> Text:
    """Fills the places of a template "Chinese | English"."""
    zh, en = template.split(" | ")
    return Text(
        zh.format(*(value.zh if isinstance(value, Text) else value for value in values)),
        en.format(*(value.en if isinstance(value, Text) else value for value in values)),
    )


class Finding(Exception):
    """Why a check did not pass: its outcome, the sentence, and the place where it was seen first."""

    def __init__(
        self, outcome: str, text: Text, file: str | None = None, line: int | None = None, *values: object
    ) -> None:
        super().__init__(text.en)
        self.outcome, self.text, self.file, self.line = outcome, text, file, line
        self.expected, self.found = (None if value is None else shown(value) for value in values or (None, None))


Place = str | tuple[str, int | None]


def fail(template: str, *values: object, at: Place, expected: object = None, found: object = None) -> Finding:
    """A difference, at a file or at a line of it."""
    file, line = (at, None) if isinstance(at, str) else at
    return Finding("FAIL", say(template, *values), file, line, expected, found)


def warn(template: str, *values: object) -> Finding:
    """Nothing wrong, but less shown than could be."""
    return Finding("warn", say(template, *values))


def absent(template: str, *values: object) -> Finding:
    """Not to be told from this bundle."""
    return Finding("absent", say(template, *values))


def because(check: str, file: str = "") -> Finding:
    """The outcome of a check whose inputs another check refused."""
    return absent("因为 {0} 未通过{1} | because {0} failed{1}", check, f" ({file})" if file else "")


class Unusable(Exception):
    """The input is no bundle at all: exit status 2."""

    def __init__(self, template: str, *values: object) -> None:
        self.text = say(template, *map(shown, values))
        super().__init__(self.text.en)


def shown(value: object) -> str:
    """A value for people's eyes: one line, cut short, nothing in it that could steer a terminal."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "backslashreplace")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return text if len(text) <= 200 else text[:197] + "..."


# ---------------------------------------------------------------------------------------------------------------------
# The bundle (section 10): a folder or a zip, read whole, within declared limits
# ---------------------------------------------------------------------------------------------------------------------

TABLES = ("pool.tsv", "inspectors.tsv", "recusals.tsv", "excluded.tsv")
COMMON_FILES = ["seed.txt", "log/checkpoint", "log/entries.jsonl", "log/proofs.json", "README.txt", "verify_draw.py"]
RESULT_FILES = ["order.tsv", "assign.tsv", "result.json", "result.dsse.json", "events.tsv", "state.tsv"]
BUNDLE_FILES = {
    "draw": {"manifest.json", "manifest.dsse.json", *TABLES, *RESULT_FILES, *COMMON_FILES},
    "plan": {"plan.json", "plan.dsse.json", "enterprises.tsv", "months.tsv", *COMMON_FILES},
}
RANDOMNESS_FILE = re.compile(r"randomness/([a-z0-9-]{1,24})\.json")

MOST_FILES = 2_000
MOST_BYTES = 1 << 30  # of all files together, unpacked
MOST_RATIO = 100  # unpacked to packed, for a file above 1 MiB; tables stay below 15

Files = dict[str, bytes | None]
Reader = Callable[[int], bytes]  # reads at most so many bytes


def read_bundle(path: str) -> Files:
    """The files of a bundle by name; None stands for a file that no bundle holds, which is not read."""
    try:
        place = Path(path)
        if place.is_dir():
            return read_items(dict(folder_items(place)))
        if not place.exists():
            raise Unusable("没有这个路径：{} | no such path: {}", path)
        if not place.is_file() or not zipfile.is_zipfile(place):
            raise Unusable("既不是文件夹也不是 zip：{} | neither a folder nor a zip: {}", path)
        with zipfile.ZipFile(place) as archive:
            return read_items(zip_items(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unusable("zip 已损坏：{} | damaged zip: {}", str(error) or type(error).__name__) from None
    except OSError as error:
        raise Unusable("无法读取：{} | cannot be read: {}", error.strerror or type(error).__name__) from None
    except (ValueError, struct.error, OverflowError, MemoryError) as error:
        raise Unusable("无法读取：{} | cannot be read: {}", type(error).__name__) from None


def kind_of(names: Iterable[str]) -> str:
    """`draw` or `plan`, by the root file that is there."""
    names = sorted(names)
    for root, kind in (("manifest.json", "draw"), ("plan.json", "plan")):
        if root in names:
            return kind
        for name in names:
            if name.endswith("/" + root):
                raise Unusable("顶层没有 {0}，但有 {1} | no {0} at the top, but there is {1}", root, name)
    raise Unusable("其中没有 manifest.json 或 plan.json | no manifest.json or plan.json in it")


def over_limit(name: str) -> Unusable:
    """A bundle of absurd size."""
    limits = f"{MOST_FILES} files, {MOST_BYTES >> 20} MiB, 1:{MOST_RATIO}"
    return Unusable("超出限制（{1}）：{0} | over the limit ({1}): {0}", name, limits)


def read_items(items: dict[str, Reader]) -> Files:
    """Reads what a bundle may hold, and stops at the limit."""
    kind, left = kind_of(items), MOST_BYTES
    files: Files = dict.fromkeys(items)
    for name, read in items.items():
        if name in BUNDLE_FILES[kind] or RANDOMNESS_FILE.fullmatch(name):
            data = files[name] = read(left + 1)
            left -= len(data)
            if left < 0:
                raise over_limit(name)
    return files


def folder_items(folder: Path) -> Iterator[tuple[str, Reader]]:
    """The plain files below a folder; links are not followed."""

    def reader(path: Path) -> Reader:
        def read(most: int) -> bytes:
            with path.open("rb") as stream:
                return stream.read(most)

        return read

    pending, count = [(folder, "")], 0
    while pending:
        place, prefix = pending.pop()
        for item in place.iterdir():
            mode, name, count = item.lstat().st_mode, prefix + item.name, count + 1
            if count > MOST_FILES:
                raise over_limit(name)
            if stat.S_ISDIR(mode):
                pending.append((item, name + "/"))
            elif stat.S_ISREG(mode):
                yield name, reader(item)
            else:
                raise Unusable("不是普通文件：{} | not a plain file: {}", name)


def zip_items(archive: zipfile.ZipFile) -> dict[str, Reader]:
    """The files of a zip, unless its names or sizes are hostile."""

    def reader(entry: zipfile.ZipInfo) -> Reader:
        def read(most: int) -> bytes:
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile(f"compression {entry.compress_type}")
            with archive.open(entry) as stream:
                return stream.read(most)

        return read

    items: dict[str, Reader] = {}
    for entry in archive.infolist():
        name = entry.orig_filename
        if len(items) >= MOST_FILES or entry.file_size > max(1 << 20, MOST_RATIO * entry.compress_size):
            raise over_limit(name)
        if stat.S_ISLNK(entry.external_attr >> 16) or re.search(r"[\\:\x00]|(^|/)\.{0,2}(/|$)", name.removesuffix("/")):
            raise Unusable("zip 内的路径不可接受：{} | a path trick in the zip: {}", name)
        if name in items:
            raise Unusable("zip 内重名：{} | twice in the zip: {}", name)
        if name not in ("randomness/", "log/"):
            items[name] = reader(entry)
    return items


# ---------------------------------------------------------------------------------------------------------------------
# Hashes and trees (sections 1.2 and 9)
# ---------------------------------------------------------------------------------------------------------------------


def sha256(data: bytes) -> bytes:
    """H."""
    return hashlib.sha256(data).digest()


def hex_sha256(data: bytes) -> str:
    """H in hex."""
    return hashlib.sha256(data).hexdigest()


def leaf_hash(data: bytes) -> bytes:
    """A leaf of RFC 6962."""
    return sha256(b"\x00" + data)


def node_hash(left: bytes, right: bytes) -> bytes:
    """An inner node of RFC 6962."""
    return sha256(b"\x01" + left + right)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """RFC 6962 tree hash. A last node without a partner rises as it is: this builds the same tree as the RFC."""
    level = [leaf_hash(leaf) for leaf in leaves] or [sha256(b"")]
    while len(level) > 1:
        pairs = [node_hash(a, b) for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[2 * len(pairs) :]
    return level[0]


def lines_of(data: bytes) -> list[bytes]:
    """The lines of a table file, without their LF."""
    return data.split(b"\n")[:-1]


def root_from_path(leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes | None:
    """RFC 9162 section 2.1.3.2: the root that an inclusion path leads to, None if the path does not fit."""
    node, place, last = leaf, index, size - 1
    for sibling in path:
        if last <= 0:
            return None
        if place % 2 or place == last:
            node = node_hash(sibling, node)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return node if last == 0 and index < size else None


def is_extension(old: int, old_root: bytes, new: int, new_root: bytes, path: list[bytes]) -> bool:
    """RFC 9162 section 2.1.4.2: does the tree of `new` leaves begin with the tree of `old` leaves?"""
    if old == new:
        return old_root == new_root and not path
    if old & (old - 1) == 0:
        path = [old_root, *path]
    if not 0 < old < new or not path:
        return False
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


# ---------------------------------------------------------------------------------------------------------------------
# Signatures. Verification only: nothing here is secret, so the formulas are the plainest ones, not constant-time ones.
# ---------------------------------------------------------------------------------------------------------------------

# Ed25519 (RFC 8032). Points in extended coordinates.

ED_P = 2**255 - 19
ED_L = 2**252 + 27742317777372353535851937790883648493
ED_D = -121665 * pow(121666, -1, ED_P) % ED_P
EdPoint = tuple[int, int, int, int]


def ed_add(a: EdPoint, b: EdPoint) -> EdPoint:
    """The sum of two points."""
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    m, n = (y1 - x1) * (y2 - x2) % ED_P, (y1 + x1) * (y2 + x2) % ED_P
    c, d = 2 * t1 * t2 * ED_D % ED_P, 2 * z1 * z2 % ED_P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % ED_P, g * h % ED_P, f * g % ED_P, e * h % ED_P


def ed_multiply(scalar: int, point: EdPoint) -> EdPoint:
    """A multiple of a point."""
    total: EdPoint = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = ed_add(total, point)
        point, scalar = ed_add(point, point), scalar >> 1
    return total


def ed_decode(data: bytes) -> EdPoint:
    """A point from its 32 bytes; ValueError unless they are the point's one canonical form."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    square = (y * y - 1) * pow(ED_D * y * y + 1, -1, ED_P) % ED_P
    x = pow(square, (ED_P + 3) // 8, ED_P)
    if x * x % ED_P != square:
        x = x * pow(2, (ED_P - 1) // 4, ED_P) % ED_P
    if y >= ED_P or x * x % ED_P != square or (x == 0 and sign):
        raise ValueError("not a point")
    x = x if x & 1 == sign else ED_P - x
    return x, y, 1, x * y % ED_P


def ed25519_holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """Did the owner of the key sign the message?"""
    scalar = int.from_bytes(signature[32:], "little")
    if len(key) != 32 or len(signature) != 64 or scalar >= ED_L:
        return False
    try:
        public, nonce = ed_decode(key), ed_decode(signature[:32])
    except ValueError:
        return False
    if ed_multiply(8, public)[0] == 0:  # a key of small order would seem to sign everything
        return False
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ED_L
    base = ed_decode((4 * pow(5, -1, ED_P) % ED_P).to_bytes(32, "little"))
    x1, y1, z1, _ = ed_multiply(scalar, base)
    x2, y2, z2, _ = ed_add(nonce, ed_multiply(hashed, public))
    return (x1 * z2 - x2 * z1) % ED_P == 0 and (y1 * z2 - y2 * z1) % ED_P == 0


# BLS12-381, fields and curves. P is the field's prime and R the order of the groups, both made from one parameter
# x = -X. G1 lies on y^2 = x^3 + 4 over Fp, G2 on y^2 = x^3 + 4(1+u) over Fp2 = Fp[u]/(u^2+1). One class serves both:
# an element of Fp is an element of Fp2 without u. A point is (x, y); the point at infinity is None.

X = 0xD201000000010000
R = X**4 - X**2 + 1
P = (X + 1) ** 2 * R // 3 - X


class Fp2:
    """a + b u, with u^2 = -1."""

    __slots__ = ("a", "b")

    def __init__(self, a: int, b: int = 0) -> None:
        self.a, self.b = a % P, b % P

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fp2) and self.a == other.a and self.b == other.b

    def __hash__(self) -> int:
        return hash((self.a, self.b))

    def __add__(self, other: Fp2) -> Fp2:
        return Fp2(self.a + other.a, self.b + other.b)

    def __sub__(self, other: Fp2) -> Fp2:
        return Fp2(self.a - other.a, self.b - other.b)

    def __mul__(self, other: Fp2) -> Fp2:
        a, b, c, d = self.a, self.b, other.a, other.b
        return Fp2(a * c - b * d, a * d + b * c)

    def inverse(self) -> Fp2:
        """One over this."""
        norm = pow(self.a * self.a + self.b * self.b, -1, P)
        return Fp2(self.a * norm, -self.b * norm)

    def root(self) -> Fp2 | None:
        """A square root, or None. P is 3 mod 4, so that a root in Fp is one power."""
        norm = pow(self.a * self.a + self.b * self.b, (P + 1) // 4, P)
        for half in ((self.a + norm) * (P + 1) // 2, (self.a - norm) * (P + 1) // 2):
            real = pow(half, (P + 1) // 4, P)
            if real:
                found = Fp2(real, self.b * pow(2 * real, -1, P))
                if found * found == self:
                    return found
        return None


Affine = tuple[Fp2, Fp2]
Point = Affine | None


def slope(p: Affine, q: Affine) -> Fp2:
    """Of the line through two points, or of the tangent when they are one."""
    if p == q:
        return Fp2(3) * p[0] * p[0] * (p[1] + p[1]).inverse()
    return (q[1] - p[1]) * (q[0] - p[0]).inverse()


def add(p: Point, q: Point) -> Point:
    """The sum of two points of one curve."""
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p != q or p[1] == Fp2(0)):
        return None
    m = slope(p, q)
    x = m * m - p[0] - q[0]
    return x, m * (p[0] - x) - p[1]


def multiply(scalar: int, point: Point) -> Point:
    """A multiple of a point."""
    total: Point = None
    for bit in bin(scalar)[2:]:
        total = add(total, total)
        total = add(total, point) if bit == "1" else total
    return total


def decompress(data: bytes) -> Point:
    """A point from its 48 bytes (G1) or 96 bytes (G2); ValueError unless the point encodes to just these bytes."""
    compressed, infinite, greater = (bool(data[0] & flag) for flag in (0x80, 0x40, 0x20))
    plain = bytes([data[0] & 0x1F]) + data[1:]
    numbers = [int.from_bytes(plain[i : i + 48], "big") for i in range(0, len(plain), 48)]
    if not compressed or max(numbers) >= P or (infinite and (greater or any(numbers))):
        raise ValueError("not canonical")
    if infinite:
        return None
    x = Fp2(*reversed(numbers))
    y = (x * x * x + (Fp2(4) if len(numbers) == 1 else Fp2(4, 4))).root()
    if y is None:
        raise ValueError("not on the curve")
    return x, y if ((y.b or y.a) > P // 2) == greater else Fp2(0) - y


# BLS12-381, the pairing. Fp12 = Fp[w]/(w^12 - 2 w^6 + 2) as twelve coefficients; u = w^6 - 1. The twist carries (x, y)
# of G2 to (x / w^2, y / w^3). The line with slope m through T there, taken at S of G1 and multiplied by w^3, is
#     (m xT - yT)  -  m xS w^2  +  yS w^3.
# Factors from proper subfields, as that w^3, do not matter: the final power removes them.

Fp12 = list[int]
ONE: Fp12 = [1] + [0] * 11


def times(f: Fp12, g: Fp12) -> Fp12:
    """The product in Fp12."""
    wide = [0] * 23
    for i, a in enumerate(f):
        if a:
            for j, b in enumerate(g, i):
                wide[j] += a * b
    for k in range(22, 11, -1):
        wide[k - 6] += 2 * wide[k]
        wide[k - 12] -= 2 * wide[k]
    return [c % P for c in wide[:12]]


def tangent_at(t: Affine, m: Fp2, s: Affine) -> Fp12:
    """The line with slope m through T, taken at S."""
    value = [0] * 12
    for power, part in ((0, m * t[0] - t[1]), (2, Fp2(0) - m * s[0]), (3, s[1])):
        value[power], value[power + 6] = (part.a - part.b) % P, part.b
    return value


def pairings_cancel(pairs: Sequence[tuple[Point, Point]]) -> bool:
    """Is the product of the pairings e(S, Q), S in G1 and Q in G2, equal to one?

    The Miller loops of all pairs share their squarings. With f their product, f^((P^12-1)/R) = 1 is to be shown. Since
    P^12-1 = (P^6-1)(P^6+1) and R divides P^6+1, that says: g = f^((P^6+1)/R) is its own P^6-th power, so it lies in
    Fp6, so its odd coefficients are zero. That x is negative changes nothing here.
    """
    points = [(s, q) for s, q in pairs if s is not None and q is not None]
    running: list[Point] = [q for _, q in points]
    f = ONE
    for bit in bin(X)[3:]:
        f = times(f, f)
        for doubling in (True, False)[: 1 + int(bit)]:
            for n, (s, q) in enumerate(points):
                t = running[n] or q  # never infinite: it is less than R times Q
                other = t if doubling else q
                f = times(tangent_at(t, slope(t, other), s), f)
                running[n] = add(t, other)
    g = ONE
    for bit in bin((P**6 + 1) // R)[2:]:
        g = times(g, g)
        g = times(g, f) if bit == "1" else g
    return any(g) and not any(g[1::2])


# Hashing to G1 (RFC 9380, BLS12381G1_XMD:SHA-256_SSWU_RO_). The map of the RFC's section 6.6.2 lands on the curve
# y^2 = x^3 + A x + B; from there an isogeny of degree 11 leads to the curve of G1. The RFC prints it as 53
# coefficients. Here it is given by its kernel, the polynomial whose roots are the x of the kernel's points (x^5 first),
# and by Kohel's formula: the same map.

ISO_A, ISO_B, *ISO_KERNEL = (
    0x144698A3B8E9433D693A02C96D4982B0EA985383EE66A8D8E8981AEFD881AC98936F8DA0E0F97F5CF428082D584C1D,
    0x12E2908D11688030018B12E8753EEE3B2016C1F0F24F4070A0B9C14FCEF35EF55A23215A316CEAA5D1CC48E98E172BE0,
    0x1,
    0x04AFE09D5CF4956A23B6B71F59D2B3407B415A774B7BE81BBB6FA99CBC798E0AC98BA725A5BC328016B1C268B4766E85,
    0x094440F65F408A6E930E16E3E92DD17BF60D6E9679A8D3D58593DE55AC23703042D609537EB3549AAC234D896CA82944,
    0x1335C502C1F54C49ACEEA65E87FD7203BA0F626F305FC0CFD606A5DAE9F3C8E81A4B3B69600129FABD307C69BF319D39,
    0x0264908AF037BCEDE00D054CF5D4775E83EB6CF63C76B969F8ED174FB59FCFF78D201F46F6CFC4ED6552E59CE75177B0,
    0x133341FB0962A34CB0504A9C4FADA0A5090D38679B4C040D5D1C3AFB023A3409FCC0815FEA66D8B02BBEF9C8B5A66E07,
)
ISO_Z = 11


def expand_message(message: bytes, tag: bytes, length: int) -> bytes:
    """expand_message_xmd with SHA-256 (RFC 9380 section 5.3.1)."""
    tag += bytes([len(tag)])
    first = sha256(bytes(64) + message + length.to_bytes(2, "big") + b"\x00" + tag)
    blocks = [sha256(first + b"\x01" + tag)]
    for n in range(2, -(-length // 32) + 1):
        mixed = bytes(a ^ b for a, b in zip(first, blocks[-1], strict=True))
        blocks.append(sha256(mixed + bytes([n]) + tag))
    return b"".join(blocks)[:length]


def sswu(u: int) -> tuple[int, int]:
    """Simplified Shallue-van de Woestijne-Ulas: a field element to a point of the isogenous curve."""
    zu = ISO_Z * u * u % P
    spread = (zu * zu + zu) % P
    over = 1 + pow(spread, -1, P) if spread else -pow(ISO_Z, -1, P)
    x = -ISO_B * pow(ISO_A, -1, P) * over % P
    y, square = curve_root(x)
    if y * y % P != square:
        x = zu * x % P
        y, square = curve_root(x)
    return x, y if y % 2 == u % 2 else P - y


def curve_root(x: int) -> tuple[int, int]:
    """x^3 + A x + B, behind its square root if it has one."""
    square = (x**3 + ISO_A * x + ISO_B) % P
    return pow(square, (P + 1) // 4, P), square


def isogeny(x: int, y: int) -> Point:
    """Kohel's formula for the normalised isogeny with kernel h; dividing by 11^2 and 11^3 meets the curve of G1.

    With l1 = h'/h, l2 = l1', l3 = l2' and f = x^3 + A x + B, x maps to X = 11 x - 2 s - 2 f' l1 - 4 f l2, where s is
    the sum of the roots of h; and y maps to y X'.
    """
    h = [0, 0, 0, 0]
    for coefficient in ISO_KERNEL:  # Horner's scheme, for h and its first three derivatives at once
        for n in (3, 2, 1):
            h[n] = (h[n] * x + n * h[n - 1]) % P
        h[0] = (h[0] * x + coefficient) % P
    if h[0] == 0:
        return None
    r1, r2, r3 = (h[n] * pow(h[0], -1, P) % P for n in (1, 2, 3))
    l1, l2, l3 = r1, r2 - r1 * r1, r3 - 3 * r1 * r2 + 2 * r1**3
    f, f1 = x**3 + ISO_A * x + ISO_B, 3 * x * x + ISO_A
    to_x = 11 * x + 2 * ISO_KERNEL[1] - 2 * f1 * l1 - 4 * f * l2
    to_y = y * (11 - 12 * x * l1 - 6 * f1 * l2 - 4 * f * l3)
    return Fp2(to_x * pow(11, -2, P)), Fp2(to_y * pow(11, -3, P))


def hash_to_g1(message: bytes, tag: bytes) -> Point:
    """hash_to_curve (RFC 9380 section 3); multiplying by X + 1 clears the cofactor."""
    wide = expand_message(message, tag, 128)
    u = [int.from_bytes(wide[n : n + 64], "big") % P for n in (0, 64)]
    return multiply(X + 1, add(isogeny(*sswu(u[0])), isogeny(*sswu(u[1]))))


# drand quicknet (section 3.1)

DRAND_CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
DRAND_PERIOD, DRAND_GENESIS = 3, 1692803367
DRAND_TAG = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
DRAND_KEY = bytes.fromhex(
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
G2_GENERATOR = bytes.fromhex(
    "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
    "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
)


@functools.lru_cache(maxsize=4096)
def drand_problem(round_number: int, signature: bytes) -> Text | None:
    """What is wrong with the signature of a round; None when it holds: e(signature, G) = e(H(round), key)."""
    if len(signature) != 48:
        return say("签名不是 48 字节 | the signature is not 48 bytes")
    try:
        point = decompress(signature)
    except ValueError:
        return say("签名不是规范编码的曲线点 | the signature is not a point of the curve in canonical form")
    if point is None:
        return say("签名是零元 | the signature is the identity")
    if multiply(R, point) is not None:
        return say("签名不在子群内 | the signature is not in the subgroup")
    message = hash_to_g1(sha256(struct.pack(">Q", round_number)), DRAND_TAG)
    negative = point[0], Fp2(0) - point[1]
    if pairings_cancel([(negative, decompress(G2_GENERATOR)), (message, decompress(DRAND_KEY))]):
        return None
    return say("BLS 签名与该轮不符 | the BLS signature is not drand's for this round")


# NIST beacon 2.0 (section 3.1)

SHA512_PREFIX = bytes.fromhex("3051300d060960864801650304020305000440")  # of a PKCS#1 v1.5 block
RSA_ALGORITHM = bytes.fromhex("06092a864886f70d0101010500")  # rsaEncryption


def der_parts(data: bytes) -> list[bytes]:
    """The contents of the DER elements that follow one another in some bytes; optional [0] elements are left out."""
    parts, at = [], 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        if at + length > len(data):
            raise ValueError("DER")
        if tag != 0xA0:
            parts.append(data[at : at + length])
        at += length
    return parts


def rsa_key(certificate: bytes) -> tuple[int, int]:
    """Modulus and exponent of an X.509 certificate's RSA key; ValueError if there is none."""
    (whole,) = der_parts(certificate)
    kind, bits = der_parts(der_parts(der_parts(whole)[0])[5])  # subjectPublicKeyInfo
    if kind != RSA_ALGORITHM:
        raise ValueError("not RSA")
    modulus, exponent = (int.from_bytes(part, "big") for part in der_parts(der_parts(bits[1:])[0]))
    if not 2048 <= modulus.bit_length() <= 8192 or not 3 <= exponent < 2**32:
        raise ValueError("size")
    return modulus, exponent


def nist_signed_bytes(pulse: dict[str, Any]) -> bytes:
    """What the signature of a pulse covers, in the order of section 3.1."""

    def sized(data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + data

    def text(value: str) -> bytes:
        return sized(value.encode())

    def digits(value: str) -> bytes:
        return sized(bytes.fromhex(value))

    outside = pulse["external"]
    parts = [
        text(pulse["uri"]) + text(pulse["version"]),
        struct.pack(">II", pulse["cipherSuite"], pulse["period"]) + digits(pulse["certificateId"]),
        struct.pack(">QQ", pulse["chainIndex"], pulse["pulseIndex"]) + text(pulse["timeStamp"]),
        digits(pulse["localRandomValue"]) + digits(outside["sourceId"]),
        struct.pack(">I", outside["statusCode"]) + digits(outside["value"]),
        *(digits(item["value"]) for item in pulse["listValues"]),
        digits(pulse["precommitmentValue"]) + struct.pack(">I", pulse["statusCode"]),
    ]
    return b"".join(parts)


def nist_problem(pulse: dict[str, Any], certificate: str) -> Text | None:
    """What is wrong with a pulse; None when its certificate, signature and output belong together."""
    pem = re.fullmatch(
        r"-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)\s-----END CERTIFICATE-----\s*", certificate, re.ASCII
    )
    try:
        der = base64.b64decode("".join(pem[1].split()), validate=True) if pem else b""
        modulus, exponent = rsa_key(der)
        signed, signature = nist_signed_bytes(pulse), bytes.fromhex(pulse["signatureValue"])
    except (ValueError, IndexError, struct.error):
        return say("证书或脉冲无法解析 | the certificate or the pulse cannot be read")
    if hashlib.sha512(der).hexdigest() != pulse["certificateId"].lower():
        return say("证书与 certificateId 不符 | the certificate is not the one of certificateId")
    if pulse["version"] != "2.0" or pulse["cipherSuite"] != 0:
        return say("不是 2.0 版 RSA/SHA-512 脉冲 | not a pulse of version 2.0 with RSA and SHA-512")
    tail = b"\x00" + SHA512_PREFIX + hashlib.sha512(signed).digest()
    size, number = (modulus.bit_length() + 7) // 8, int.from_bytes(signature, "big")
    block = b"\x00\x01" + b"\xff" * (size - 2 - len(tail)) + tail
    if len(signature) != size or number >= modulus or pow(number, exponent, modulus) != int.from_bytes(block, "big"):
        return say("RSA 签名不成立 | the RSA signature does not hold")
    if hashlib.sha512(signed + signature).hexdigest() != pulse["outputValue"].lower():
        return say("outputValue 不是签名后的 SHA-512 | outputValue is not the SHA-512 of what was signed")
    return None


# ---------------------------------------------------------------------------------------------------------------------
# Section 1: strict reading. A rule is a function that says what is wrong with a value, or None.
# ---------------------------------------------------------------------------------------------------------------------

Rule = Callable[[Any], "Text | None"]
Json = dict[str, Any]
Row = list[str]
HEX64 = re.compile(r"[0-9a-f]{64}")


def form(pattern: str, template: str) -> Rule:
    """A text of one form."""
    compiled, problem = re.compile(pattern, re.ASCII | re.DOTALL), say(template)
    return lambda value: None if isinstance(value, str) and compiled.fullmatch(value) else problem


def one_of(*allowed: Any) -> Rule:
    """One of a few values."""
    problem = say("只能是 {0} | may only be {0}", "|".join(map(str, allowed)))
    return lambda value: None if value in allowed and not isinstance(value, bool) else problem


identifier = form("[0-9A-Za-z._-]{1,48}", "不是合规的标识 | is not an identifier")
source_id = form("[0-9a-z-]{1,24}", "不是合规的来源标识 | is not a source id")
tag = form("[0-9a-z._:-]{1,48}", "不是合规的标签 | is not a tag")
reason_code = form("[0-9A-Za-z._:-]{1,48}", "不是合规的理由代码 | is not a reason code")
hex64 = form("[0-9a-f]{64}", "不是 64 位小写十六进制 | is not 64 lowercase hex digits")
hex_lower = form("([0-9a-f]{2})*", "不是小写十六进制 | is not lowercase hex")
hex_any = form("([0-9a-fA-F]{2})*", "不是十六进制 | is not hex")
month = form("[1-9]|1[0-2]", "不是月份 | is not a month")
free_text = form(".*", "不是文本 | is not a text")


def number(value: str) -> Text | None:
    """An integer written in a table, a proof or JSON."""
    if re.fullmatch("0[0-9]+", value):
        return say("整数有前导零 | is an integer with leading zeros")
    if not re.fullmatch("[0-9]{1,16}", value) or int(value) >= 2**53:
        return say("不是小于 2^53 的非负整数 | is not an integer from 0 to below 2^53")
    return None


def integer(value: Any) -> Text | None:
    """A JSON integer; the JSON reader has already looked at its size."""
    return None if type(value) is int else say("不是整数 | is not an integer")


def at_least(least: int) -> Rule:
    """A JSON integer with a lower bound."""
    return lambda value: integer(value) or (None if value >= least else say("小于 {0} | is below {0}", least))


def or_else(empty: Any, rule: Rule) -> Rule:
    """A value by a rule, or one that stands for nothing."""
    return lambda value: None if value == empty else rule(value)


def ascending(items: Sequence[Any]) -> Text | None:
    """Strictly: no item twice."""
    for a, b in itertools.pairwise(items):
        if a == b:
            return say("重复：{0} | twice: {0}", shown(b))
        if b < a:
            return say("未按升序：{0} | not in ascending order: {0}", shown(b))
    return None


def items_by(rule: Rule, items: Sequence[Any]) -> Text | None:
    """Items that each obey a rule and ascend."""
    return next(filter(None, map(rule, items)), None) or ascending(items)


def tags(value: str) -> Text | None:
    """A list field of a table (section 1.3)."""
    return items_by(tag, split(value))


def split(field: str) -> list[str]:
    """The items of a list field."""
    return field.split(",") if field else []


def month_list(value: str) -> Text | None:
    """The months of a line of months.tsv."""
    items = value.split(",")
    return next(filter(None, map(month, items)), None) or ascending(list(map(int, items)))


def list_by(rule: Rule, least: int = 0) -> Rule:
    """A JSON list whose items obey a rule and ascend."""

    def check(value: Any) -> Text | None:
        good = isinstance(value, list) and len(value) >= least
        return items_by(rule, value) if good else say("不是列表，或太短 | is not a list, or too short")

    return check


def by_id(value: Any) -> Text | None:
    """A JSON list of objects: not empty, and ascending by their ids."""
    return ascending([item["id"] for item in value]) if value else say("不得为空 | must not be empty")


CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
TIME = r"\d{4}-\d\d-\d\dT" + CLOCK + r":[0-5]\d(\.\d+)?(Z|[+-]" + CLOCK + ")"


def instant(text: str) -> int:
    """Unix seconds of an RFC 3339 time; ValueError if it is none."""
    if not re.fullmatch(TIME, text, re.ASCII):
        raise ValueError("time")
    whole = re.sub(r"\.\d+", "", text)
    since = datetime.datetime.fromisoformat(whole) - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return since // datetime.timedelta(seconds=1)


def moment(pattern: str, suffix: str = "") -> Rule:
    """A time, or with a suffix that completes it a part of one."""

    def check(value: Any) -> Text | None:
        try:
            good = isinstance(value, str) and re.fullmatch(pattern, value) and instant(value + suffix) is not None
        except (ValueError, OverflowError):
            good = False
        return None if good else say("不是合规的时间 | is not a time in the required form")

    return check


def base64_text(value: Any) -> Text | None:
    """Base64 in its one form."""
    try:
        from_base64(value)
    except (TypeError, ValueError):
        return say("不是 base64 | is not base64")
    return None


def from_base64(text: str) -> bytes:
    """The bytes; ValueError unless they encode to just this text."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64")
    return data


def read_text(name: str, data: bytes) -> str:
    """UTF-8 without BOM."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise fail("不是 UTF-8 | not UTF-8", at=(name, data[: error.start].count(b"\n") + 1)) from None
    if text.startswith("\ufeff"):
        raise fail("有 BOM | has a BOM", at=(name, 1))
    return text


def text_lines(name: str, data: bytes) -> list[str]:
    """The lines of a text that obeys section 1.2, without their LF."""
    lines = read_text(name, data).split("\n")
    for n, line in enumerate(lines, 1):
        control = re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", line)
        if control:
            kind = say("回车符 CR | a carriage return") if control[0] == "\r" else say("控制字符 | a control character")
            raise fail("有{} | has {}", kind, at=(name, n), found=line)
        if not line and n < len(lines):
            raise fail("空行 | an empty line", at=(name, n))
    if lines.pop():
        raise fail("末行没有换行 | the last line has no LF", at=(name, len(lines) + 1))
    return lines


def read_json(name: str, data: bytes, line: int = 1) -> Any:
    """Strict JSON whose bytes are their own RFC 8785 form (section 1.4)."""
    at = name, line

    def whole(digits: str) -> int:
        problem = number(digits)
        if problem:
            raise fail("{} | {}", problem, at=at, found=digits)
        return int(digits)

    def refuse(digits: str) -> Any:
        raise fail("不是整数的数 | a number that is no integer", at=at, found=digits)

    def members(pairs: list[tuple[str, Any]]) -> Json:
        for key, count in Counter(key for key, _ in pairs).items():
            if count > 1 or not key.isascii():
                raise fail("成员重复或不是 ASCII | a member repeated or not ASCII", at=at, found=key)
        return dict(pairs)

    def is_nfc(value: Any) -> bool:
        if isinstance(value, str):
            return unicodedata.is_normalized("NFC", value)
        return all(map(is_nfc, value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()))

    text, depth = read_text(name, data), 0
    for part in re.findall(r'"(?:[^"\\]|\\.)*"|[][{}]', text):
        depth += (part in "[{") - (part in "]}")
        if depth > 20:
            raise fail("嵌套过深 | nested too deeply", at=at)
    try:
        hooks: Json = {"parse_int": whole, "parse_float": refuse, "parse_constant": refuse}
        value = json.loads(text, object_pairs_hook=members, **hooks)
        if not is_nfc(value):
            raise fail("文本不是 NFC | a text is not NFC", at=at)
        own = canonical(value)
    except json.JSONDecodeError as error:
        raise fail("第 {0} 字处不是 JSON | not JSON at character {0}", error.pos, at=at, found=error.msg) from None
    except UnicodeEncodeError:
        raise fail("字符不成对 | half a character", at=at) from None
    if own != data:
        n = next((n for n, (a, b) in enumerate(zip(own, data, strict=False)) if a != b), min(len(own), len(data)))
        near = slice(max(n - 20, 0), n + 40)
        text = "第 {0} 字节处不是 RFC 8785 形式 | not in RFC 8785 form at byte {0}"
        raise fail(text, n, at=at, expected=own[near], found=data[near])
    return value


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of the values that section 1.4 allows."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def conform(schema: Any, value: Any, where: str, at: Place) -> None:
    """Raises unless a JSON value fits: {} exactly these members; [] a list of such; () all of these; or a rule.

    A function may also return a schema instead of a problem: the one that fits the value.
    """
    if isinstance(schema, tuple):
        for part in schema:
            conform(part, value, where, at)
    elif isinstance(schema, dict):
        if not isinstance(value, dict) or value.keys() != schema.keys():
            members = sorted(value) if isinstance(value, dict) else value
            text = "{0} 的成员不对 | {0} has not exactly its members"
            raise fail(text, where, at=at, expected=sorted(schema), found=members)
        for key, part in schema.items():
            conform(part, value[key], f"{where}.{key}", at)
    elif isinstance(schema, list):
        if not isinstance(value, list):
            raise fail("{0} 不是列表 | {0} is not a list", where, at=at, found=value)
        for item in value:
            conform(schema[0], item, where, at)
    else:
        problem = schema(value)
        if isinstance(problem, Text):
            raise fail("{0}：{1} | {0}: {1}", where, problem, at=at, found=value)
        if problem is not None:
            conform(problem, value, where, at)


def chosen_by(key: str, schemas: dict[str, Json]) -> Callable[[Any], Any]:
    """A schema that depends on a member of the value."""

    def choose(value: Any) -> Any:
        kind = value.get(key) if isinstance(value, dict) else None
        unknown = say("{0} 不认识 | has an unknown {0}", key)
        return schemas[kind] | {key: free_text} if isinstance(kind, str) and kind in schemas else unknown

    return choose


# The forms of the JSON files: sections 2, 3, 7, 9, 13

DIGESTS = {"sha256": hex64, "lines": integer, "root": hex64}
LOTTERY = {"id": source_id, "issue": form("[0-9]{1,24}", "不是期号 | is not an issue"), "time": moment(".*")}
SOURCES = {
    "drand/quicknet": {"id": source_id, "chain": one_of(DRAND_CHAIN), "round": at_least(1)},
    "nist/2.0": {"id": source_id, "time": moment(r".{16}:00\.000Z")},
    "lottery/cn-kl8": LOTTERY,
    "lottery/cn-ssq": LOTTERY,
    "lottery/cn-dlt": LOTTERY,
    "dice/d10": {"id": source_id, "count": at_least(20)},
    "commit/sha256": {"id": source_id, "commitment": hex64},
}
CONTRIBUTIONS = ("dice/d10", "commit/sha256")


def distinct_ids(sources: Any) -> Text | None:
    """No source is named twice."""
    again = [name for name, count in Counter(source["id"] for source in sources).items() if count > 1]
    if again:
        return say("来源重名：{0} | a source named twice: {0}", again[0])
    return None if sources else say("没有来源 | no source")


def at_most_one(rule: Any) -> Text | None:
    """A ratio is not above one."""
    good = rule["kind"] == "fixed" or rule["numerator"] <= rule["denominator"]
    return None if good else say("比例大于一 | a ratio above one")


def fits_mode(manifest: Any) -> Text | None:
    """Only a sealed draw is revealed."""
    good = (manifest["reveal_by"] is None) == (manifest["mode"] == "open")
    return None if good else say("reveal_by 与 mode 不符 | reveal_by does not fit the mode")


ALGORITHM_NAMES = {"hash": "sha256", "select": "bottom-k", "assign": "ticket-augment"}
RATIO = {"numerator": integer, "denominator": at_least(1), "rounding": one_of("ceil", "half-up"), "minimum": integer}
STRATUM = {
    "id": identifier,
    "population": integer,
    "take": integer,
    "rule": (chosen_by("kind", {"fixed": {"count": integer}, "ratio": RATIO}), at_most_one),
}
SHARED = {
    "agency": identifier,
    "plan": identifier,
    "randomness": ([chosen_by("type", SOURCES)], distinct_ids),
    "lead_seconds": integer,
    "code": {"name": free_text, "version": free_text},
}
ALGORITHM = {name: one_of(way) for name, way in ALGORITHM_NAMES.items()} | {"slack": integer}
MANIFEST = {
    **SHARED,
    "type": one_of("double-random/1/manifest"),
    "draw": identifier,
    "title": free_text,
    "sequence": at_least(1),
    "previous": or_else(None, hex64),
    "mode": one_of("open", "sealed"),
    "algorithm": ALGORITHM,
    "files": dict.fromkeys(TABLES, DIGESTS),
    "strata": ([STRATUM], by_id),
    "slots": ([list_by(or_else("$need", tag))], lambda slots: None if slots else say("没有岗位 | no slot")),
    "exclusion_reasons": list_by(reason_code),
    "void_reasons": list_by(reason_code),
    "reveal_by": or_else(None, moment(r"\d{4}-\d\d-\d\d", "T00:00:00Z")),
}
PATTERN = {"months": list_by(one_of(*range(1, 13)), least=1), "count": integer}
CLASS = {
    "id": identifier,
    "population": integer,
    "patterns": ([PATTERN], lambda items: ascending([item["months"] for item in items])),
}
PLAN = {
    **SHARED,
    "type": one_of("double-random/1/plan"),
    "version": at_least(1),
    "file": DIGESTS,
    "classes": ([CLASS], by_id),
}
RESULT = {
    "type": one_of("double-random/1/result"),
    "draw": identifier,
    **dict.fromkeys(("manifest", "seed_sha256", "order_sha256", "assign_sha256", "team_root"), hex64),
    "order_root": or_else(None, hex64),
    **dict.fromkeys(("level", "max_load", "unfilled"), integer),
}
PULSE = {
    **dict.fromkeys(("uri", "version", "timeStamp"), free_text),
    **dict.fromkeys(("cipherSuite", "period", "chainIndex", "pulseIndex", "statusCode"), integer),
    **dict.fromkeys(("certificateId", "localRandomValue", "precommitmentValue"), hex_any),
    **dict.fromkeys(("signatureValue", "outputValue"), hex_any),
    "external": {"sourceId": hex_any, "statusCode": integer, "value": hex_any},
    "listValues": [{"uri": free_text, "type": free_text, "value": hex_any}],
}
VALUE: Json = {"id": source_id, "value": free_text}
RANDOMNESS: dict[str, Json] = dict.fromkeys(SOURCES, VALUE) | {
    "drand/quicknet": VALUE | {"chain": hex64, "round": at_least(1), "signature": hex_lower},
    "nist/2.0": VALUE | {"pulse": PULSE, "certificate": free_text},
}
SIGNATURE = {"keyid": free_text, "sig": base64_text}
ENVELOPE = {"payload": base64_text, "payloadType": free_text, "signatures": [SIGNATURE]}
ENTRY = {
    "type": one_of("double-random/1/entry"),
    "kind": one_of("manifest", "contribution", "result", "event", "key", "plan"),
    "plan": identifier,
    "draw": or_else(None, identifier),
    "sequence": integer,
    "time": integer,
    "payload_sha256": hex64,
    "envelope_sha256": or_else(None, hex64),
}
PROOFS = {
    "type": one_of("double-random/1/proofs"),
    "inclusion": [{"sequence": integer, "path": [hex64]}],
    "checkpoints": [{"note": free_text, "consistency": [hex64]}],
    "keys": list_by(hex64),
}
SCHEMAS: dict[str, Any] = {
    "manifest.json": (MANIFEST, fits_mode),
    "plan.json": PLAN,
    "result.json": RESULT,
    "log/proofs.json": PROOFS,
}

# The columns of the tables, and what each table ascends by: sections 1.2, 2, 5, 6, 8, 13

EVENT = one_of("exclude", "recuse", "withdraw", "enlist", "done", "void", "reveal")
DRAWN, DONE = one_of("selected", "reserve"), one_of("open", "done")
EMPTY_OR_ID, EMPTY_OR_HEX = or_else("", identifier), or_else("", hex64)
COLUMNS: dict[str, dict[str, Rule]] = {
    "pool.tsv": {"id": identifier, "stratum": identifier, "needs": tags, "tags": tags},
    "inspectors.tsv": {"id": identifier, "capacity": number, "skills": tags, "denies": tags},
    "recusals.tsv": {"inspector": identifier, "entry": identifier},
    "excluded.tsv": {"id": identifier, "reason": reason_code},
    "order.tsv": {"stratum": identifier, "rank": number, "id": identifier, "ticket": hex64, "status": DRAWN},
    "assign.tsv": {"entry": identifier, "slot": number, "inspector": identifier},
    "events.tsv": {"sequence": number, "kind": EVENT, "subject": identifier, "detail": free_text}
    | {"evidence": EMPTY_OR_HEX, "salt": hex64},
    "state.tsv": {"entry": identifier, "slot": number, "inspector": EMPTY_OR_ID, "status": DONE},
    "enterprises.tsv": {"id": identifier, "class": identifier},
    "months.tsv": {"id": identifier, "months": month_list},
}


def by_number(row: Row) -> tuple[str, int]:
    """By the first field, then by the number in the second."""
    return row[0], int(row[1])


SORT_KEYS: dict[str, Callable[[Row], Any]] = {
    "recusals.tsv": lambda row: (row[0], row[1]),
    "events.tsv": lambda row: int(row[0]),
    **dict.fromkeys(("order.tsv", "assign.tsv", "state.tsv"), by_number),
}


def read_table(name: str, data: bytes) -> list[Row]:
    """The rows of a table (section 1.2)."""
    columns = COLUMNS[name]
    key_of: Callable[[Row], Any] = SORT_KEYS.get(name, lambda row: row[0])
    rows: list[Row] = []
    last: Any = None
    for n, line in enumerate(text_lines(name, data), 1):
        row = line.split("\t")
        if len(row) != len(columns):
            raise fail("字段数不对 | the wrong number of fields", at=(name, n), expected=list(columns), found=line)
        for (column, rule), value in zip(columns.items(), row, strict=True):
            problem = rule(value)
            if problem:
                raise fail("{0}：{1} | {0}: {1}", column, problem, at=(name, n), found=value)
        key = key_of(row)
        problem = ascending([last, key]) if rows else None
        if problem or (name == "events.tsv" and key != n):
            raise fail("{} | {}", problem or say("序号不连续 | a gap in the sequence"), at=(name, n), found=line)
        rows.append(row)
        last = key
    return rows


def read_transcript(name: str, data: bytes) -> list[Row]:
    """The fields of seed.txt, whose outer form alone is looked at; check `seed` compares it byte for byte."""
    rows = [line.split("\t") for line in text_lines(name, data)]
    heads = [(["double-random/1/seed"], 1), (["manifest"], 2)]
    heads += [(["source", str(n)], 4) for n in range(len(rows) - 2)]
    for n, (start, width) in enumerate(heads):
        if n >= len(rows) or rows[n][: len(start)] != start or len(rows[n]) != width:
            raise fail("不是种子文本的格式 | not in the form of a transcript", at=(name, n + 1))
    return rows


class Entry(NamedTuple):
    """One line of the log."""

    sequence: int
    record: Json
    leaf: bytes


def read_entries(name: str, data: bytes) -> list[Entry]:
    """Log entries, ascending (section 9)."""
    entries: list[Entry] = []
    for n, line in enumerate(text_lines(name, data), 1):
        record = read_json(name, line.encode(), n)
        conform(ENTRY, record, "entry", (name, n))
        entries.append(Entry(record["sequence"], record, line.encode()))
        problem = ascending([entry.sequence for entry in entries[-2:]])
        if problem:
            raise fail("sequence：{} | sequence: {}", problem, at=(name, n))
    return entries


class Note(NamedTuple):
    """A C2SP checkpoint: what it says, its signed body, and its signature lines."""

    origin: str
    size: int
    root: bytes
    body: bytes
    signatures: list[tuple[str, bytes, bytes]]  # name, four bytes of key id, the rest


def read_note(name: str, data: bytes) -> Note:
    """A checkpoint (C2SP signed-note and tlog-checkpoint)."""
    body, _, tail = read_text(name, data).rpartition("\n\n")
    try:
        origin, size, root, *_ = body.split("\n")
        signatures = []
        for line in tail.removesuffix("\n").split("\n"):
            dash, signer, blob = line.split(" ")
            raw = from_base64(blob)
            if dash != "\u2014" or not signer or len(raw) < 5:
                raise ValueError("signature line")
            signatures.append((signer, raw[:4], raw[4:]))
        if not origin or number(size) or len(from_base64(root)) != 32 or not tail.endswith("\n"):
            raise ValueError("body")
    except ValueError:
        raise fail("不是 C2SP 检查点 | not a checkpoint in the form of C2SP", at=name) from None
    return Note(origin, int(size), from_base64(root), (body + "\n").encode(), signatures)


def read_file(name: str, data: bytes) -> Any:
    """Any file of a bundle, strictly."""
    if name in COLUMNS:
        return read_table(name, data)
    readers: dict[str, Callable[[str, bytes], Any]] = {
        "seed.txt": read_transcript,
        "log/checkpoint": read_note,
        "log/entries.jsonl": read_entries,
        "README.txt": read_text,
        "verify_draw.py": read_text,
    }
    if name in readers:
        return readers[name](name, data)
    value, source = read_json(name, data), RANDOMNESS_FILE.fullmatch(name)
    schema = chosen_by("type", RANDOMNESS) if source else SCHEMAS.get(name, ENVELOPE)
    conform(schema, value, name.rpartition("/")[2].split(".")[0], (name, 1))
    if source and value["id"] != source[1]:
        raise fail("文件名不是来源标识 | not named by its source's id", at=(name, 1), found=value["id"])
    return value


# ---------------------------------------------------------------------------------------------------------------------
# Sections 2 and 4: keys, tickets, and who may take which slot
# ---------------------------------------------------------------------------------------------------------------------


class Key:
    """The key of one purpose; `ticket` draws the lot of a label."""

    def __init__(self, seed: str, purpose: str) -> None:
        self.hex = hex_sha256(f"double-random/1/key\n{seed}\n{purpose}\n".encode())
        self._begun = hashlib.sha256(f"{self.hex}:".encode())

    def ticket(self, label: str) -> bytes:
        """The 32 bytes that tickets are compared as."""
        state = self._begun.copy()
        state.update(label.encode())
        return state.digest()

    def lot(self, label: str, prefix: str = "") -> tuple[bytes, str]:
        """What a label is sorted by: its ticket, then itself."""
        return self.ticket(prefix + label), label


def commitment(draw: str, source: str, secret: str) -> str:
    """What a sealed draw's manifest holds of its secret (section 3)."""
    return hex_sha256(f"double-random/1/commit\n{draw}\n{source}\n{secret}\n".encode())


ROLES = {"role:inspector", "role:expert"}


class Person(NamedTuple):
    """One line of inspectors.tsv, without its id."""

    capacity: int
    skills: frozenset[str]
    denies: frozenset[str]


def person(capacity: str, skills: str, denies: str) -> Person:
    """From the fields of a line, or of an enlist event."""
    return Person(int(capacity), frozenset(split(skills)), frozenset(split(denies)))


class Roster:
    """Who may take which slot of which entry (section 2), as events change it."""

    def __init__(self, slots: list[list[str]], pool: list[Row], people: list[Row], recusals: list[Row]) -> None:
        self.slots = slots
        self.people = {row[0]: person(*row[1:]) for row in people}
        self.entries = {row[0]: (row[2], row[3]) for row in pool}
        self.recused: dict[str, set[str]] = {}
        for name, entry in recusals:
            self.recused.setdefault(entry, set()).add(name)
        self._able: dict[tuple[int, str, str], list[str]] = {}

    def change(self, name: str, who: Person | None) -> None:
        """Someone comes, or goes."""
        self.people.pop(name, None)
        if who:
            self.people[name] = who
        self._able.clear()

    def able(self, entry: str, q: int) -> list[str]:
        """The people who may take slot q of an entry. Most entries share needs and tags, so the lists are kept."""
        needs, marks = self.entries[entry]
        if (q, needs, marks) not in self._able:
            asked = set(self.slots[q])
            if "$need" in asked:
                asked = asked - {"$need"} | set(split(needs))
            self._able[q, needs, marks] = [
                name for name, who in self.people.items() if asked <= who.skills and who.denies.isdisjoint(split(marks))
            ]
        recused = self.recused.get(entry, ())
        return [name for name in self._able[q, needs, marks] if name not in recused]

    def preferred(self, entry: str, pair: Key) -> list[list[str]]:
        """pref[t, q] for every q."""
        return [sorted(self.able(entry, q), key=lambda i: pair.lot(i, f"{entry}:")) for q in range(len(self.slots))]

    def has_team(self, entry: str) -> bool:
        """Can different people of capacity at least 1 fill all slots of this entry alone?"""
        taken: dict[str, int] = {}

        def place(q: int, tried: set[str]) -> bool:
            for name in self.able(entry, q):
                if self.people[name].capacity and name not in tried:
                    tried.add(name)
                    if name not in taken or place(taken[name], tried):
                        taken[name] = q
                        return True
            return False

        return all(place(q, set()) for q in range(len(self.slots)))


# ---------------------------------------------------------------------------------------------------------------------
# Section 6: ticket-augment
# ---------------------------------------------------------------------------------------------------------------------

Slot = tuple[str, int]


class Failure(NamedTuple):
    """A slot that cannot be filled, with its certificate: the slots X and the people Y."""

    slot: Slot
    slots: set[Slot]
    people: set[str]


class Seating:
    """Who holds which slot, under a cap on everyone's load that every search obeys."""

    def __init__(self, capacity: dict[str, int], level: int) -> None:
        self.capacity, self.level = dict(capacity), level
        self.preferred: dict[Slot, list[str]] = {}
        self.slots_of: dict[str, list[Slot]] = {}
        self.holder: dict[Slot, str] = {}  # A
        self.held: dict[str, list[Slot]] = {name: [] for name in capacity}  # oldest first; its length is the load
        self.locked: set[Slot] = set()

    def open(self, task: str, preferred: list[list[str]]) -> list[Slot]:
        """Adds the slots of a task; returns them in the order in which they are searched."""
        self.slots_of[task] = slots = [(task, q) for q in range(len(preferred))]
        self.preferred.update(zip(slots, preferred, strict=True))
        return sorted(slots, key=lambda slot: (len(self.preferred[slot]), slot[1]))

    def copy(self) -> Seating:
        """The same, to be changed apart from this one."""
        other = Seating(self.capacity, self.level)
        other.preferred = {slot: list(names) for slot, names in self.preferred.items()}
        other.slots_of, other.holder, other.locked = dict(self.slots_of), dict(self.holder), set(self.locked)
        other.held = {name: list(slots) for name, slots in self.held.items()}
        return other

    def cap(self, name: str) -> int:
        """How many slots someone may hold."""
        return min(self.capacity[name], self.level)

    def search(self, start: Slot) -> Failure | None:
        """A breadth-first augmenting path from an empty slot. When there is none, nothing has changed."""
        par: dict[Slot, tuple[Slot, str] | None] = {start: None}
        queue, seen = deque([start]), set()
        while queue:
            u = queue.popleft()
            own = self.holder.get(u)
            sib = {self.holder[v]: v for v in self.slots_of[u[0]] if v != u and v in self.holder}
            for i in self.preferred[u]:
                if i not in sib and i not in seen and i != own and len(self.held[i]) < self.cap(i):
                    self._shift(par, u, i)
                    return None
            for i in self.preferred[u]:
                if i == own or (i in seen and i not in sib):
                    continue
                if i in sib:
                    reached = [sib[i]]
                else:
                    seen.add(i)
                    reached = self.held[i]
                for v in reached:
                    if v not in par and v not in self.locked:
                        par[v] = u, i
                        queue.append(v)
        return Failure(start, set(par), seen)

    def _shift(self, par: dict[Slot, tuple[Slot, str] | None], u: Slot, i: str) -> None:
        """Gives slot u to i, and what its holder so lost to the one before, back to the start of the path."""
        step: tuple[Slot, str] | None = u, i
        while step is not None:
            u, i = step
            if u in self.holder:
                self.vacate(u)
            self.holder[u] = i
            self.held[i].append(u)
            step = par[u]

    def vacate(self, slot: Slot) -> None:
        """Takes a slot from its holder."""
        self.held[self.holder.pop(slot)].remove(slot)

    def search_growing(self, slot: Slot) -> Failure | None:
        """Searches, and raises the cap as long as that fails and might help."""
        largest, failure = max(self.capacity.values(), default=0), self.search(slot)
        while failure and self.level < largest:
            if self.level > len(self.preferred):  # above the number of all slots, no cap can matter any more
                self.level = largest
            else:
                self.level += 1
                failure = self.search(slot)
        return failure

    def proves(self, failure: Failure) -> bool:
        """A certificate holds when X has more slots than Y has room, and others could take one of a team each."""
        others = {(task, i) for task, q in failure.slots for i in self.preferred[task, q] if i not in failure.people}
        return failure.slot in failure.slots and len(failure.slots) > sum(map(self.cap, failure.people)) + len(others)


class Outcome(NamedTuple):
    """What section 6 decides."""

    level: int  # L*
    seating: Seating  # after pass 2
    failures: list[Failure]  # in slot order


def ticket_augment(tasks: dict[str, list[list[str]]], capacity: dict[str, int], slack: int) -> Outcome:
    """Both passes, over the tasks in task order with pref[t, q] for each of their slots."""
    level = -(-sum(map(len, tasks.values())) // len(capacity)) if capacity else 0
    seating = Seating(capacity, level)
    for slot in [slot for task, preferred in tasks.items() for slot in seating.open(task, preferred)]:
        seating.search_growing(slot)
    level = seating.level
    seating = Seating(capacity, level + slack)
    slots = [slot for task, preferred in tasks.items() for slot in seating.open(task, preferred)]
    return Outcome(level, seating, list(filter(None, map(seating.search, slots))))


# ---------------------------------------------------------------------------------------------------------------------
# Section 8: after the draw
# ---------------------------------------------------------------------------------------------------------------------


class RefusedEvent(Exception):
    """The protocol does not allow this event."""

    def __init__(self, template: str, *values: object) -> None:
        self.text = say(template, *map(shown, values))
        super().__init__(self.text.en)


class Replay:
    """The state, a pure function of the result and the events in order."""

    def __init__(
        self, manifest: Json, roster: Roster, pair: Key, order: dict[str, list[str]], outcome: Outcome
    ) -> None:
        self.manifest, self.roster, self.pair, self.order = manifest, roster, pair, order
        self.stratum_of = {entry: stratum for stratum, entries in order.items() for entry in entries}
        self.seating = outcome.seating.copy()
        self.vacant = [failure.slot for failure in outcome.failures]
        self.drawn = set(outcome.seating.slots_of)  # now
        self.ever = set(self.drawn)  # now or before
        self.excluded: set[str] = set()
        self.done: set[str] = set()
        self.short: Counter[str] = Counter()  # by stratum
        self.void = False

    def apply(self, kind: str, subject: str, detail: str) -> None:
        """One event: its change first, then every vacant slot is searched."""
        if self.void and kind != "reveal":
            raise RefusedEvent("作废之后只能有 reveal | only reveal may follow a void")
        if kind in ("done", "withdraw") and detail:
            raise RefusedEvent("detail 必须为空 | the detail must be empty")
        if kind in ("void", "reveal") and subject != self.manifest["draw"]:
            raise RefusedEvent("不是本次抽取 | names another draw")
        if kind in ("recuse", "withdraw") and subject not in self.seating.capacity:
            raise RefusedEvent("没有这名检查人员：{0} | no such inspector: {0}", subject)
        if kind in ("exclude", "done", "recuse"):
            entry = detail if kind == "recuse" else subject
            if entry not in self.stratum_of:
                raise RefusedEvent("抽查池中没有这家：{0} | no such entry in the pool: {0}", entry)
            if entry in self.done:
                raise RefusedEvent("该单位已完成检查：{0} | the entry is done: {0}", entry)
        if kind in ("exclude", "void"):
            allowed = self.manifest["void_reasons" if kind == "void" else "exclusion_reasons"]
            if detail not in allowed:
                raise RefusedEvent("不许可的理由：{0} | not an allowed reason: {0}", detail)
        getattr(self, f"_{kind}")(subject, detail)
        self.vacant = [slot for slot in self.vacant if self.seating.search_growing(slot)]

    def _exclude(self, entry: str, _reason: str) -> None:
        if entry in self.excluded:
            raise RefusedEvent("第二次排除：{0} | excluded a second time: {0}", entry)
        self.excluded.add(entry)
        if entry not in self.drawn:
            return
        self.drawn.remove(entry)
        for slot in self.seating.slots_of.pop(entry):
            if slot in self.seating.holder:
                self.seating.vacate(slot)
            else:
                self.vacant.remove(slot)
        stratum = self.stratum_of[entry]
        following = next((e for e in self.order[stratum] if e not in self.ever and e not in self.excluded), None)
        if following is None:
            self.short[stratum] += 1
        else:
            self.drawn.add(following)
            self.ever.add(following)
            self.vacant += self.seating.open(following, self.roster.preferred(following, self.pair))

    def _leave(self, name: str, slots: Iterable[Slot]) -> None:
        """Someone leaves the preferences of some slots; those that are open and theirs become vacant."""
        for slot in slots:
            if name in self.seating.preferred[slot]:
                self.seating.preferred[slot].remove(name)
            if self.seating.holder.get(slot) == name and slot not in self.seating.locked:
                self.seating.vacate(slot)
                self.vacant.append(slot)

    def _recuse(self, name: str, entry: str) -> None:
        self.roster.recused.setdefault(entry, set()).add(name)
        self._leave(name, self.seating.slots_of.get(entry, ()))

    def _withdraw(self, name: str, _: str) -> None:
        self.roster.change(name, None)
        self._leave(name, list(self.seating.held[name]))  # vacated in this order
        self._leave(name, [slot for slots in self.seating.slots_of.values() for slot in slots])

    def _enlist(self, name: str, detail: str) -> None:
        fields = detail.split(";")
        if len(fields) != 3 or number(fields[0]) or tags(fields[1]) or tags(fields[2]):
            raise RefusedEvent("不是“容量;技能;回避”：{0} | not capacity;skills;denies: {0}", detail)
        if name in self.seating.capacity:
            raise RefusedEvent("已在名录中：{0} | already in the list: {0}", name)
        who = person(*fields)
        if len(ROLES & who.skills) != 1:
            raise RefusedEvent("必须恰有一个角色 | exactly one role is needed")
        self.roster.change(name, who)
        self.seating.capacity[name], self.seating.held[name] = who.capacity, []
        for entry, slots in self.seating.slots_of.items():
            for slot in slots:
                if name in self.roster.able(entry, slot[1]):
                    lot = functools.partial(self.pair.lot, prefix=f"{entry}:")
                    bisect.insort(self.seating.preferred[slot], name, key=lot)

    def _done(self, entry: str, _: str) -> None:
        slots = self.seating.slots_of.get(entry, [])
        if entry not in self.drawn or not all(slot in self.seating.holder for slot in slots):
            raise RefusedEvent("未被抽中，或还有空缺：{0} | not drawn, or a slot unfilled: {0}", entry)
        self.done.add(entry)
        self.seating.locked.update(slots)

    def _void(self, _draw: str, _reason: str) -> None:
        self.void = True

    def _reveal(self, draw: str, secret: str) -> None:
        sealed = [s for s in self.manifest["randomness"] if s["type"] == "commit/sha256"]
        if not sealed or hex64(secret) or commitment(draw, sealed[0]["id"], secret) != sealed[0]["commitment"]:
            raise RefusedEvent("没有承诺，或秘密与之不符 | no commitment, or the secret does not open it")

    def lines(self) -> bytes:
        """state.tsv."""
        rows = [
            f"{entry}\t{slot[1]}\t{self.seating.holder.get(slot, '')}\t{'done' if entry in self.done else 'open'}\n"
            for entry in sorted(self.drawn)
            for slot in self.seating.slots_of[entry]
        ]
        return "".join(rows).encode()


# ---------------------------------------------------------------------------------------------------------------------
# Section 11: the checks, first those of every bundle
# ---------------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Check:
    """One row of the report."""

    number: int
    name: str
    outcome: str
    detail: Text
    file: str | None = None
    line: int | None = None
    expected: str | None = None
    found: str | None = None


def equal(what: str, expected: object, found: object, at: Place) -> None:
    """Raises the difference of two values."""
    if expected != found:
        both = ("null" if value is None else value for value in (expected, found))
        raise fail("{0} 不符 | {0} does not agree", what, at=at, **dict(zip(("expected", "found"), both, strict=True)))


def same_bytes(name: str, computed: bytes, data: bytes) -> None:
    """Raises the first line in which a file differs from what was computed."""
    if computed != data:
        end = "(end of file)"
        pairs = itertools.zip_longest(computed.split(b"\n"), data.split(b"\n"), fillvalue=end)
        n, (ours, theirs) = next((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1])
        raise fail("与重算的不同 | differs from what was computed", at=(name, n), expected=ours, found=theirs)


# How well a signature stands: the less the better.
TRUSTED, OFFERED, UNKNOWN = range(3)
DOUBTS = {
    OFFERED: say("签名成立，但密钥未经 --key 指定 | valid, but by a key that was not named with --key"),
    UNKNOWN: say("无法核对：签名人的密钥未知（用 --key 指定） | not checked: name the signer's key with --key"),
}
LOTTERIES = {  # how many of how many: front, back
    "lottery/cn-kl8": (20, 80, 0, 0),
    "lottery/cn-ssq": (6, 33, 1, 16),
    "lottery/cn-dlt": (5, 35, 2, 12),
}


def value_problem(source: Json, value: str, draw: str) -> Text | None:
    """Is this the canonical form of a value of that source (section 3)?"""
    kind = source["type"]
    if kind == "dice/d10":
        good = bool(re.fullmatch("[0-9]*", value)) and len(value) == source["count"]
        return None if good else say("数字个数不对 | the wrong number of digits")
    if kind == "commit/sha256":
        good = not hex64(value) and commitment(draw, source["id"], value) == source["commitment"]
        return None if good else say("秘密与承诺不符 | the secret does not open the commitment")
    if kind in LOTTERIES:
        front, front_of, back, back_of = LOTTERIES[kind]
        issue, _, drawn = value.partition(":")
        parts = drawn.split("+") if back else [drawn, ""]
        good = issue == source["issue"] and len(parts) == 2
        for part, count, highest in zip(parts, (front, back), (front_of, back_of), strict=False):
            balls = split(part)
            good &= len(balls) == count and not ascending(balls)
            good &= all(re.fullmatch("[0-9]{2}", ball) and 1 <= int(ball) <= highest for ball in balls)
        return None if good else say("期号或号码不合该彩票 | not the issue, or not numbers of that lottery")
    good = not hex_lower(value) and len(value) == (64 if kind == "drand/quicknet" else 128)
    return None if good else say("不是小写十六进制的随机值 | not a random value in lowercase hex")


def beacon_time(source: Json) -> int | None:
    """Unix seconds at which a beacon's value comes into being (section 3.2); None for a contribution."""
    if source["type"] == "drand/quicknet":
        return DRAND_GENESIS + (int(source["round"]) - 1) * DRAND_PERIOD
    return instant(source["time"]) if "time" in source else None


class Audit:
    """The checks that a draw and a plan share, over files that are read when first asked for."""

    kind: str
    main: str  # the file whose hash is M
    tables: tuple[str, ...]
    order_of_checks: tuple[tuple[int, str], ...]

    def __init__(self, files: Files, trusted: Iterable[bytes] = ()) -> None:
        self.files = {name: data for name, data in files.items() if data is not None}
        self.strangers = sorted(name for name, data in files.items() if data is None)
        self.trusted = set(trusted)
        self.digest = hex_sha256(self.files[self.main])  # M
        self.checks: list[Check] = []
        self._parsed: dict[str, Any] = {}

    def run(self) -> None:
        """All checks, in order."""
        for n, name in self.order_of_checks:
            self.run_one(n, name, getattr(self, f"check_{name}"))
            if name == "randomness":
                for source in self.sources(quietly=True):
                    self.run_one(n, f"randomness:{source['id']}", functools.partial(self.check_value, source))

    def run_one(self, n: int, name: str, check: Callable[[], Text]) -> None:
        """One check; a fault of this program must never look like a pass."""
        try:
            row = Check(n, name, "pass", check())
        except Finding as it:
            row = Check(n, name, it.outcome, it.text, it.file, it.line, it.expected, it.found)
        except Exception as error:
            text = say("程序未料到：{0} | something the program did not expect: {0}", type(error).__name__)
            row = Check(n, name, "FAIL", text)
        self.checks.append(row)

    def raw(self, name: str) -> bytes:
        """The bytes of a file; absent if it is not there."""
        if name not in self.files:
            raise absent("记录包中没有 {0} | {0} is not in the bundle", name)
        return self.files[name]

    def parsed(self, name: str) -> Any:
        """A file as read; raises what its reader found wrong."""
        if name not in self._parsed:
            try:
                self._parsed[name] = read_file(name, self.files[name])
            except Finding as finding:
                self._parsed[name] = finding
        if isinstance(self._parsed[name], Finding):
            raise self._parsed[name]
        return self._parsed[name]

    def take(self, name: str) -> Any:
        """A file as read, for a later check: absent if it is not there or did not parse."""
        self.raw(name)
        try:
            return self.parsed(name)
        except Finding:
            raise because("files", name) from None

    @property
    def root(self) -> Json:
        """The manifest, or the plan."""
        found: Json = self.take(self.main)
        return found

    @property
    def subject(self) -> str:
        """The id of the draw, or of the plan."""
        return str(self.root[self.kind])

    def sources(self, quietly: bool = False) -> list[Json]:
        """The sources of randomness that were named."""
        try:
            found: list[Json] = self.root["randomness"]
            return found
        except Finding:
            if quietly:
                return []
            raise

    # 1: files, tables

    def check_files(self) -> Text:
        """Every file in its strict form, and no others."""
        problems = [fail("不属于记录包 | not a file of a bundle", at=shown(name)) for name in self.strangers]
        named = {f"randomness/{source['id']}.json" for source in self.sources(quietly=True)}
        for name in sorted(self.files):
            try:
                self.parsed(name)
            except Finding as finding:
                problems.append(finding)
            if named and RANDOMNESS_FILE.fullmatch(name) and name not in named:
                problems.append(fail("没有这个随机来源 | no such source of randomness", at=name))
        if len(problems) > 1:
            problems[0].text = say("{0}（另有 {1} 处） | {0} (and {1} more)", problems[0].text, len(problems) - 1)
        if problems:
            raise problems[0]
        return say("{0} 个文件，格式严格相符 | {0} files, all in their strict form", len(self.files))

    def facts_of(self, table: str) -> Json:
        """What the manifest says of a table."""
        facts: Json = self.root["files"][table] if self.kind == "draw" else self.root["file"]
        return facts

    def check_tables(self) -> Text:
        """Lines, hash and root of each table."""
        for table in self.tables:
            if table in self.files:
                facts, lines = self.facts_of(table), lines_of(self.files[table])
                equal("lines", facts["lines"], len(lines), table)
                equal("sha256", facts["sha256"], hex_sha256(self.files[table]), table)
                equal("root", facts["root"], root_of(lines).hex(), table)
        for table in self.tables:
            self.raw(table)
        return say("{0} 张表的行数、哈希、树根相符 | lines, hashes and roots agree: tables {0}", len(self.tables))

    # 2: manifest, signatures, inclusion, checkpoint, cosignatures (section 9)

    def check_manifest(self) -> Text:
        """M is what the result and the transcript name."""
        if "result.json" in self.files:
            equal("M", self.digest, self.take("result.json")["manifest"], ("result.json", 1))
        if "seed.txt" in self.files:
            equal("M", self.digest, self.take("seed.txt")[1][1], ("seed.txt", 2))
        if not {"result.json", "seed.txt"} & self.files.keys():
            raise absent("M = {0}，没有文件提到它 | M = {0}, and no file names it", self.digest)
        return say("M = {0} | M = {0}", self.digest)

    def known_keys(self) -> list[bytes]:
        """The trusted keys first, then those that the bundle offers for itself."""
        offered = self.take("log/proofs.json")["keys"] if "log/proofs.json" in self.files else []
        return [*sorted(self.trusted), *(key for key in map(bytes.fromhex, offered) if key not in self.trusted)]

    def check_signatures(self) -> Text:
        """The envelopes of the manifest and of the result."""
        stems = [stem for stem in (self.main.removesuffix(".json"), "result") if f"{stem}.json" in self.files]
        signed = [stem for stem in stems if f"{stem}.dsse.json" in self.files]
        if not signed:
            self.raw(f"{stems[0]}.dsse.json")
        worst = max(self.standing_of_envelope(stem) for stem in signed)
        if len(signed) < len(stems):
            raise warn("只签了 {0} | only this is signed: {0}", " ".join(signed))
        if worst in DOUBTS:
            raise Finding("warn", DOUBTS[worst])
        return say("受信任密钥的签名成立：{0} | signed by a key you trust: {0}", " ".join(signed))

    def standing_of_envelope(self, stem: str) -> int:
        """Of its best signature; raises for one that does not hold, or for a payload of something else."""
        name = f"{stem}.dsse.json"
        envelope = self.take(name)
        kind, payload = envelope["payloadType"], from_base64(envelope["payload"])
        equal("payloadType", "application/vnd.double-random.v1+json", kind, name)
        record = read_json(name, payload)
        equal("type", f"double-random/1/{stem}", record.get("type") if isinstance(record, dict) else None, name)
        equal("payload", self.raw(f"{stem}.json"), payload, name)
        message = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
        best = UNKNOWN
        for item in envelope["signatures"]:
            named = [bytes.fromhex(item["keyid"])] if HEX64.fullmatch(item["keyid"]) else None
            signature = from_base64(item["sig"])
            holds = [key for key in named or self.known_keys() if ed25519_holds(key, message, signature)]
            if named and not holds:
                raise fail("签名不成立 | a signature does not hold", at=(name, 1), found=item["keyid"])
            for key in holds:
                best = min(best, TRUSTED if key in self.trusted else OFFERED)
        return best

    @functools.cached_property
    def notes(self) -> list[Note]:
        """The checkpoints, ascending by size: those of log/proofs.json, then log/checkpoint."""
        name = "log/proofs.json"
        older = self.take(name)["checkpoints"] if name in self.files else []
        return [*(read_note(name, item["note"].encode()) for item in older), self.take("log/checkpoint")]

    @functools.cached_property
    def entries(self) -> list[Entry]:
        """What the bundle has of the log."""
        entries: list[Entry] = self.take("log/entries.jsonl")
        return entries

    @functools.cached_property
    def log_is_whole(self) -> bool:
        """Are these all entries under the checkpoint?"""
        try:
            return [entry.sequence for entry in self.entries] == list(range(self.notes[-1].size))
        except Finding:
            return False

    def entry_of(self, kind: str, payload: bytes) -> Entry | None:
        """The log's entry of a payload of this draw or plan."""
        draw = self.subject if self.kind == "draw" else None
        wanted = {"kind": kind, "plan": self.root["plan"], "draw": draw, "payload_sha256": hex_sha256(payload)}
        return next((entry for entry in self.entries if wanted.items() <= entry.record.items()), None)

    def contributions(self) -> list[tuple[str, bytes]]:
        """File and payload of each contribution that the log must hold; a commitment stands in the manifest itself."""
        found = []
        for source in self.sources():
            name = f"randomness/{source['id']}.json"
            if source["type"] == "dice/d10" and name in self.files:
                payload = {"type": "double-random/1/contribution", "draw": self.subject, "source": source["id"]}
                found.append((name, canonical(payload | {"value": self.take(name)["value"]})))
        return found

    def check_inclusion(self) -> Text:
        """Every entry is under the checkpoint, and everything that belongs in the log is an entry."""
        entries, note = self.entries, self.notes[-1]
        proofs = self.take("log/proofs.json")["inclusion"] if "log/proofs.json" in self.files else []
        paths = {proof["sequence"]: list(map(bytes.fromhex, proof["path"])) for proof in proofs}
        whole = self.log_is_whole and root_of(entry.leaf for entry in entries)
        for n, entry in enumerate(entries, 1):
            root = whole or None
            if entry.sequence in paths:
                root = root_from_path(leaf_hash(entry.leaf), entry.sequence, note.size, paths[entry.sequence])
            if root != note.root:
                raise fail("没有成立的包含证明 | no proof of inclusion that holds", at=("log/entries.jsonl", n))
        kind = "manifest" if self.kind == "draw" else "plan"
        wanted: list[tuple[str, int | None, str, bytes]] = [(self.main, None, kind, self.files[self.main])]
        wanted += [(name, None, "contribution", payload) for name, payload in self.contributions()]
        wanted += [(name, None, "result", self.files[name]) for name in ("result.json",) if name in self.files]
        events = lines_of(self.files.get("events.tsv", b""))
        wanted += [("events.tsv", n, "event", event) for n, event in enumerate(events, 1)]
        for name, line, kind, payload in wanted:
            logged, envelope = self.entry_of(kind, payload), name.replace(".json", ".dsse.json")
            if logged is None:
                raise fail("日志中没有这条 {0} | the log has no such {0}", kind, at=(name, line))
            if envelope in self.files and name != envelope:
                equal("envelope_sha256", hex_sha256(self.files[envelope]), logged.record["envelope_sha256"], envelope)
        return say("{0} 条日志记录都在检查点之下 | log entries under the checkpoint: {0}", len(entries))

    def lines_on(self, note: Note, witnesses: bool) -> list[tuple[int, int]]:
        """Standing and time of each signature line of the log itself (time 0), or of its witnesses."""
        found = []
        for signer, hint, blob in note.signatures:
            time, message, algorithm = 0, note.body, b"\x01"
            if len(blob) == 72:
                time, algorithm = int.from_bytes(blob[:8], "big"), b"\x04"
                message = f"cosignature/v1\ntime {time}\n".encode() + note.body
            if (algorithm == b"\x04") != witnesses or (not witnesses and (signer != note.origin or len(blob) != 64)):
                continue
            standing = UNKNOWN
            for key in self.known_keys():
                if sha256(signer.encode() + b"\n" + algorithm + key)[:4] == hint:
                    if not ed25519_holds(key, message, blob[-64:]):
                        raise fail("签名不成立 | a signature does not hold", at="log/checkpoint", found=signer)
                    standing = min(standing, TRUSTED if key in self.trusted else OFFERED)
            found.append((standing, time))
        return found

    def check_checkpoint(self) -> Text:
        """The log's signature on each checkpoint, each the beginning of the last."""
        last, worst = self.notes[-1], TRUSTED
        if self.log_is_whole:
            computed = root_of(entry.leaf for entry in self.entries)
            equal("root", computed.hex(), last.root.hex(), ("log/checkpoint", 3))
        for n, note in enumerate(self.notes):
            if note is not last:
                path = list(map(bytes.fromhex, self.take("log/proofs.json")["checkpoints"][n]["consistency"]))
                grows = is_extension(note.size, note.root, last.size, last.root, path)
                if note.origin != last.origin or not grows:
                    raise fail(
                        "较早的检查点不是它的开头 | an earlier checkpoint is not its beginning", at="log/proofs.json"
                    )
            lines = self.lines_on(note, witnesses=False)
            if not lines:
                raise fail("日志自己没有签名 | not signed by the log itself", at="log/checkpoint", expected=note.origin)
            worst = max(worst, min(lines)[0])
        if worst in DOUBTS:
            raise Finding("warn", DOUBTS[worst])
        return say("{0}，{1} 条 | {0}, entries: {1}", last.origin, last.size)

    def check_cosignatures(self) -> Text:
        """What witnesses outside the office signed."""
        lines = [line for note in self.notes for line in self.lines_on(note, witnesses=True)]
        if not lines:
            raise absent("检查点没有见证人联署 | no witness has cosigned the checkpoint")
        best = min(lines)[0]
        if best in DOUBTS:
            raise Finding("warn", DOUBTS[best])
        count = sum(standing == TRUSTED for standing, _ in lines)
        return say("受信任见证人的联署 {0} 个 | cosignatures by witnesses you trust: {0}", count)

    # 3: time (section 3.2)

    def witnessed(self, kind: str, payload: bytes) -> tuple[int, int] | None:
        """Standing and time of the earliest cosignature, of the best standing, over an entry."""
        entry = self.entry_of(kind, payload)
        covering = [note for note in self.notes if entry and note.size > entry.sequence]
        lines = [line for note in covering for line in self.lines_on(note, witnesses=True) if line[0] != UNKNOWN]
        return min(lines, default=None)

    def check_time(self) -> Text:
        """The manifest before every contribution, and those before every beacon, by more than the operator's word."""
        lead = self.root["lead_seconds"]
        if not {"log/checkpoint", "log/entries.jsonl"} <= self.files.keys():
            raise absent(
                "没有外部时间：要有见证人联署的检查点 | no outside time: it takes checkpoints that witnesses cosigned"
            )
        for row in self.checks:
            if row.name in ("inclusion", "checkpoint", "cosignatures") and row.outcome in ("FAIL", "absent"):
                raise because(row.name) if row.outcome == "FAIL" else Finding("absent", row.detail)
        kind = "manifest" if self.kind == "draw" else "plan"
        marks = [(self.main, self.witnessed(kind, self.files[self.main]))]
        marks += [(name, self.witnessed("contribution", payload)) for name, payload in self.contributions()]
        times: dict[str, int] = {}
        for name, seen in marks:
            if seen is None:
                raise absent("{0} 没有外部时间 | no outside time of {0}", name)
            times[name] = seen[1]
        sealed = times[self.main]
        for name, time in times.items():
            if name != self.main and time <= sealed:
                raise fail(
                    "不在清单锁定之后 | not later than the manifest", at=name, expected=f"> {sealed}", found=time
                )
            for source in self.sources():
                comes = beacon_time(source)
                if comes is not None and (comes <= time or comes < time + lead):
                    raise fail(
                        "信标 {0} 不够晚于 {1} | beacon {0} is not late enough after {1}",
                        source["id"],
                        name,
                        at=(self.main, 1),
                        expected=f">= {time + lead}",
                        found=comes,
                    )
        if any(seen and seen[0] == OFFERED for _, seen in marks):
            raise Finding("warn", DOUBTS[OFFERED])
        return say("清单、贡献、信标依次在后 | manifest, contributions and beacons follow in this order")

    # 4: randomness (section 3)

    def check_randomness(self) -> Text:
        """The sources together: how many of which kind, and none asked twice."""
        sources, sealed = self.sources(), self.root.get("mode") == "sealed"
        beacons = [source for source in sources if source["type"] not in CONTRIBUTIONS]
        asked = Counter((s["type"], s.get("round") or s.get("issue") or s["time"]) for s in beacons)
        for value, count in asked.items():
            if count > 1:
                raise fail("同一个值要了两次 | one value is asked for twice", at=(self.main, 1), found=value)
        commits = sum(source["type"] == "commit/sha256" for source in sources)
        if commits != sealed:
            raise fail(
                "承诺的个数不合 mode | the number of commitments does not fit the mode",
                at=(self.main, 1),
                found=commits,
            )
        if sealed and not beacons:
            raise fail("封存模式至少要有一个信标 | a sealed draw needs a beacon", at=(self.main, 1))
        if not beacons:
            title = self.root.get("title", "").lower()
            demo = "演示" in title or "demonstration" in title
            note = say("；标题说明这是演示 | ; its title says that it is a demonstration") if demo else ""
            raise warn("没有信标，只凭见证人{} | without a beacon it rests on its witnesses alone{}", note)
        return say("{0} 个来源，其中信标 {1} 个 | {0} sources, {1} of them beacons", len(sources), len(beacons))

    def check_value(self, source: Json) -> Text:
        """The value of one source."""
        name, kind = f"randomness/{source['id']}.json", source["type"]
        record = self.take(name)
        for key in ("type", "chain", "round"):
            equal(key, source.get(key), record.get(key), (name, 1))
        value = record["value"]
        problem = value_problem(source, value, self.subject)
        if problem:
            raise fail("{} | {}", problem, at=(name, 1), found=value)
        if kind == "drand/quicknet":
            signature = bytes.fromhex(record["signature"])
            problem = drand_problem(source["round"], signature)
            if problem:
                raise fail("{} | {}", problem, at=(name, 1), found=record["signature"])
            equal("randomness", hex_sha256(signature), value, (name, 1))
            return say("第 {0} 轮，BLS 签名成立 | round {0}, its BLS signature holds", source["round"])
        if kind == "nist/2.0":
            pulse = record["pulse"]
            equal("timeStamp", source["time"], pulse["timeStamp"], (name, 1))
            problem = nist_problem(pulse, record["certificate"])
            if problem:
                raise fail("{} | {}", problem, at=(name, 1))
            equal("outputValue", pulse["outputValue"].lower(), value, (name, 1))
            return say(
                "RSA 签名成立；证书 {0}… 须与 beacon.nist.gov 的核对 | "
                "the RSA signature holds; compare certificate {0}... with beacon.nist.gov",
                pulse["certificateId"][:16],
            )
        if kind == "commit/sha256":
            return say("秘密与清单中的承诺相符 | the secret opens the commitment in the manifest")
        if kind == "dice/d10":
            return say("{0} 个数字；请问见证人 | {0} digits; ask the witnesses", len(value))
        return say("格式相符；请与公布的开奖结果核对 | in its form; compare it with the published result")

    # 5: seed (section 4)

    @functools.cached_property
    def transcript(self) -> bytes:
        """The seed's transcript; a value whose file is not in the bundle is taken from seed.txt."""
        text = f"double-random/1/seed\nmanifest\t{self.digest}\n"
        for n, source in enumerate(self.sources()):
            name = f"randomness/{source['id']}.json"
            if name in self.files or "seed.txt" not in self.files:
                value = self.take(name)["value"]
            else:
                rows = self.take("seed.txt")[2:]
                value = rows[n][3] if n < len(rows) else ""
                problem = value_problem(source, value, self.subject)
                if problem:
                    raise fail("{} | {}", problem, at=("seed.txt", n + 3), found=value)
            text += f"source\t{n}\t{source['id']}\t{value}\n"
        return text.encode()

    @functools.cached_property
    def seed(self) -> str:
        """The seed, in hex."""
        try:
            return hex_sha256(self.transcript)
        except Finding as finding:
            raise because("seed") if finding.outcome == "FAIL" else finding from None

    def check_seed(self) -> Text:
        """The transcript byte for byte, and the seed's own hash."""
        if "seed.txt" in self.files:
            same_bytes("seed.txt", self.transcript, self.files["seed.txt"])
        seed = hex_sha256(self.transcript)
        if "result.json" in self.files:
            own = hex_sha256(bytes.fromhex(seed))
            equal("seed_sha256", own, self.take("result.json")["seed_sha256"], ("result.json", 1))
        if "seed.txt" not in self.files:
            raise absent("种子 {0}；记录包中没有 seed.txt | seed {0}; seed.txt is not in the bundle", seed)
        return say("种子 {0} | seed {0}", seed)


# ---------------------------------------------------------------------------------------------------------------------
# Section 11: the checks of a draw, and of the lottery of a plan
# ---------------------------------------------------------------------------------------------------------------------

COMMON_CHECKS = (
    *((2, name) for name in ("manifest", "signatures", "inclusion", "checkpoint", "cosignatures")),
    *((3, "time"), (4, "randomness"), (5, "seed")),
)


def take_of(population: int, rule: Json) -> int:
    """How many a rule takes (section 2), in exact integers."""
    if rule["kind"] == "fixed":
        return min(population, int(rule["count"]))
    n, d = int(rule["numerator"]), int(rule["denominator"])
    ceil = rule["rounding"] == "ceil"
    rounded = (population * n + d - 1) // d if ceil else (2 * population * n + d) // (2 * d)
    return min(population, max(int(rule["minimum"]), rounded))


class Draw(Audit):
    """All eleven groups of section 11."""

    kind, main, tables = "draw", "manifest.json", TABLES
    order_of_checks = (
        *((1, name) for name in ("files", "tables", "strata", "references", "teams")),
        *COMMON_CHECKS,
        *((6, "order"), (7, "level"), (7, "assignment"), (7, "unfilled"), (8, "result")),
        *((9, "events"), (9, "state"), (10, "sequence"), (11, "reveal")),
    )

    def check_strata(self) -> Text:
        """Populations and takes (section 2)."""
        strata, counted = self.root["strata"], Counter(row[1] for row in self.take("pool.tsv"))
        equal("strata", sorted(counted), [stratum["id"] for stratum in strata], (self.main, 1))
        for stratum in strata:
            name, population = stratum["id"], stratum["population"]
            equal(f"{name} population", counted[name], population, (self.main, 1))
            equal(f"{name} take", take_of(population, stratum["rule"]), stratum["take"], (self.main, 1))
        taken = sum(stratum["take"] for stratum in strata)
        return say(
            "{0} 层 {1} 家，抽 {2} 家 | {0} strata, {1} entries, {2} to draw", len(strata), counted.total(), taken
        )

    def check_references(self) -> Text:
        """Ids, roles and needs fit together (section 2)."""
        pool, people = self.take("pool.tsv"), self.take("inspectors.tsv")
        left_out, recusals = self.take("excluded.tsv"), self.take("recusals.tsv")
        asking = [(self.main, 1, slot) for slot in self.root["slots"]]
        having = [("inspectors.tsv", n, split(row[2])) for n, row in enumerate(people, 1)]
        for file, n, marks in asking + having:
            if len(ROLES.intersection(marks)) != 1:
                raise fail("角色必须恰有一个 | a role is missing or twice", at=(file, n), found=marks)
        for n, row in enumerate(pool, 1):
            if any(need.startswith("role:") for need in split(row[2])):
                raise fail("需求不得是角色 | a need must not be a role", at=("pool.tsv", n), found=row[2])
        entries, names = {row[0] for row in pool}, {row[0] for row in people}
        for n, row in enumerate(left_out, 1):
            if row[0] in entries:
                raise fail("既在抽查池又被排除 | in the pool and excluded", at=("excluded.tsv", n), found=row[0])
        entries.update(row[0] for row in left_out)
        for n, (name, entry) in enumerate(recusals, 1):
            for what, known in ((name, names), (entry, entries)):
                if what not in known:
                    raise fail("不认识的标识 | an unknown id", at=("recusals.tsv", n), found=what)
        return say(
            "{0} 名人员、{1} 条回避、{2} 家排除，互相对应 | {0} people, {1} recusals, {2} left out: all fit together",
            *map(len, (names, recusals, left_out)),
        )

    def roster(self) -> Roster:
        """Who may take which slot, before any event."""
        return Roster(self.root["slots"], *map(self.take, ("pool.tsv", "inspectors.tsv", "recusals.tsv")))

    def check_teams(self) -> Text:
        """Each entry of the pool alone has a full team (section 2)."""
        roster, known = self.roster(), dict[Any, bool]()
        for n, (entry, _, needs, marks) in enumerate(self.take("pool.tsv"), 1):
            alike = needs, marks, frozenset(roster.recused.get(entry, ()))
            if alike not in known:
                known[alike] = roster.has_team(entry)
            if not known[alike]:
                text = (
                    "没有可行的小组，应以 no-eligible-team 排除 | no possible team: to be excluded as no-eligible-team"
                )
                raise fail(text, at=("pool.tsv", n), found=entry)
        return say("{0} 家各自都能组成小组 | each of {0} entries alone can have a team", len(roster.entries))

    # 6: order (section 5)

    @functools.cached_property
    def order(self) -> dict[str, list[tuple[bytes, str]]]:
        """The lots of each stratum, ascending."""
        key, order = Key(self.seed, "select"), dict[str, list[tuple[bytes, str]]]()
        for row in self.take("pool.tsv"):
            order.setdefault(row[1], []).append(key.lot(row[0]))
        return {stratum: sorted(lots) for stratum, lots in sorted(order.items())}

    @functools.cached_property
    def takes(self) -> dict[str, int]:
        """How many the manifest takes of each stratum."""
        return Counter({stratum["id"]: stratum["take"] for stratum in self.root["strata"]})

    @functools.cached_property
    def drawn(self) -> list[str]:
        """The entries that are drawn."""
        return [entry for stratum, lots in self.order.items() for _, entry in lots[: self.takes[stratum]]]

    @functools.cached_property
    def order_lines(self) -> bytes:
        """order.tsv."""
        rows = []
        for stratum, lots in self.order.items():
            for rank, (ticket, entry) in enumerate(lots, 1):
                status = "selected" if rank <= self.takes[stratum] else "reserve"
                rows.append(f"{stratum}\t{rank}\t{entry}\t{ticket.hex()}\t{status}\n")
        return "".join(rows).encode()

    def check_order(self) -> Text:
        """Every lot number, byte for byte."""
        same_bytes("order.tsv", self.order_lines, self.raw("order.tsv"))
        count = sum(map(len, self.order.values()))
        return say("{0} 家的次序逐字节相同，抽中 {1} 家 | {0} lots byte for byte, {1} drawn", count, len(self.drawn))

    # 7: level, assignment, unfilled (section 6)

    @functools.cached_property
    def outcome(self) -> Outcome:
        """Who inspects what."""
        roster, pair, first = self.roster(), Key(self.seed, "pair"), Key(self.seed, "task-order")
        tasks = {task: roster.preferred(task, pair) for task in sorted(self.drawn, key=first.lot)}
        capacity = {name: who.capacity for name, who in roster.people.items()}
        return ticket_augment(tasks, capacity, self.root["algorithm"]["slack"])

    @functools.cached_property
    def assign_lines(self) -> bytes:
        """assign.tsv."""
        holder = self.outcome.seating.holder
        return "".join(f"{task}\t{q}\t{holder[task, q]}\n" for task, q in sorted(holder)).encode()

    def check_level(self) -> Text:
        """L*."""
        equal("level", self.outcome.level, self.take("result.json")["level"], ("result.json", 1))
        return say("L* = {0} | L* = {0}", self.outcome.level)

    def check_assignment(self) -> Text:
        """Every filled slot, byte for byte."""
        same_bytes("assign.tsv", self.assign_lines, self.raw("assign.tsv"))
        return say("{0} 个岗位逐字节相同 | {0} slots byte for byte", len(self.outcome.seating.holder))

    def check_unfilled(self) -> Text:
        """Every slot left unfilled could not have been filled."""
        failures = self.outcome.failures
        for failure in failures:
            if not self.outcome.seating.proves(failure):
                raise fail("空缺的证明不成立 | a certificate does not hold", at="assign.tsv", found=failure.slot)
        equal("unfilled", len(failures), self.take("result.json")["unfilled"], ("result.json", 1))
        return say("空缺 {0} 个，各有证明 | {0} unfilled, each with its certificate", len(failures))

    # 8: result (section 7)

    def check_result(self) -> Text:
        """The members of result.json that no other check has looked at."""
        result = self.take("result.json")
        equal("draw", self.subject, result["draw"], ("result.json", 1))
        equal("manifest", self.digest, result["manifest"], ("result.json", 1))
        seating, leaf, file = self.outcome.seating, Key(self.seed, "leaf-salt"), Key(self.seed, "file-salt")
        leaves = []
        for entry in sorted(self.drawn):
            team = ",".join(seating.holder.get(slot, "") for slot in seating.slots_of[entry])
            leaves.append(f"{leaf.ticket(entry).hex()}\t{entry}\t{team}".encode())
        sealed = self.root["mode"] == "sealed"
        members = {
            "order_sha256": hex_sha256(self.order_lines),
            "order_root": root_of(lines_of(self.order_lines)).hex() if sealed else None,
            "assign_sha256": hex_sha256(f"{file.hex}\n".encode() + self.assign_lines),
            "team_root": root_of(leaves).hex(),
            "max_load": max(map(len, seating.held.values()), default=0),
        }
        for name, value in members.items():
            equal(name, value, result[name], ("result.json", 1))
        return say("其余各项相符 | all its other members agree")

    # 9: events, state (section 8)

    @functools.cached_property
    def replay(self) -> Replay:
        """The state after all events."""
        rows = self.take("events.tsv")
        order = {stratum: [entry for _, entry in lots] for stratum, lots in self.order.items()}
        state = Replay(self.root, self.roster(), Key(self.seed, "pair"), order, self.outcome)
        for n, row in enumerate(rows, 1):
            try:
                state.apply(*row[1:4])
            except RefusedEvent as refusal:
                raise fail("{} | {}", refusal.text, at=("events.tsv", n), found="\t".join(row[:4])) from None
        return state

    def check_events(self) -> Text:
        """Every event is allowed."""
        short = ", ".join(f"{stratum} {n}" for stratum, n in sorted(self.replay.short.items()))
        return say(
            "{0} 个事件；空缺 {1} 个；无可递补：{2} | {0} events; vacant slots: {1}; short for want of reserve: {2}",
            len(self.take("events.tsv")),
            len(self.replay.vacant),
            short or "0",
        )

    def check_state(self) -> Text:
        """The state byte for byte."""
        try:
            state = self.replay
        except Finding as finding:
            raise because("events") if finding.outcome == "FAIL" else finding from None
        same_bytes("state.tsv", state.lines(), self.raw("state.tsv"))
        count, done = len(state.drawn), len(state.done)
        return say("{0} 家逐字节相同，已完成 {1} 家 | {0} entries byte for byte, {1} done", count, done)

    # 10: sequence; 11: reveal

    def events_of(self, kind: str) -> list[Row]:
        """The events of one kind; none when there is no file of events."""
        rows: list[Row] = self.take("events.tsv") if "events.tsv" in self.files else []
        return [row for row in rows if row[1] == kind]

    def check_sequence(self) -> Text:
        """Numbered without gaps, as far as the bundle shows it."""
        sequence, previous = self.root["sequence"], self.root["previous"]
        if (sequence == 1) != (previous is None):
            raise fail(
                "previous 与 sequence 不合 | previous does not fit the sequence", at=(self.main, 1), found=previous
            )
        voids = len(self.events_of("void"))
        if not self.log_is_whole:
            if "result.json" not in self.files and not voids:
                raise absent("第 {0} 次；既无结果也无作废 | number {0}; neither a result nor a void", sequence)
            return say(
                "第 {0} 次，作废 {1} 次；计划内是否连号，没有完整日志看不出 | "
                "number {0}, voids: {1}; gaps within the plan cannot be seen without the whole log",
                sequence,
                voids,
            )
        records = [entry.record for entry in self.entries if entry.record["plan"] == self.root["plan"]]
        manifests = [record for record in records if record["kind"] == "manifest"]
        mine = [n for n, record in enumerate(manifests, 1) if record["draw"] == self.subject]
        equal("sequence", mine, [sequence], "log/entries.jsonl")
        before = manifests[sequence - 2]["payload_sha256"] if sequence > 1 else None
        equal("previous", before, previous, (self.main, 1))
        ended = {record["draw"] for record in records if record["kind"] in ("result", "event")}
        pending = [record["draw"] for record in manifests if record["draw"] not in ended]
        if pending:
            raise warn("尚无结果：{0} | without a result: {0}", pending[0])
        return say(
            "第 {0} 次，作废 {1} 次；本计划 {2} 次，连号 | number {0}, voids: {1}; {2} in this plan, without gaps",
            sequence,
            voids,
            len(manifests),
        )

    def check_reveal(self) -> Text:
        """A sealed draw is revealed, and in time."""
        until, reveals = self.root["reveal_by"], self.events_of("reveal")
        if until is None:
            return say("公开模式，无须揭示 | an open draw: nothing to reveal")
        logged = {"log/checkpoint", "log/entries.jsonl"} <= self.files.keys()
        end = instant(f"{until}T23:59:59+08:00")  # the day as the office counts it
        if not reveals:
            if self.events_of("void"):
                raise fail("已作废而未揭示 | voided without a reveal", at="events.tsv")
            lines = [line for note in self.notes for line in self.lines_on(note, True)] if logged else []
            if any(standing == TRUSTED and time > end for standing, time in lines):
                raise fail("{0} 已过而未揭示 | not revealed by {0}", until, at=(self.main, 1))
            known = [s["id"] for s in self.sources() if f"randomness/{s['id']}.json" in self.files]
            if any(s["type"] == "commit/sha256" and s["id"] in known for s in self.sources()):
                raise warn("秘密已在记录包中，但没有 reveal 事件 | the secret is in the bundle without an event reveal")
            raise warn("尚未揭示（期限 {0}） | not revealed yet (due by {0})", until)
        self.check_state_of_events()
        seen = self.witnessed("event", "\t".join(reveals[0]).encode()) if logged else None
        if seen is None:
            raise absent(
                "已揭示；是否在 {0} 前，要有联署的检查点 | revealed; by {0}? That takes cosigned checkpoints", until
            )
        if seen[1] > end:
            raise fail(
                "揭示晚于 {0} | revealed later than {0}", until, at=("events.tsv", int(reveals[0][0])), found=seen[1]
            )
        if seen[0] in DOUBTS:
            raise Finding("warn", DOUBTS[seen[0]])
        return say("已在 {0} 前揭示 | revealed by {0}", until)

    def check_state_of_events(self) -> None:
        """A reveal that the replay refuses is none."""
        try:
            _ = self.replay
        except Finding as finding:
            raise because("events") if finding.outcome == "FAIL" else finding from None


class Plan(Audit):
    """The lottery of an annual plan (section 13)."""

    kind, main, tables = "plan", "plan.json", ("enterprises.tsv",)
    order_of_checks = ((1, "files"), (1, "tables"), (1, "classes"), *COMMON_CHECKS, (6, "months"))

    def check_classes(self) -> Text:
        """Populations, and the counts of the patterns."""
        classes, counted = self.root["classes"], Counter(row[1] for row in self.take("enterprises.tsv"))
        equal("classes", sorted(counted), [group["id"] for group in classes], (self.main, 1))
        for group in classes:
            name, total = group["id"], sum(item["count"] for item in group["patterns"])
            equal(f"{name} population", counted[name], group["population"], (self.main, 1))
            equal(f"{name} counts", counted[name], total, (self.main, 1))
        return say(
            "{0} 类 {1} 家，人数相合 | {0} classes, {1} enterprises: counts add up", len(classes), counted.total()
        )

    def check_months(self) -> Text:
        """Who is visited in which months."""
        key, lots, rows = Key(self.seed, "plan-month"), dict[str, list[tuple[bytes, str]]](), []
        for name, group in self.take("enterprises.tsv"):
            lots.setdefault(group, []).append(key.lot(name))
        for group in self.root["classes"]:
            drawn = (name for _, name in sorted(lots.get(group["id"], [])))
            for item in group["patterns"]:
                months = ",".join(map(str, item["months"]))
                rows += [f"{name}\t{months}\n" for name in itertools.islice(drawn, item["count"])]
        same_bytes("months.tsv", "".join(sorted(rows)).encode(), self.raw("months.tsv"))
        return say("{0} 家的月份逐字节相同 | the months of {0} enterprises byte for byte", len(rows))


# ---------------------------------------------------------------------------------------------------------------------
# The report and the command
# ---------------------------------------------------------------------------------------------------------------------


class Report:
    """The outcome of all checks of one bundle."""

    def __init__(self, audit: Audit) -> None:
        self.kind, self.digest, self.checks = audit.kind, audit.digest, audit.checks
        self.id: str | None = None
        self.seed: str | None = None
        try:
            self.id = audit.subject
            self.seed = audit.seed
        except Finding:
            pass  # then it stays unknown

    def counts(self) -> dict[str, int]:
        """How many checks ended in each way."""
        return {way: sum(check.outcome == way for check in self.checks) for way in ("pass", "warn", "FAIL", "absent")}

    def exit_status(self, strict: bool = False) -> int:
        """0 or 1."""
        counts = self.counts()
        return int(counts["FAIL"] > 0 or (strict and counts["warn"] + counts["absent"] > 0))

    def as_json(self, bundle: str, language: str = "en", strict: bool = False) -> Json:
        """The report for a machine."""
        checks = [dataclasses.asdict(row) | {"detail": getattr(row.detail, language)} for row in self.checks]
        head = {"bundle": bundle, "type": self.kind, "id": self.id, "manifest": self.digest, "seed": self.seed}
        return head | {"checks": checks, "counts": self.counts(), "exit": self.exit_status(strict)}

    def as_text(self, bundle: str, language: str = "en", strict: bool = False) -> str:
        """The report for a person."""
        zh, width = language == "zh", max(len(row.name) for row in self.checks)
        words = ("第 {} 行", "应为", "实为", "抽取", "计划") if zh else ("line {}", "expected", "found", "draw", "plan")
        kind, unknown = words[3 if self.kind == "draw" else 4], "?"
        rows = [
            f"{shown(bundle)}: {kind} {self.id or unknown}",
            f"M    {self.digest}",
            f"seed {self.seed or unknown}",
            "",
        ]
        for row in self.checks:
            rows.append(f"{row.number:>2} {row.name:<{width}}  {row.outcome:<6}  {getattr(row.detail, language)}")
            place = [row.file, None if row.line is None else words[0].format(row.line)]
            values = [(words[1], row.expected), (words[2], row.found)]
            more = [", ".join(filter(None, place)), *(f"{word} {value}" for word, value in values if value is not None)]
            rows += [" " * (width + 13) + text for text in more if text]
        if self.exit_status(strict):
            verdict = "未通过" if zh else "not accepted"
        else:
            verdict = "没有一项失败" if zh else "nothing failed"
        return "\n".join([*rows, "", "  ".join(f"{way} {n}" for way, n in self.counts().items()) + f": {verdict}"])


def audit_files(files: Files, keys: Iterable[bytes] = ()) -> Report:
    """The report on a bundle given as the bytes of its files; Unusable if it is none."""
    audit = (Draw if kind_of(files) == "draw" else Plan)(files, keys)
    audit.run()
    return Report(audit)


def verify(path: str, keys: Iterable[bytes] = ()) -> Report:
    """The report on a bundle; Unusable if it is none."""
    return audit_files(read_bundle(path), keys)


def read_keys(text: str) -> list[bytes]:
    """The Ed25519 keys that one --key names; ValueError or OSError if there are none."""
    if HEX64.fullmatch(text.lower()):
        return [bytes.fromhex(text)]
    with Path(text).open(encoding="utf-8") as stream:
        content = stream.read(100_000)
    pem = re.search(r"-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----", content)
    if pem:
        found = [base64.b64decode("".join(pem[1].split())).removeprefix(bytes.fromhex("302a300506032b6570032100"))]
    else:
        lines = content.split()
        found = [
            bytes.fromhex(line) if HEX64.fullmatch(line.lower()) else base64.b64decode(line.rpartition("+")[2])[1:]
            for line in lines
        ]
    if not found or any(len(key) != 32 for key in found):
        raise ValueError("no key")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit status."""
    native = "zh" if (os.environ.get("LC_ALL") or os.environ.get("LANG") or "").startswith("zh") else "en"
    parser = argparse.ArgumentParser(
        description="Check a draw's published bundle. 核验抽取记录包。",
        epilog="exit status: 0 nothing failed, 1 a check failed, 2 unusable input",
    )
    parser.add_argument("bundle", metavar="BUNDLE", help="a folder or a zip / 文件夹或 zip")
    parser.add_argument("--strict", action="store_true", help="warn and absent fail too / 警告与缺失也算失败")
    parser.add_argument("--json", action="store_true", help="the report as JSON / 以 JSON 输出")
    parser.add_argument("--lang", choices=("zh", "en"), default=native, help="language / 语言")
    parser.add_argument("--key", action="append", default=[], metavar="FILE|HEX", help="a trusted key / 受信任的密钥")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = parser.parse_args(arguments)
    keys: list[bytes] = []
    for text in options.key:
        try:
            keys += read_keys(text)
        except (OSError, ValueError):
            parser.error(f"--key: no Ed25519 key in {shown(text)}")
    try:
        report = verify(options.bundle, keys)
    except Unusable as reason:
        text = getattr(reason.text, options.lang)
        if options.json:
            print(json.dumps({"bundle": options.bundle, "error": text, "exit": 2}, ensure_ascii=False))
        print(f"verify_draw.py: {text}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(report.as_json(options.bundle, options.lang, options.strict), ensure_ascii=False, indent=1))
    else:
        print(report.as_text(options.bundle, options.lang, options.strict))
    return report.exit_status(options.strict)


if __name__ == "__main__":
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except KeyboardInterrupt:
        status = 2
    sys.exit(status)
