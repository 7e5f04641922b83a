# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random graphs of operations: fusion, sharing and reuse of memory change no value.

The values are integers, so that results are exact. Each graph has values of a few
shapes; an operation reads earlier values and adds one more. Some are returned.
"""

import random
import time

import numpy as np

import e2e_test
from e2e_test import OPTIONS, Case, literal, random_values, type_of, types_of
from linalg_test import add_body, dimensions, empty, filled, generic

ROWS, COLUMNS = 5, 8
GRAPHS = 60
OPERATIONS = 14
FAVORS = ("min-peak-memory", "max-concurrency", "debug")


class Graph:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.arguments = [random_values(shape, "i4", seed + index, -9, 9) for index, shape in
                          enumerate([(ROWS, COLUMNS), (COLUMNS, ROWS), (ROWS,), (COLUMNS,)])]
        self.values = {f"%{chr(97 + index)}": value for index, value in enumerate(self.arguments)}
        self.values["%k"] = random_values((ROWS, COLUMNS), "i4", seed + 9, -9, 9)
        self.lines = [f"%k = arith.constant {literal(self.values['%k'])}"]

    def pick(self, rank=None, like=None):
        """Name and value of some value, more often a recent one."""
        fit = [(name, value) for name, value in self.values.items()
               if (rank is None or value.ndim == rank) and
               (like is None or value.shape == like.shape)]
        return fit[max(self.rng.randrange(len(fit)), self.rng.randrange(len(fit)))]

    def add(self, text, value):
        number = len(self.values)
        self.values[f"%r{number}"] = value.astype("i4")
        self.lines.append(text.replace("@", str(number)))

    def binary(self):
        name, a = self.pick()
        other, b = self.pick(like=a)
        operation, function = self.rng.choice((
            ("addi", np.add), ("subi", np.subtract), ("maxsi", np.maximum), ("muli", np.multiply),
            ("xori", np.bitwise_xor)))
        self.add(f"%r@ = arith.{operation} {name}, {other} : {type_of(a)}", function(a, b))

    def broadcast(self):
        """Adds a row or a column to each row or column."""
        name, a = self.pick(rank=2)
        axis = self.rng.randrange(2)
        other, b = self.pick(like=a[0] if axis else a[:, 0])
        self.add(empty("%e@", a) + generic(
            [dimensions(2), dimensions(2, [axis]), dimensions(2)], ["parallel"] * 2,
            [(name, a), (other, b)], [("%e@", a)], add_body(a.dtype), "%r@"),
            a + (b if axis else b[:, None]))

    def transpose(self):
        name, a = self.pick(rank=2)
        self.add(empty("%e@", a.T) + f"%r@ = linalg.transpose ins({name} : {type_of(a)}) "
                 f"outs(%e@ : {type_of(a.T)}) permutation = [1, 0]", a.T)

    def reduce(self):
        name, a = self.pick(rank=2)
        axis = self.rng.randrange(2)
        result = a.sum(axis, dtype=np.int64).astype("i4")
        self.add(filled("%i@", result, 0) + f"%r@ = linalg.reduce {{ arith.addi }} "
                 f"ins({name} : {type_of(a)}) outs(%i@ : {type_of(result)}) dimensions = [{axis}]",
                 result)

    def matmul(self):
        """The sums of a product's rows."""
        name, a = self.pick(rank=2)
        other, b = self.pick(like=a.T)
        product = (a.astype(np.int64) @ b.astype(np.int64)).astype("i4")
        total = product.sum(1, dtype=np.int64).astype("i4")
        self.add(filled("%i@", product, 0) +
                 f"%m@ = linalg.matmul ins({name}, {other} : {types_of(a, b)}) "
                 f"outs(%i@ : {type_of(product)}) -> {type_of(product)}\n" +
                 filled("%j@", total, 0) + f"%r@ = linalg.reduce {{ arith.addi }} "
                 f"ins(%m@ : {type_of(product)}) outs(%j@ : {type_of(total)}) dimensions = [1]",
                 total)

    def insert(self):
        """Overwrites a part of one value by the same part of another."""
        name, a = self.pick(rank=2)
        other, b = self.pick(like=a)
        part = "[1, 2] [3, 3] [1, 1]"
        result = a.copy()
        result[1:4, 2:5] = b[1:4, 2:5]
        self.add(f"%p@ = tensor.extract_slice {other}{part} : {type_of(b)} to tensor<3x3xi32>\n"
                 f"%r@ = tensor.insert_slice %p@ into {name}{part} : tensor<3x3xi32> into "
                 f"{type_of(a)}", result)

    def reshape(self):
        """(5, 8) as (8, 5), without moving elements."""
        name, a = self.pick(rank=2)
        shape = a.shape[::-1]
        self.add(f"%f@ = tensor.collapse_shape {name} [[0, 1]] : {type_of(a)} into "
                 f"tensor<{a.size}xi32>\n%r@ = tensor.expand_shape %f@ [[0, 1]] output_shape "
                 f"{list(shape)} : tensor<{a.size}xi32> into {type_of(a.reshape(shape))}",
                 a.reshape(shape))

    def case(self, name):
        for _ in range(OPERATIONS):
            self.rng.choice((self.binary, self.binary, self.binary, self.broadcast, self.broadcast,
                             self.transpose, self.reduce, self.matmul, self.insert,
                             self.reshape))()
        names = list(self.values)
        results = [names[-1], *self.rng.choices(names, k=self.rng.randrange(4))]
        return Case(name, self.arguments, "\n".join(self.lines),
                    [self.values[result] for result in results], tuple(results))


class RandomGraphTest(e2e_test.E2ETest):
    def test_backends(self):
        """With --seconds: other graphs each time, with machine code and with bytecode."""
        backend, end = OPTIONS.backend, time.monotonic() + OPTIONS.seconds
        self.addCleanup(setattr, OPTIONS, "backend", backend)
        programs = 0
        while time.monotonic() < end:
            first = random.randrange(1 << 30)
            cases = [Graph(seed).case(f"graph_{seed}") for seed in range(first, first + 20)]
            for OPTIONS.backend in ("llvm-cpu", "vmvx", "llvm-cpu,vmvx"):
                self.check(cases, [f"--iree-stream-partitioning-favor={random.choice(FAVORS)}"])
            programs += len(cases)
        print(f"{programs} programs")

    def test_graphs(self):
        for index, favor in enumerate(FAVORS):
            seeds = range(index * GRAPHS // len(FAVORS), (index + 1) * GRAPHS // len(FAVORS))
            self.check([Graph(1000 * seed).case(f"graph_{seed}") for seed in seeds],
                       [f"--iree-stream-partitioning-favor={favor}"])


if __name__ == "__main__":
    e2e_test.main()
