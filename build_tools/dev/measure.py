# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What demo.py and bench.py share: compiling, running and timing the sample models."""

import json
import platform
import re
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
TOOLS = BUILD / "bin"
DIGITS = ROOT / "samples/models/digits"
HOST = "host"
# The documented command line, for this machine.
HOST_FLAGS = [
    "--iree-stream-partitioning-favor=min-peak-memory",
    "--iree-hal-target-backends=llvm-cpu",
    f"--iree-llvm-target-triple={platform.machine()}-pc-linux-elf",
    "--iree-llvm-debug-symbols=false",
]
HOST_BATCHES = 15
HOST_BATCH_SECONDS = 0.02
F32_TOLERANCE = 1e-4  # absolute below 1, relative above
# What build_and_run.py prints: its verdict on a program, and the program's own
# "digits_i8: 32/32 equal, accuracy 32/32, ...".
PASSED = re.compile(r"^\[PASS\] \S+ (\w+):", re.M)
SUMMARY = re.compile(r"^(\w+): (\d+)/(\d+) equal, accuracy (\d+)/(\d+)", re.M)


@dataclass(frozen=True)
class Model:
    """A sample model; `program` is the board sample that runs it, if any."""

    name: str
    source: Path
    function: str
    program: str = ""


MODELS = [
    Model("simple_abs", ROOT / "samples/models/simple_abs.mlir", "abs"),
    Model("simple_mul", ROOT / "samples/models/simple_mul.mlir", "simple_mul", "simple_embedding"),
    Model("digits_f32", DIGITS / "digits_f32.mlir", "digits", "digits_f32"),
    Model("digits_i8", DIGITS / "digits_i8.mlir", "digits", "digits_i8"),
]


def run(command, **options):
    """Output of a command; SystemExit with its error text when it fails."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    if done.returncode:
        shown = " ".join(Path(str(c)).name if str(c).startswith("/") else str(c) for c in command)
        raise SystemExit(f"{shown}\nfailed with status {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def boards():
    """Names of all emulated boards."""
    return sorted(path.parent.name for path in ROOT.glob("boards/*/board.json"))


def target_flags(machine):
    if machine == HOST:
        return HOST_FLAGS
    description = json.loads((ROOT / "boards" / machine / "board.json").read_text())
    return [HOST_FLAGS[0], HOST_FLAGS[1], *description["iree_compile_flags"], HOST_FLAGS[3]]


def compile_model(model, machine, directory):
    """Compiles into `directory`; returns the module's path and the seconds it took."""
    module = Path(directory) / f"{model.name}.{machine}.vmfb"
    begin = time.perf_counter()
    run([TOOLS / "iree-compile", *target_flags(machine), model.source, "-o", module], timeout=300)
    return module, time.perf_counter() - begin


def arguments(model):
    """One set of arguments of `model`."""
    if model.program.startswith("digits"):
        return [numpy.load(DIGITS / f"images_{model.name.split('_')[1]}.npy")[0]]
    values = numpy.array([4.0, 4.0, 4.0, 4.0], numpy.float32)
    if model.function == "simple_mul":
        return [values, numpy.array([2.0, -1.5, 0.25, 16.0], numpy.float32)]
    return [numpy.array(-5.0, numpy.float32)]


def time_on_host(model, module, directory):
    """Nanoseconds per inference, as iree-benchmark-module measures them; arena and stack bytes."""
    inputs = []
    for index, array in enumerate(arguments(model)):
        path = Path(directory) / f"{model.name}.{index}.npy"
        numpy.save(path, array)
        inputs.append(f"--input=@{path}")
    measured = json.loads(run([TOOLS / "iree-benchmark-module", f"--module={module}",
                               f"--function={model.function}", *inputs, "--benchmark_format=json",
                               f"--benchmark_min_time={HOST_BATCH_SECONDS}",
                               f"--benchmark_repetitions={HOST_BATCHES}"], timeout=300))
    times = [row["real_time"] for row in measured["benchmarks"] if row["run_type"] == "iteration"]
    described = describe(module)
    return {"median_ns": statistics.median(times), "minimum_ns": min(times),
            "arena_bytes": described["arena_bytes"], "stack_bytes": described["stack_bytes"]}


def describe(module):
    """What iree-dump-module says of a module file."""
    return json.loads(run([TOOLS / "iree-dump-module", module, "--output=json"], timeout=60))


def run_board(board, report_path):
    """Builds and runs a board's programs, showing what they print.

    Returns (programs that passed, report by program, scores by program), or no
    programs at all when the build failed; a score is (equal, correct, count) of
    the images.
    """
    report_path.unlink(missing_ok=True)
    command = [sys.executable, ROOT / "boards/build_and_run.py", board, "--host-bin-dir", TOOLS,
               "--report", report_path]
    process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True)
    console = ""
    for line in process.stdout:
        print(line, end="", flush=True)
        console += line
    process.wait()
    report = json.loads(report_path.read_text())["samples"] if report_path.exists() else {}
    scores = {name: (int(equal), int(correct), int(count))
              for name, equal, _, correct, count in SUMMARY.findall(console)}
    return set(PASSED.findall(console)), report, scores


def number(value):
    """12345678 as 12,345,678; a dash for what is not known."""
    return "–" if value is None else f"{value:,}"


def duration(nanoseconds):
    if nanoseconds < 10e3:
        return f"{nanoseconds:.0f} ns"
    if nanoseconds < 10e6:
        return f"{nanoseconds / 1e3:.1f} µs"
    return f"{nanoseconds / 1e6:.1f} ms"


def table(titles, rows, left=1):
    """A Markdown table; the first `left` columns are aligned left."""
    cells = [list(titles)] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(titles))]

    def line(row):
        padded = [c.ljust(w) if i < left else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))]
        return "| " + " | ".join(padded) + " |"

    rule = ["-" * w if i < left else "-" * (w - 1) + ":" for i, w in enumerate(widths)]
    return "\n".join([line(cells[0]), line(rule)] + [line(row) for row in cells[1:]])
