# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes module files without a compiler: programs that only copy and fill.

flatc turns JSON into the table; what surrounds it follows the comment at the
top of schemas/module.fbs.
"""

import json
import pathlib
import struct
import subprocess
import tempfile

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "schemas" / "module.fbs"
BLOB_ALIGNMENT = 64
WRITTEN = 1 << 31
CONSTANTS, STATE, FIRST_ARGUMENT = 1, 2, 3

# iree_hal_element_type_t by the names of MLIR.
ELEMENT_TYPES = {
    "i1": 0x13000008,
    **{f"i{bits}": 0x10000000 | bits for bits in (8, 16, 32, 64)},
    **{f"si{bits}": 0x11000000 | bits for bits in (8, 16, 32, 64)},
    **{f"ui{bits}": 0x12000000 | bits for bits in (8, 16, 32, 64)},
    "f16": 0x21000010, "f32": 0x21000020, "f64": 0x21000040, "bf16": 0x22000010,
}


def align(length, alignment):
    return (length + alignment - 1) // alignment * alignment


def value(type_text, name="", **fields):
    """A Value of the schema from "2x3xf32"."""
    *shape, element = type_text.split("x")
    shape = [int(dim) for dim in shape]
    length = (ELEMENT_TYPES[element] & 0xFF) // 8
    for dim in shape:
        length *= dim
    return {"name": name, "element_type": ELEMENT_TYPES[element], "shape": shape,
            "byte_length": length, **fields}


def copy(target_base, source_base, length, source_offset=0, offset=0):
    return [0x02, target_base | WRITTEN, offset, length, source_base, source_offset, length]


def fill(target_base, length, pattern_bytes, pattern):
    return [0x03 | pattern_bytes << 8, target_base | WRITTEN, 0, length,
            pattern & 0xFFFFFFFF, pattern >> 32]


def dispatch(kernel, range_count, places, constants=()):
    """`places` are (base, offset, length)."""
    return [0x01 | len(places) << 8 | len(constants) << 16, kernel, range_count,
            *(word for place in places for word in place), *constants]


def static_library(kernels):
    """An executable without code, for modules that are only looked at."""
    return {"format": "static-library", "target": "riscv32-none-elf", "cpu": "generic-rv32",
            "features": "+m,+c", "abi": "ilp32", "library_name": "test", "identity": 0x1234,
            "kernel_stack_bytes": [16 * (i + 1) for i in range(len(kernels))],
            "kernel_code_bytes": [100 * (i + 1) for i in range(len(kernels))]}


def function(name, arguments, results, code):
    """`code` is a list of instructions without the final return."""
    words = [word for instruction in code for word in instruction] + [0x00]
    arena_bytes = 0
    for result in results:
        result["arena_offset"] = arena_bytes
        arena_bytes = align(arena_bytes + result["byte_length"], BLOB_ALIGNMENT)
    return {"name": name, "arguments": arguments, "results": results, "arena_bytes": arena_bytes,
            "code": words}


def identity(name, *types, scalar=False):
    """Returns its arguments, of the given types."""
    arguments = [value(text, f"in{i}", scalar=scalar) for i, text in enumerate(types)]
    results = [value(text, f"out{i}", scalar=scalar) for i, text in enumerate(types)]
    code = [copy(FIRST_ARGUMENT + len(types) + i, FIRST_ARGUMENT + i, argument["byte_length"])
            for i, argument in enumerate(arguments) if argument["byte_length"]]
    return function(name, arguments, results, code)


def checksum(data):
    result = 2166136261
    for (word,) in struct.iter_unpack("<I", data):
        result = ((result ^ word) * 16777619) & 0xFFFFFFFF
    return result


def table_bytes(flatc, module):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "module.json"
        source.write_text(json.dumps(module))
        subprocess.run([flatc, "-b", "-o", folder, SCHEMA, source], check=True)
        return (pathlib.Path(folder) / "module.vmfb").read_bytes()


def build(flatc, functions, constants=b"", kernels=(), name="module",
          state_bytes=0, state_values_bytes=0):
    """The bytes of a module file with these functions.

    The first `state_values_bytes` of the constants are the state's values too.
    """
    bytecode = []
    for entry in functions:
        code = entry["code"]
        entry["first_word"], entry["word_count"] = len(bytecode), len(code)
        bytecode += code
    schema_functions = [{key: entry[key] for key in entry if key != "code"} for entry in functions]
    module = {"format_version": 1, "name": name, "producer": "module_builder.py",
              "table_bytes": 1, "file_bytes": 1, "abi_version": 1,
              "arena_alignment": BLOB_ALIGNMENT, "functions": schema_functions,
              "kernels": list(kernels),
              "executables": [static_library(kernels)] if kernels else [],
              "constants": {"offset": 0, "length": len(constants)}, "bytecode": bytecode,
              "state_bytes": state_bytes,
              "state_values": {"offset": 0, "length": state_values_bytes}}
    length = len(table_bytes(flatc, module))
    body_bytes = align(align(length, BLOB_ALIGNMENT) + len(constants), 4)
    module["table_bytes"], module["file_bytes"] = length, body_bytes + 4
    body = table_bytes(flatc, module).ljust(align(length, BLOB_ALIGNMENT), b"\0")
    body = (body + constants).ljust(body_bytes, b"\0")
    return body + struct.pack("<I", checksum(body))
