#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""samples/model_bench and the figures that ./dev bench boards takes from it:

    model_bench_test.py --board NAME --host-bin-dir DIR --build-dir DIR [unittest options]
"""

import argparse
import dataclasses
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "build_tools/dev"))

import model_bench  # noqa: E402
import run  # noqa: E402

ARGS = None
CLASSES = 10


class ModelBenchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """The sample model with right vectors, with a wrong one, and with half a one."""
        cls.right = model_bench.digits_case()
        expected = bytearray(cls.right.expected)
        expected[2 * CLASSES + 5] ^= 1  # of vector 2
        cls.wrong = dataclasses.replace(cls.right, name="digits_wrong", expected=bytes(expected))
        cls.half = dataclasses.replace(cls.right, name="digits_half", inputs=cls.right.inputs[:-1])
        model_bench.prepare([cls.right, cls.wrong, cls.half], ARGS.build_dir / "models")

    def run_case(self, case, **options):
        return model_bench.run_case(case, ARGS.board, ARGS.build_dir, ARGS.host_bin_dir, **options)

    def console(self, case):
        firmware, error = model_bench.build(case, ARGS.board, ARGS.build_dir, ARGS.host_bin_dir)
        self.assertIsNone(error)
        return run.run_firmware(ARGS.board, firmware, echo=False)[:2]

    def test_figures(self):
        rows = [self.run_case(self.right) for _ in range(2)]
        self.assertEqual(rows[0], rows[1])
        row = rows[0]
        self.assertEqual((row["model"], row["board"], row["outputs_equal"]),
                         (model_bench.DIGITS, ARGS.board, True))
        # No instruction of a Cortex-M4 does more than two multiply-accumulates.
        self.assertGreater(row["instructions"], row["macs"] / 2)
        for field in ("arena_bytes", "code_bytes", "constant_bytes", "stack_bytes"):
            self.assertGreater(row[field], 0, field)

    def test_bytecode(self):
        """The same results as machine code, in at most 20 times as many instructions."""
        native, bytecode = (self.run_case(self.right, backends=backends) for backends in ("llvm-cpu", "vmvx"))
        self.assertTrue(bytecode["outputs_equal"])
        self.assertLess(bytecode["instructions"], 20 * native["instructions"])

    def test_optimisation_levels(self):
        """The same results; small code is smaller, and unoptimised code slower."""
        usual = self.run_case(self.right)
        rows = {level: self.run_case(self.right, flags=[f"--iree-opt-level={level}"])
                for level in ("O0", "O1", "O2", "O3", "Os")}
        for level, row in rows.items():
            with self.subTest(level):
                self.assertTrue(row["outputs_equal"])
        self.assertEqual(rows["O3"], usual)
        self.assertLess(rows["Os"]["code_bytes"], usual["code_bytes"] - 1024)
        self.assertGreater(rows["O0"]["instructions"], usual["instructions"])

    def test_test_vectors_are_no_part_of_the_code(self):
        twice = dataclasses.replace(self.right, name="digits_twice", inputs=2 * self.right.inputs,
                                    expected=2 * self.right.expected)
        model_bench.prepare([self.right, self.wrong, self.half, twice], ARGS.build_dir / "models")
        once, twice = (self.run_case(case, count=False)["code_bytes"] for case in (self.right, twice))
        self.assertLessEqual(abs(twice - once), 128)  # two arrays aligned to 64; both took 592 bytes more

    def test_wrong_result(self):
        status, console = self.console(self.wrong)
        self.assertEqual(status, 1)
        got, wanted = self.right.expected[25], self.wrong.expected[25]
        self.assertIn(f"vector 2, result 0, byte 5: {got}, expected {wanted}\n", console)
        self.assertIn("7/8 equal", console)
        self.assertFalse(self.run_case(self.wrong, count=False)["outputs_equal"])

    def test_half_a_vector(self):
        status, console = self.console(self.half)
        self.assertEqual(status, 1)
        self.assertIn("511 bytes of inputs and 80 of expected results are no whole number of vectors of 64 "
                      "and 10", console)

    def test_model_that_does_not_compile(self):
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "broken.mlir"
            source.write_text("this is no model\n")
            broken = dataclasses.replace(self.right, name="broken", source=source)
            model_bench.prepare([self.right, self.wrong, self.half, broken], ARGS.build_dir / "models")
            row = self.run_case(broken)
        self.assertEqual((row["outputs_equal"], row["instructions"]), (False, None))

    def test_models_are_looked_up(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, IREE_TEST_MODELS_DIR=folder):
            self.assertEqual(model_bench.file_cases(), [])
            vectors = Path(folder) / "vectors"
            vectors.mkdir()
            self.assertEqual(model_bench.file_cases(), [])
            (Path(folder) / "ad01_int8.tflite").write_bytes(b"model")
            with self.assertRaisesRegex(SystemExit, "ad.0.in.bin is missing"):
                model_bench.file_cases()
            for i in range(model_bench.VECTORS):
                (vectors / f"ad.{i}.in.bin").write_bytes(bytes([i]))
                (vectors / f"ad.{i}.out.bin").write_bytes(bytes([i, 0]))
            [case] = model_bench.file_cases()
            self.assertEqual((case.name, case.macs, case.inputs), ("ad", 264192, bytes(range(8))))
            self.assertEqual(len(case.expected), 16)


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", required=True)
    parser.add_argument("--host-bin-dir", required=True, type=Path)
    parser.add_argument("--build-dir", required=True, type=Path)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
