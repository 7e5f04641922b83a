#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models with known outputs on an emulated board, all test vectors, byte for byte:

    boards_test.py --board NAME --host-bin-dir DIR --build-dir DIR [unittest options]

Prints "skipped: no model files" where there are none.
"""

import argparse
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "build_tools/dev"))

import model_bench  # noqa: E402

ARGS = None


class BoardsTest(unittest.TestCase):
    def test_outputs_are_equal(self):
        cases = model_bench.file_cases()
        model_bench.prepare(cases, ARGS.build_dir / "models")
        for case in cases:
            with self.subTest(case.name):
                row = model_bench.run_case(case, ARGS.board, ARGS.build_dir, ARGS.host_bin_dir, count=False)
                self.assertTrue(row["outputs_equal"], row)
                self.assertGreater(row["code_bytes"], 0)

    def test_bytecode(self):
        """The same outputs, in at most 20 times as many instructions."""
        if ARGS.board != "cortex-m4":
            self.skipTest("one board suffices")
        directory = ARGS.build_dir / "bytecode"
        cases = [case for case in model_bench.all_cases() if case.name in ("digits_i8", "kws")]
        model_bench.prepare(cases, directory / "models")
        for case in cases:
            with self.subTest(case.name):
                native, bytecode = (model_bench.run_case(case, ARGS.board, directory, ARGS.host_bin_dir,
                                                         backends=backends)
                                    for backends in ("llvm-cpu", "vmvx"))
                self.assertTrue(native["outputs_equal"], native)
                self.assertTrue(bytecode["outputs_equal"], bytecode)
                self.assertLess(bytecode["instructions"], 20 * native["instructions"])


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", required=True)
    parser.add_argument("--host-bin-dir", required=True, type=Path)
    parser.add_argument("--build-dir", required=True, type=Path)
    ARGS, rest = parser.parse_known_args()
    if not model_bench.file_cases():
        print(f"skipped: {model_bench.NO_MODEL_FILES}")
        return
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
