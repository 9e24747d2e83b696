"""The curve BLS12-381 of py_ecc, imported with the interpreter's recursion limit kept.

py_ecc raises the limit to 100,000 when it is imported; a deeply nested document would then overflow the stack and end
the process, where the limit of the interpreter has it refused.
"""

from __future__ import annotations

import sys

_LIMIT = sys.getrecursionlimit()

from py_ecc.bls.g2_primitives import signature_to_G2, subgroup_check  # noqa: E402  (the limit is read first)
from py_ecc.bls.hash_to_curve import hash_to_G1  # noqa: E402
from py_ecc.bls.point_compression import compress_G1, decompress_G1  # noqa: E402
from py_ecc.optimized_bls12_381.optimized_curve import G2, is_inf, neg  # noqa: E402
from py_ecc.optimized_bls12_381.optimized_pairing import final_exponentiate, pairing  # noqa: E402

sys.setrecursionlimit(_LIMIT)

__all__ = [
    "G2",
    "compress_G1",
    "decompress_G1",
    "final_exponentiate",
    "hash_to_G1",
    "is_inf",
    "neg",
    "pairing",
    "signature_to_G2",
    "subgroup_check",
]
