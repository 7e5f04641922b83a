# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Any partition of a kernel's range gives the same result, to the bit.

The kernels are compiled as a shared object, which this program loads: each is
called over its whole range and, on the same operands, over parts of it. Vector
bodies and what they leave over must round alike.
"""

import ctypes
import json
import platform
import random
import subprocess
import unittest

import numpy as np

import e2e_test
from e2e_test import (DTYPES, ELEMENT_TYPES, OPTIONS, TIMEOUT_SECONDS, Case, random_values,
                      type_of, types_of)
from linalg_test import add_body, dimensions, empty, filled, generic

# Flags of iree-compile, and what /proc/cpuinfo must list for the code to run.
TARGETS = {
    "sse2": ([], []),
    "avx": (["--iree-llvm-target-cpu-features=+avx"], ["avx"]),
    "fma": (["--iree-llvm-target-cpu=haswell"], ["fma", "avx2", "bmi2"]),
    "fma without vectors beyond 128 bits": (
        ["--iree-llvm-target-cpu=haswell", "--iree-llvm-target-cpu-features=-avx2"],
        ["fma", "avx2", "bmi2"]),
    "avx512": (["--iree-llvm-target-cpu=skylake-avx512"], ["avx512f", "avx512dq", "avx512vl"]),
    "host": (["--iree-llvm-target-cpu=host"], []),
}

# An elementwise kernel's body as f(x, y, z).
ELEMENTWISE = {
    "fma": "%m = arith.mulf %x, %y : T  %s = arith.addf %m, %z : T",
    "add_product": "%m = arith.mulf %x, %y : T  %s = arith.addf %z, %m : T",
    "subtract_product": "%m = arith.mulf %x, %y : T  %s = arith.subf %z, %m : T",
    "subtract_from_product": "%m = arith.mulf %x, %y : T  %s = arith.subf %m, %z : T",
    "two_products": "%m = arith.mulf %x, %y : T  %n = arith.mulf %y, %z : T "
                    "%s = arith.addf %m, %n : T",
    "used_twice": "%m = arith.mulf %x, %y : T  %n = arith.addf %m, %z : T "
                  "%s = arith.subf %n, %m : T",
    "divide": "%m = arith.mulf %x, %y : T  %n = arith.addf %m, %z : T  %s = arith.divf %n, %x : T",
    "exp": "%m = arith.mulf %x, %y : T  %n = arith.addf %m, %z : T  %s = math.exp %n : T",
    "tanh": "%m = arith.mulf %x, %y : T  %n = arith.addf %m, %z : T  %s = math.tanh %n : T",
    "powf": "%v = math.absf %x : T  %m = math.powf %v, %y : T  %s = arith.addf %m, %z : T",
}


def named(operation, *shapes, attributes=""):
    """A case of linalg.<operation>; the last shape is the result's."""
    def make(name, dtype):
        *operands, init = [random_values(shape, dtype, seed) for seed, shape in enumerate(shapes)]
        body = filled("%i", init, 0) + (
            f"%r = linalg.{operation} {attributes} ins(%a, %b : {types_of(*operands)}) "
            f"outs(%i : {type_of(init)}) -> {type_of(init)}")
        return Case(name, operands, body, [init])
    return make


def elementwise(body, shape):
    def make(name, dtype):
        operands = [random_values(shape, dtype, seed) for seed in range(3)]
        element = ELEMENT_TYPES[dtype.name]
        text = empty("%e", operands[0]) + generic(
            [dimensions(len(shape))] * 4, ["parallel"] * len(shape),
            list(zip(("%a", "%b", "%c"), operands)), [("%e", operands[0])],
            f"{body.replace(': T', ': ' + element)}\nlinalg.yield %s : {element}")
        return Case(name, operands, text, [operands[0]])
    return make


def reduction(shape, axis, square):
    """Sums along `axis`, of squares if `square`."""
    def make(name, dtype):
        a = random_values(shape, dtype, 1)
        out = np.zeros(np.delete(shape, axis), dtype)
        element = ELEMENT_TYPES[dtype.name]
        left = [index for index in range(len(shape)) if index != axis]
        body = add_body(dtype)
        if square:
            body = f"%p = arith.mulf %x, %x : {element}\n{add_body(dtype, '%p')}"
        kinds = ["reduction" if index == axis else "parallel" for index in range(len(shape))]
        text = filled("%i", out, 0) + generic(
            [dimensions(len(shape)), dimensions(len(shape), left)], kinds, [("%a", a)],
            [("%i", out)], body)
        return Case(name, [a], text, [out])
    return make


def activated(function, rows, depth, columns):
    """A function of each element of a matrix product."""
    def make(name, dtype):
        a, b = random_values((rows, depth), dtype, 0), random_values((depth, columns), dtype, 1)
        out = np.zeros((rows, columns), dtype)
        element = ELEMENT_TYPES[dtype.name]
        body = filled("%i", out, 0) + (
            f"%p = linalg.matmul ins(%a, %b : {types_of(a, b)}) "
            f"outs(%i : {type_of(out)}) -> {type_of(out)}\n") + empty("%e", out) + generic(
                [dimensions(2)] * 2, ["parallel"] * 2, [("%p", out)], [("%e", out)],
                f"%s = math.{function} %x : {element}\nlinalg.yield %s : {element}")
        return Case(name, [a, b], body, [out])
    return make


CONV = "{strides = dense<1> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}"
CASES = {
    "matmul": named("matmul", (37, 29), (29, 53), (37, 53)),
    "matmul_tiles": named("matmul", (24, 40), (40, 48), (24, 48)),
    "matmul_rest": named("matmul", (101, 24), (24, 96), (101, 96)),
    "matmul_tanh": activated("tanh", 53, 24, 64),
    "matmul_exp_narrow": activated("exp", 57, 24, 7),
    "matmul_narrow": named("matmul", (45, 19), (19, 3), (45, 3)),
    "batch_matmul": named("batch_matmul", (5, 7, 11), (5, 11, 13), (5, 7, 13)),
    "vecmat": named("vecmat", (61,), (61, 1038), (1038,)),
    "vecmat_narrow": named("vecmat", (31,), (31, 771), (771,)),
    "matvec": named("matvec", (67, 45), (45,), (67,)),
    "matvec_tiles": named("matvec", (64, 48), (48,), (64,)),
    "conv": named("conv_2d_nhwc_hwcf", (1, 11, 13, 5), (3, 3, 5, 7), (1, 9, 11, 7),
                  attributes=CONV),
    "conv_tiles": named("conv_2d_nhwc_hwcf", (1, 10, 10, 8), (3, 3, 8, 16), (1, 8, 8, 16),
                        attributes=CONV),
    "conv_strided": named("conv_2d_nhwc_hwcf", (1, 11, 23, 5), (3, 3, 5, 8), (1, 5, 11, 8),
                          attributes=CONV.replace("strides = dense<1>", "strides = dense<2>")),
    "conv_1d": named("conv_1d", (45,), (5,), (41,)),
    "depthwise": named("depthwise_conv_2d_nhwc_hwc", (1, 11, 13, 7), (3, 3, 7), (1, 9, 11, 7),
                       attributes=CONV),
    "pooling": named("pooling_nhwc_sum", (1, 11, 13, 7), (3, 3), (1, 9, 11, 7), attributes=CONV),
    "sum_rows": reduction((37, 45), 1, False),
    "sum_columns": reduction((21, 771), 0, False),
    "square_rows": reduction((37, 45), 1, True),
    "square_columns": reduction((21, 771), 0, True),
    "square_middle": reduction((9, 21, 17), 1, True),
}
for _name, _body in ELEMENTWISE.items():
    CASES[_name] = elementwise(_body, (11, 37))
    CASES[_name + "_line"] = elementwise(_body, (1038,))


class Export(ctypes.Structure):
    _fields_ = [("entry", ctypes.c_int32), ("name", ctypes.c_int32),
                ("binding_count", ctypes.c_uint16), ("constant_count", ctypes.c_uint16),
                ("stack_bytes", ctypes.c_uint32)]


class Library(ctypes.Structure):
    """iree_kernel_library_t of schemas/kernel_abi.h."""
    _fields_ = [(name, ctypes.c_uint32) for name in ("magic", "version")] + [
        ("name", ctypes.c_int32)] + [
        (name, ctypes.c_uint32) for name in (
            "required_features", "identity", "binding_alignment", "export_count")] + [
        ("exports", ctypes.c_int32)]


KERNEL = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.POINTER(ctypes.c_void_p), ctypes.c_void_p,
                          ctypes.c_uint32, ctypes.c_uint32)


def resolve(structure, field):
    """The address that a self-relative field refers to."""
    place = ctypes.addressof(structure) + getattr(type(structure), field).offset
    return place + getattr(structure, field)


def open_kernels(path, name):
    """The shared object and its kernels by ordinal."""
    shared = ctypes.CDLL(str(path))
    query = getattr(shared, f"{name}_library_query")
    query.restype = ctypes.POINTER(Library)
    library = query(1, ctypes.byref(ctypes.c_uint32(0xFFFFFFFF))).contents
    exports = (Export * library.export_count).from_address(resolve(library, "exports"))
    return shared, [KERNEL(resolve(export, "entry")) for export in exports]


def aligned(length):
    """Zeroed bytes from a multiple of 64 on."""
    memory = np.zeros(length + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start:start + length]


def partitions(count, generator):
    """Lists of (begin, end), in the order in which they are called."""
    units = [(i, i + 1) for i in range(count)]
    yield units
    yield units[::-1]
    points = range(1, count)
    for point in points if count <= 24 else sorted(generator.sample(points, 24)):
        yield [(point, count), (0, point)]
    for _ in range(4):
        cuts = sorted({0, count, *(generator.randrange(count + 1) for _ in range(5))})
        parts = list(zip(cuts, cuts[1:]))
        generator.shuffle(parts)
        yield parts


class PartitionTest(e2e_test.E2ETest):
    through_arguments = True

    def run_program(self, function, kernels, arguments, partition):
        """Runs dispatches over `partition(range)`; returns the results' bytes."""
        memory = {"arena": aligned(function["arena_bytes"])}
        for index, value in enumerate(arguments):
            memory[f"arg{index}"] = aligned(value.nbytes)
            memory[f"arg{index}"][:] = np.frombuffer(value.tobytes(), np.uint8)
        for index, result in enumerate(function["results"]):
            memory[f"res{index}"] = aligned(result["byte_length"])
            memory[f"res{index}"][:] = 0xA5
        for instruction in function["code"]:
            if instruction["op"] == "return":
                break
            self.assertEqual(instruction["op"], "dispatch")
            pointers = [memory[place["base"]].ctypes.data + place["offset_bytes"]
                        for place in instruction["bindings"]]
            bindings = (ctypes.c_void_p * len(pointers))(*pointers)
            for begin, end in partition(instruction["range_count"]):
                code = kernels[instruction["kernel"]](bindings, None, begin, end)
                self.assertEqual(code, 0)
        return b"".join(memory[f"res{i}"].tobytes() for i in range(len(function["results"])))

    def check_case(self, function, kernels, case):
        whole = self.run_program(function, kernels, case.arguments, lambda count: [(0, count)])
        self.assertNotIn(b"\xA5" * 16, whole)
        counts = [code["range_count"] for code in function["code"] if code["op"] == "dispatch"]
        generator = random.Random(case.name)
        for parts in zip(*(list(partitions(count, generator)) for count in counts)):
            lists = iter(parts)
            split = self.run_program(function, kernels, case.arguments, lambda _: next(lists))
            values = [np.frombuffer(data, case.expected[0].dtype) for data in (whole, split)]
            wrong = np.flatnonzero(values[0].view(np.uint8) != values[1].view(np.uint8))
            self.assertEqual(wrong.size, 0, f"parts {parts}: byte {wrong[:1]} of {len(whole)}; "
                             f"{values[0]} against {values[1]}\n{case.text()}")
        return counts

    def check_target(self, flags):
        cases = [make(f"{name}_{element}", dtype) for name, make in CASES.items()
                 for element, dtype in DTYPES.items() if element in ("f32", "f64")]
        dump = self.folder / "library"
        module, error = self.compile(cases, [
            *flags, "--iree-llvm-link-embedded=false",
            f"--iree-hal-dump-executable-binaries-to={dump}"])
        self.assertEqual(error, "")
        text = subprocess.run([OPTIONS.bin / "iree-dump-module", module, "--output=json"],
                              capture_output=True, timeout=TIMEOUT_SECONDS, check=True).stdout
        description = json.loads(text)
        (path,) = dump.glob("*.so")
        name = description["executables"][0]["library_name"]
        shared, kernels = open_kernels(path, name)
        functions = {function["name"]: function for function in description["functions"]}
        for case in cases:
            with self.subTest(case.name):
                counts = self.check_case(functions[case.name], kernels, case)
                self.assertGreater(max(counts), 1, "meant to have several units")
        del shared


def processor_flags():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("flags"):
                return set(line.split(":")[1].split())
    return set()


def add_targets():
    here = processor_flags()
    for name, (flags, needed) in TARGETS.items():
        def test(self, flags=flags, missing=sorted(set(needed) - here)):
            if missing:
                self.skipTest(f"this machine lacks {', '.join(missing)}")
            self.check_target(flags)
        setattr(PartitionTest, "test_" + name.replace(" ", "_"), test)


if platform.machine() == "x86_64":
    add_targets()

if __name__ == "__main__":
    e2e_test.main()
