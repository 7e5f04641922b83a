# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models with test vectors on the emulated boards: what ./dev bench boards and the
tests of models on boards share.

A vector is the raw bytes of all arguments or results, one after the other. The
program that runs them is samples/model_bench.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy

import measure

sys.path.insert(0, str(measure.ROOT / "boards"))

import build_and_run  # noqa: E402
import run  # noqa: E402

BOARDS = [board for board in ("cortex-m4", "cortex-m55", "riscv32", "riscv64", "riscv64v", "aarch64")
          if board in measure.boards()]
VECTORS = 8
TIMEOUT_SECONDS = 300
NATIVE = "llvm-cpu"
FIGURES = json.loads((measure.ROOT / "benchmarks/tflite_micro.json").read_text())
DIGITS = "digits_i8"
# Outputs of each layer times the length of its sums, padding included.
DIGITS_MACS = 8 * 8 * 8 * 9 + 4 * 4 * 16 * 72 + 4 * 4 * 16 * 9 + 10 * 256
MODELS = [DIGITS, *FIGURES["models"]]
NO_MODEL_FILES = "no model files (set IREE_TEST_MODELS_DIR)"


@dataclass(frozen=True)
class Case:
    """A model, its vectors and how many they are, and multiply-accumulates of one inference if known."""

    name: str
    source: Path
    inputs: bytes
    expected: bytes
    macs: int = None
    vectors: int = VECTORS


def models_directory():
    """Where the .tflite files and their vectors are; None without any."""
    given = os.environ.get("IREE_TEST_MODELS_DIR")
    directory = Path(given) if given else measure.ROOT.parent / "shared/models"
    return directory if (directory / "vectors").is_dir() else None


def digits_case():
    """The sample classifier; its reference is samples/models/digits/reference.py."""
    images = numpy.load(measure.DIGITS / "images_i8.npy")[:VECTORS]
    reference = numpy.load(measure.DIGITS / "reference_i8.npy")[:VECTORS]
    return Case(DIGITS, measure.DIGITS / "digits_i8.mlir", images.tobytes(), reference.tobytes(), DIGITS_MACS)


def read_vectors(directory, name, kind):
    paths = [directory / f"vectors/{name}.{i}.{kind}.bin" for i in range(VECTORS)]
    if missing := [path for path in paths if not path.exists()]:
        raise SystemExit(f"{missing[0]} is missing")
    return b"".join(path.read_bytes() for path in paths)


def file_cases():
    """The models of models_directory() that are there."""
    directory = models_directory()
    return [Case(name, directory / model["file"], read_vectors(directory, name, "in"),
                 read_vectors(directory, name, "out"), model["macs"])
            for name, model in FIGURES["models"].items()
            if directory and (directory / model["file"]).exists()]


def write_if_changed(path, contents):
    """Leaves the time of an unchanged file alone, so that nothing is built again."""
    if not path.exists() or path.read_bytes() != contents:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)


def all_cases():
    return [digits_case(), *file_cases()]


def prepare(cases, directory):
    """Lays the cases out as samples/model_bench wants them; removes all others."""
    wanted = {case.name for case in cases}
    for folder in directory.glob("*"):
        if folder.name not in wanted:
            shutil.rmtree(folder)
    for case in cases:
        folder = directory / case.name
        write_if_changed(folder / f"model{case.source.suffix}", case.source.read_bytes())
        write_if_changed(folder / "inputs.bin", case.inputs)
        write_if_changed(folder / "expected.bin", case.expected)
        write_if_changed(folder / "vectors.txt", str(case.vectors).encode())


def build(case, board, directory, host_bin_dir, backends=NATIVE, flags=(), quiet=False):
    """Builds the program for a prepared case; returns (its path, why it could not be built).
    `backends` may be "vm-c", for C source without the runtime. `flags`: further ones of
    iree-compile; `quiet`: shows what the build prints only if it fails."""
    build_dir = directory / (board if backends == NATIVE else f"{board}-{backends}")
    loader = "ON" if "vmvx" in backends else "OFF"
    try:
        build_and_run.build_board(board, build_dir, host_bin_dir, [f"bench_{case.name}"],
                                  options=[f"-DIREE_MODEL_BENCH_DIR={directory / 'models'}",
                                           f"-DIREE_MODEL_BENCH_BACKENDS={backends}",
                                           f"-DIREE_MODEL_BENCH_FLAGS={';'.join(flags)}",
                                           f"-DIREE_HAL_EXECUTABLE_LOADER_VMVX_MODULE={loader}"],
                                  quiet=quiet)
    except subprocess.CalledProcessError as error:
        return None, f"{' '.join(map(str, error.cmd[:2]))} failed with status {error.returncode}{error.stdout or ''}"
    return build_dir / "bin" / f"bench_{case.name}", None


def run_case(case, board, directory, host_bin_dir, count=True, backends=NATIVE, flags=()):
    """Builds and runs a prepared case on a board and returns the row of boards.json; what is not
    known is None. Without `count` there are no instructions, and it is faster. `backends` and
    `flags` as iree-compile has them."""
    row = {"model": case.name, "board": board, "instructions": None, "macs": case.macs,
           "arena_bytes": None, "code_bytes": None, "constant_bytes": None, "stack_bytes": None,
           "outputs_equal": False}
    firmware, error = build(case, board, directory, host_bin_dir, backends, flags)
    if error:
        print(f"{case.name} on {board}: {error}", flush=True)
        return row
    plugin = run.build_plugin(directory) if count else None
    status, console, counts = run.run_firmware(board, firmware, timeout=TIMEOUT_SECONDS, plugin=plugin,
                                               stack=count, echo=False)
    print(f"{case.name} on {board}: {console.strip()}, status {status}", flush=True)
    module = firmware.parents[1] / f"samples/model_bench/bench_{case.name}_module.vmfb"
    described = measure.describe(module)
    sizes = build_and_run.section_sizes(firmware)
    flash = sizes["text_bytes"] + sizes["rodata_bytes"] + sizes["data_bytes"]
    vectors = len(case.inputs) + len(case.expected)
    row.update(arena_bytes=described["arena_bytes"], constant_bytes=described["constants_bytes"],
               code_bytes=flash - vectors - described["constants_bytes"],
               outputs_equal=status == 0 and f"{case.vectors}/{case.vectors} equal" in console)
    if counts and counts.get("intervals") == 1:
        row.update(instructions=counts["instructions"], stack_bytes=counts["stack_bytes"])
    return row
