# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Results over arguments, slices and concatenations as places: no value changes.

Random graphs of integers, whose rows are whole multiples of the alignment of
buffers, so that parts of them need no kernel.
"""

import re
import subprocess

import numpy as np

import e2e_test
import random_graph_test
from e2e_test import OPTIONS, TIMEOUT_SECONDS, Case, literal, random_values, type_of, types_of
from linalg_test import filled

ROWS, COLUMNS = 6, 8
IN_PLACE = "--iree-in-place=always"
IN_ARENA = "--iree-arguments-in-arena"
FLAGS = {"in_place": [IN_PLACE], "in_arena": [IN_PLACE, IN_ARENA], "apart": ["--iree-in-place=never"],
         "waves": ["--iree-stream-partitioning-favor=max-concurrency", IN_ARENA],
         "debug": ["--iree-stream-partitioning-favor=debug", IN_ARENA]}


class Graph(random_graph_test.Graph):
    """Values of 6 or 3 rows, or of one."""

    def __init__(self, seed):
        super().__init__(seed)
        self.arguments = [random_values(shape, "i4", seed + index, -9, 9)
                          for index, shape in enumerate([(ROWS, COLUMNS), (ROWS // 2, COLUMNS)])]
        self.values = {f"%{chr(97 + index)}": value for index, value in enumerate(self.arguments)}
        self.values["%k"] = random_values((ROWS, COLUMNS), "i4", seed + 9, -9, 9)
        self.lines = [f"%k = arith.constant {literal(self.values['%k'])}"]

    def concat(self):
        name, a = self.pick(rank=2)
        count = self.rng.choice((2, 3)) if len(a) <= ROWS else 1
        names, parts = [name], [a]
        for _ in range(count - 1):
            other, b = self.pick(rank=2)
            names.append(other)
            parts.append(b)
        result = np.concatenate(parts)
        self.add(f"%r@ = tensor.concat dim(0) {', '.join(names)} : ({types_of(*parts)}) -> "
                 f"{type_of(result)}", result)

    def slice(self):
        name, a = self.pick(rank=2)
        if len(a) <= 1:
            return
        begin = self.rng.randrange(len(a))
        rows = self.rng.randrange(1, len(a) - begin + 1)
        result = a[begin:begin + rows]
        self.add(f"%r@ = tensor.extract_slice {name}[{begin}, 0] [{rows}, {COLUMNS}] [1, 1] : "
                 f"{type_of(a)} to {type_of(result)}", result)

    def product(self):
        """With a constant square matrix: as many columns as before."""
        name, a = self.pick(rank=2)
        b = random_values((COLUMNS, COLUMNS), "i4", self.rng.randrange(1 << 20), -3, 3)
        product = (a.astype(np.int64) @ b.astype(np.int64)).astype("i4")
        self.add(f"%w@ = arith.constant {literal(b)}\n" + filled("%i@", product, 0) +
                 f"%r@ = linalg.matmul ins({name}, %w@ : {types_of(a, b)}) "
                 f"outs(%i@ : {type_of(product)}) -> {type_of(product)}", product)

    def case(self, name):
        for _ in range(16):
            self.rng.choice((self.binary, self.binary, self.concat, self.slice, self.slice,
                             self.product, self.product))()
        names = list(self.values)
        results = [names[-1], *self.rng.choices(names, k=self.rng.randrange(4))]
        return Case(name, self.arguments, "\n".join(self.lines),
                    [self.values[result] for result in results], tuple(results))


class InPlaceTest(e2e_test.E2ETest):
    def test_graphs(self):
        for index, (name, flags) in enumerate(FLAGS.items()):
            with self.subTest(name):
                self.check([Graph(1000 * index + seed).case(f"graph_{seed}") for seed in range(15)], flags)


class InPlaceArgumentsTest(e2e_test.E2ETest):
    through_arguments = True

    def test_graphs(self):
        for name in ("in_place", "in_arena"):
            with self.subTest(name):
                self.check([Graph(7000 + seed).case(f"graph_{seed}") for seed in range(6)], FLAGS[name])

    def test_programs_use_it(self):
        """The graphs have results over arguments, parts that are read in place, parts that are
        computed in place."""
        module, error = self.compile([Graph(7000 + seed).case(f"graph_{seed}") for seed in range(6)],
                                     FLAGS["in_place"])
        self.assertEqual(error, "", module)
        text = subprocess.run(
            [OPTIONS.bin / "iree-compile", f"--iree-hal-target-backends={OPTIONS.backend}", IN_PLACE,
             IN_ARENA, "--compile-to=schedule", self.folder / "cases.mlir"], capture_output=True,
            timeout=TIMEOUT_SECONDS, check=True, encoding="utf-8").stdout
        self.assertGreater(text.count("program.overlaps"), 0)
        self.assertGreater(len(re.findall(r"reads \[[^]]*<(?:constant|argument|arena) \d+ at [1-9]", text)), 0)
        self.assertGreater(len(re.findall(r"writes \[[^]]*<result \d+ at [1-9]", text)), 0)
        self.assertIn("argument_offsets", text)


if __name__ == "__main__":
    e2e_test.main()
