# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loads a shared object and reads the library table that its query returns, as
schemas/kernel_abi.h lays it out.

Usage: load_system_library.py <shared object> <name of its query>
"""
import ctypes
import sys

library = ctypes.CDLL(sys.argv[1])
query = getattr(library, sys.argv[2])
query.restype = ctypes.c_void_p
query.argtypes = [ctypes.c_uint32, ctypes.c_void_p]
assert query(0, None) is None
address = query(1, None)
table = (ctypes.c_uint32 * 8).from_address(address)
assert bytes(table)[:4] == b"IKLB"
assert table[1] == 1
name = ctypes.string_at(address + 8 + ctypes.c_int32(table[2]).value)
assert sys.argv[2] == name.decode() + "_library_query", name
