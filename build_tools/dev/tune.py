#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures candidates for the row of compiler/Target/KernelShapes.def that a target has.

    ./dev tune TARGET [KEY=VALUE,VALUE...] [--layers LAYER,...]

TARGET is a board or `host`. Single layers are compiled with each candidate and run:
on a board by the count of instructions, on the host by the median time. Their outputs are
compared with numpy's. The keys are those of the table; those that are given are tried
with the given values, the others stay. Prints a table of candidates for each key,
and the row that is best: of the candidates that are at most 1 % (host: 3 %) slower than
the fastest, the one with the least code, and the committed one if that is among them
and no larger. The exit status is 0 if that is the committed row, 2 if it is not, and 1
after an error.
"""

import argparse
import json
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy

import layers
import measure
import model_bench

import build_and_run
import run

STYLES_WITH_DOTS = ("dot-reduction", "dual-multiply", "scalar")
# Keys of one round belong to different layers: their candidates share programs.
ROUNDS = [("dot", "dot-row", "lanes", "depthwise", "i8", "f32", "panel"), ("widened", "panel-sums"), ("step",),
          ("unroll",)]
HOST_REPETITIONS = 9


def parse_row(line):
    """("cortex-m4", {"style": "scalar", "dot": "2x2", ...}) of what iree-compile prints."""
    core, text = line.strip().split(": ")
    return core, dict(each.split("=") for each in text.split(","))


def committed_row(target):
    return parse_row(measure.run([measure.TOOLS / "iree-compile", *measure.target_flags(target),
                                  "--iree-llvm-print-kernel-shapes"]))


def text_of(row, keys=None):
    return ",".join(f"{key}={row[key]}" for key in (keys or row))


def layers_of(key, row):
    """The layers that a key has an effect on."""
    dots, pairs = row["style"] in STYLES_WITH_DOTS, row["style"] == "dual-multiply"
    panels = row["panels"] != "none"

    def has_effect(layer):
        if layer.is_float:
            return key == "f32"
        if layer.kind == "depthwise":
            return key == ("lanes" if pairs else "depthwise")
        if not dots:
            return key in (("panel", "panel-sums") if panels else ("i8",))
        if key == "widened":
            return pairs
        return key in ("step", "unroll") or key == ("dot-row" if layer.result()[1:3] == (1, 1) else "dot")

    return [layer for layer in layers.LAYERS if has_effect(layer)]


def fits(rows, columns, registers, lanes=1):
    """Accumulators and one operand's values of a tile are in registers."""
    return math.ceil(rows * columns / lanes) + math.ceil(columns / lanes) + rows <= registers + 4


def candidates(key, row):
    """Values of a key that are worth a try, for the registers of the row."""
    scalars, vectors = int(row["scalars"]), int(row["vectors"])
    lanes = int(row["channels"]) if vectors and row["style"] not in STYLES_WITH_DOTS else 4 if vectors else 1
    if key == "dot":
        return [f"{r}x{c}" for r in (1, 2, 3, 4) for c in (1, 2, 3, 4, 6, 8) if 1 < r * c <= 16 and fits(r, c, scalars)]
    if key == "dot-row":
        return ["2", "4", "6", "8"]
    if key == "step":
        return ["4", "8", "16", "32", "64"]
    if key == "unroll":
        return ["4", "12", "20", "28", "48", "64", "128", "192"]
    if key == "widened":
        return ["0x0", "1x1", "1x2", "2x1", "2x2", "3x1", "3x2", "4x1", "4x2"]
    if key == "panel":
        return [str(lanes * count) for count in (1, 2, 4, 8) if lanes * count <= 64]
    if key == "panel-sums":
        return [str(sums) for sums in (4, 8, 10, 12, 16, 20, 24, 28) if sums < vectors]
    if key == "lanes":
        return ["1", "2", "3", "4", "5", "6"]
    if key == "depthwise":
        sizes = (1, 2, 4) if vectors else (1, 2)
        return [f"{r}x{c * lanes if vectors else c}x1" for r in sizes for c in ((1, 2, 4) if vectors else (2, 4))]
    columns = (1, 2, 3, 4) if vectors else (2, 4, 6)
    return [f"{r}x{c * lanes}x{d}" for r in (1, 2, 4, 6, 8) for c in columns for d in (1, 4)
            if fits(r, c * lanes, vectors or scalars, lanes)]


class BoardTarget:
    """Counts instructions on an emulated board."""

    unit = "instructions/MAC"
    margin = 1.01

    def __init__(self, name):
        description = run.load_board(name)
        if not shutil.which(description["qemu"][0]):
            raise SystemExit(f"tune: {name} needs {description['qemu'][0]}, which is not installed;"
                             " ./dev setup installs it")
        self.name = name
        self.directory = measure.BUILD / "tune"

    def measure(self, chosen, shapes):
        """By layer, (instructions per MAC, bytes of code); whether all outputs are right."""
        case = layers.case(f"tune_{self.name.replace('-', '_')}", chosen, self.directory / "sources")
        model_bench.prepare([case], self.directory / "models")
        rows, _, equal = layers.count_calls(case, self.name, self.directory, measure.TOOLS,
                                            [f"--iree-llvm-kernel-shapes={shapes}"])
        figures = layers.by_layer(chosen, rows)
        return {name: (instructions / macs, code) for name, (instructions, macs, code) in figures.items()}, equal


class HostTarget:
    """Measures times on this machine."""

    unit = "ns/MAC"
    margin = 1.03

    def measure(self, chosen, shapes):
        figures, equal = {}, True
        with tempfile.TemporaryDirectory() as folder:
            for layer in chosen:
                figures[layer.name], right = self.measure_layer(layer, shapes, Path(folder))
                equal = equal and right
        return figures, equal

    @staticmethod
    def measure_layer(layer, shapes, folder):
        program = layers.Program([layer])
        source, module, report = (folder / f"{layer.name}.{kind}" for kind in ("mlir", "vmfb", "json"))
        source.write_text(program.text())
        measure.run([measure.TOOLS / "iree-compile", *measure.HOST_FLAGS, "--iree-llvm-target-cpu=host",
                     f"--iree-llvm-kernel-shapes={shapes}", source, f"--iree-memory-report={report}", "-o", module])
        (argument,), (expected,) = program.vector()
        paths = [folder / f"{layer.name}.{kind}.npy" for kind in ("in", "out")]
        for path, array in zip(paths, (argument, expected)):
            numpy.save(path, array)
        common = [f"--module={module}", "--function=layers", f"--input=@{paths[0]}"]
        done = subprocess.run([measure.TOOLS / "iree-run-module", *common, f"--expected_output=@{paths[1]}"],
                              capture_output=True, text=True, check=False)
        timed = json.loads(measure.run(
            [measure.TOOLS / "iree-benchmark-module", *common, "--benchmark_format=json",
             "--benchmark_min_time=0.01", f"--benchmark_repetitions={HOST_REPETITIONS}"], timeout=300))
        times = [row["real_time"] for row in timed["benchmarks"] if row["run_type"] == "iteration"]
        code = sum(kernel["code_bytes"] for kernel in json.loads(report.read_text())["kernels"])
        return (statistics.median(times) / layer.macs(), code), done.returncode == 0


def open_target(name):
    if name == measure.HOST:
        return HostTarget()
    if name not in measure.boards():
        raise SystemExit(f"tune: unknown target '{name}'; there are: {', '.join([measure.HOST, *measure.boards()])}")
    return BoardTarget(name)


def target_row(name):
    if name != measure.HOST:
        return committed_row(name)
    return parse_row(measure.run([measure.TOOLS / "iree-compile", *measure.HOST_FLAGS, "--iree-llvm-target-cpu=host",
                                  "--iree-llvm-print-kernel-shapes"]))


def score(figures):
    """The geometric mean over layers."""
    return math.exp(statistics.mean(math.log(value) for value, _ in figures.values()))


def code_bytes(figures):
    return sum(code for _, code in figures.values())


class Tuner:
    def __init__(self, target, row, tried, chosen):
        self.target, self.committed, self.row = target, row, dict(row)
        self.tried, self.chosen = tried, chosen
        self.wrong = []

    def key_layers(self, key):
        return [layer for layer in layers_of(key, self.row) if layer.name in self.chosen]

    def run_round(self, keys):
        """Tries the candidates of each key; the best ones become the row's."""
        keys = [key for key in keys if key in self.tried and self.key_layers(key)]
        values = {key: list(dict.fromkeys([self.row[key], *self.tried[key]])) for key in keys}
        results = {key: {} for key in keys}
        for index in range(max(map(len, values.values()), default=0)):
            current = {key: values[key][index] for key in keys if index < len(values[key])}
            used = [layer for layer in layers.LAYERS if any(layer in self.key_layers(key) for key in current)]
            shapes = text_of({**self.row, **current})
            try:
                figures, equal = self.target.measure(used, shapes)
            except SystemExit as error:
                print(f"{text_of(current)}: {error}")
                continue
            if not equal:
                self.wrong.append(shapes)
            for key, value in current.items():
                results[key][value] = {layer.name: figures[layer.name] for layer in self.key_layers(key)}
            print(f"  {text_of(current)}" + ("" if equal else ": WRONG OUTPUTS"), file=sys.stderr, flush=True)
        for key in keys:
            self.choose(key, results[key])

    def choose(self, key, results):
        if not results:
            raise SystemExit(f"tune: no candidate of '{key}' could be measured")
        ranked = sorted(results, key=lambda value: score(results[value]))
        limit = self.target.margin * score(results[ranked[0]])
        near = [value for value in ranked if score(results[value]) <= limit]
        before = self.row[key]
        self.row[key] = min(near, key=lambda value: (code_bytes(results[value]), value != before))
        names = [layer.name for layer in self.key_layers(key)]
        rows = [[f"{key}={value}" + (" (committed)" if value == self.committed[key] else ""),
                 *(f"{results[value][name][0]:.3f}" for name in names), f"{score(results[value]):.3f}",
                 code_bytes(results[value])] for value in ranked]
        print(f"\n{self.target.unit}:\n\n" + measure.table(["candidate", *names, "mean", "code B"], rows), flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="./dev tune", description=__doc__.splitlines()[0])
    parser.add_argument("target", help="board, or host")
    parser.add_argument("keys", nargs="*", metavar="KEY=VALUE,...", help="try these values only, of these keys only")
    parser.add_argument("--layers", help=f"of: {', '.join(layer.name for layer in layers.LAYERS)}; default: all")
    args = parser.parse_args()
    names = [layer.name for layer in layers.LAYERS]
    chosen = args.layers.split(",") if args.layers else names
    if unknown := set(chosen).difference(names):
        raise SystemExit(f"tune: unknown layers: {', '.join(sorted(unknown))}; there are: {', '.join(names)}")
    return args, chosen


def tried_values(given, row):
    """Values by key: those that were given, or all that are worth it."""
    known = [key for keys in ROUNDS for key in keys]
    if not given:
        return {key: candidates(key, row) for key in known}
    tried = {}
    for each in given:
        key, _, values = each.partition("=")
        if key not in known or not values:
            raise SystemExit(f"tune: '{each}' is not KEY=VALUE,VALUE... of a key of: {', '.join(known)}")
        tried[key] = values.split(",")
    return tried


def main():
    args, chosen = parse_arguments()
    target = open_target(args.target)
    core, row = target_row(args.target)
    tuner = Tuner(target, row, tried_values(args.keys, row), chosen)
    if not any(tuner.key_layers(key) for key in tuner.tried):
        raise SystemExit(f"tune: {', '.join(tuner.tried)} has no effect on {', '.join(chosen)} with style={row['style']}")
    for keys in ROUNDS:
        tuner.run_round(keys)
    if tuner.wrong:
        raise SystemExit("tune: outputs differ from numpy's with " + "; ".join(tuner.wrong))
    changed = [key for key in row if tuner.row[key] != row[key]]
    print(f"\nbest row of {core}: {text_of(tuner.row)}")
    print("which is the committed row" if not changed else
          "the committed row has " + text_of(row, changed) + " instead")
    return 2 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
