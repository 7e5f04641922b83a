#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""./dev tune: a layer with two candidates on a board, what it chooses, and its errors.

    tune_test.py --board NAME --host-bin-dir DIR --build-dir DIR [unittest options]
"""

import argparse
import contextlib
import io
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "build_tools/dev"))

import measure  # noqa: E402
import tune  # noqa: E402

ARGS = None
ROW = {"style": "scalar", "panels": "none", "scalars": "14", "vectors": "0", "dot": "2x2", "dot-row": "4", "step": "4", "unroll": "4",
       "widened": "4x2", "panel": "0", "panel-sums": "0", "lanes": "4", "depthwise": "1x4x1", "i8": "2x2x4", "f32": "2x2x4", "channels": "4"}


def run_tune(*arguments):
    """(exit status or message, what is printed)."""
    output = io.StringIO()
    with mock.patch.object(sys, "argv", ["tune.py", *arguments]), contextlib.redirect_stdout(output), \
            contextlib.redirect_stderr(io.StringIO()):
        try:
            status = tune.main()
        except SystemExit as error:
            status = error.code
    return status, output.getvalue()


class FakeTarget:
    """Answers with figures by the text of a setting: (cost of a multiply-accumulate, bytes of code)."""

    unit, margin = "instructions/MAC", 1.01

    def __init__(self, figures, equal=True):
        self.figures, self.equal, self.asked = figures, equal, []

    def measure(self, chosen, shapes):
        self.asked.append(shapes)
        found = [figures for text, figures in self.figures.items() if text in shapes.split(",")]
        if not found:
            raise SystemExit("does not compile")
        return {layer.name: found[0] for layer in chosen}, self.equal


class TuneTest(unittest.TestCase):
    def test_two_candidates_on_a_board(self):
        with mock.patch.object(measure, "TOOLS", ARGS.host_bin_dir), mock.patch.object(measure, "BUILD", ARGS.build_dir):
            status, text = run_tune(ARGS.board, "dot-row=1,4", "--layers", "fully_connected")
            self.assertIn(status, (0, 2), text)
            rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| dot-row")]
            self.assertEqual({cells[0].split()[0] for cells in rows}, {"dot-row=1", "dot-row=4"})
            costs = [float(cells[1]) for cells in rows]
            self.assertEqual(costs, sorted(costs))
            self.assertTrue(all(0.1 < cost < 20 for cost in costs), costs)
            # Four columns share what one loads by itself.
            self.assertTrue(rows[0][0].strip().startswith("dot-row=4"), text)
            # The row that is printed is one that the compiler takes.
            best = next(line for line in text.splitlines() if line.startswith("best row of")).split(": ")[1]
            printed = measure.run([ARGS.host_bin_dir / "iree-compile", *measure.target_flags(ARGS.board),
                                   f"--iree-llvm-kernel-shapes={best}", "--iree-llvm-print-kernel-shapes"])
            self.assertEqual(printed.split(": ")[1].strip(), best)

    def choose(self, figures, row="2x2", values=("1x4", "4x2")):
        target = FakeTarget(figures)
        tuner = tune.Tuner(target, {**ROW, "dot": row}, {"dot": list(values)}, ["pointwise"])
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            tuner.run_round(["dot"])
        return tuner.row["dot"]

    def test_choice(self):
        # The fastest one.
        self.assertEqual(self.choose({"dot=2x2": (2, 100), "dot=1x4": (1, 200), "dot=4x2": (3, 50)}), "1x4")
        # Within one percent, the one with the least code; the committed one if that is as small.
        self.assertEqual(self.choose({"dot=2x2": (1.005, 300), "dot=1x4": (1, 200), "dot=4x2": (1.009, 100)}), "4x2")
        self.assertEqual(self.choose({"dot=2x2": (1.005, 100), "dot=1x4": (1, 100), "dot=4x2": (1, 300)}), "2x2")
        # What does not compile is left out.
        self.assertEqual(self.choose({"dot=4x2": (3, 50), "dot=2x2": (4, 10)}), "4x2")
        with self.assertRaisesRegex(SystemExit, "no candidate of 'dot' could be measured"):
            self.choose({})

    def test_keys_of_different_layers_share_programs(self):
        target = FakeTarget({"style=scalar": (1, 100)})
        tuner = tune.Tuner(target, ROW, {"dot": ["1x4"], "dot-row": ["2", "8"], "f32": ["1x2x4"]},
                           ["pointwise", "fully_connected", "matmul_f32"])
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            tuner.run_round(["dot", "dot-row", "f32"])
        self.assertEqual(len(target.asked), 3)  # the committed values, and as many as the longest list has

    def main_with(self, target):
        with mock.patch.object(tune, "open_target", return_value=target), \
                mock.patch.object(tune, "target_row", return_value=("core", dict(ROW))):
            return run_tune("anything", "dot=1x4", "--layers", "pointwise")

    def test_exit_status(self):
        status, text = self.main_with(FakeTarget({"dot=2x2": (1, 100), "dot=1x4": (2, 100)}))
        self.assertEqual(status, 0)
        self.assertIn("which is the committed row", text)
        status, text = self.main_with(FakeTarget({"dot=2x2": (2, 100), "dot=1x4": (1, 100)}))
        self.assertEqual(status, 2)
        self.assertIn("best row of core: style=scalar,panels=none,scalars=14,vectors=0,dot=1x4,", text)
        self.assertIn("the committed row has dot=2x2 instead", text)
        status, _ = self.main_with(FakeTarget({"style=scalar": (1, 1)}, equal=False))
        self.assertIn("tune: outputs differ from numpy's with style=scalar,", status)

    def test_candidates(self):
        """Of every key that has an effect; tiles with accumulators in registers."""
        for style, panels, vectors in (("scalar", "none", "0"), ("dual-multiply", "none", "0"),
                                       ("dot-reduction", "none", "8"), ("outer-product", "none", "32"),
                                       ("vector-scalar", "vector-scalar", "32")):
            row = {**ROW, "style": style, "panels": panels, "vectors": vectors, "channels": "4"}
            for key in (key for keys in tune.ROUNDS for key in keys):
                if tune.layers_of(key, row):
                    with self.subTest(style=style, key=key):
                        self.assertGreater(len(tune.candidates(key, row)), 1)
            covered = {layer.name for keys in tune.ROUNDS for key in keys for layer in tune.layers_of(key, row)}
            self.assertEqual(covered, {layer.name for layer in tune.layers.LAYERS})
        self.assertNotIn("4x4", tune.candidates("dot", {**ROW, "scalars": "8"}))
        self.assertIn("4x4", tune.candidates("dot", {**ROW, "scalars": "28"}))

    def test_errors(self):
        self.assertRegex(run_tune("cortex-m99")[0],
                         "^tune: unknown target 'cortex-m99'; there are: host, aarch64, .*cortex-m4.*")
        with mock.patch("shutil.which", return_value=None):
            self.assertEqual(run_tune("cortex-m4")[0], "tune: cortex-m4 needs qemu-system-arm, which is not installed;"
                                                       " ./dev setup installs it")
        self.assertRegex(run_tune("cortex-m4", "--layers", "pointwise,softmax")[0],
                         "^tune: unknown layers: softmax; there are: pointwise, ")
        with mock.patch.object(tune, "target_row", return_value=("core", dict(ROW))):
            for wrong in ("dots=2", "dot", "dot="):
                self.assertRegex(run_tune("cortex-m4", wrong)[0],
                                 f"^tune: '{wrong}' is not KEY=VALUE,VALUE... of a key of: dot, dot-row, ")
            self.assertEqual(run_tune("cortex-m4", "f32=1x1x1", "--layers", "pointwise")[0],
                             "tune: f32 has no effect on pointwise with style=scalar")


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
