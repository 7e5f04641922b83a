#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds the firmware of a board and runs it on the emulator:

    build_and_run.py BOARD [SAMPLE...] [--report out.json]

Needs the host build's tools (--host-bin-dir) to compile the models. Exits
non-zero when anything does not build, or does not end as it should.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

import run

PROJECT = Path(__file__).resolve().parent.parent
FAULT_STATUS = 125

# Program to (exit status, text its console must contain).
SELFTESTS = {
    "selftest_boot": (0, "boot done"),
    "selftest_bench": (0, "interval"),
    "selftest_fault": (FAULT_STATUS, "undefined instruction"),
    "selftest_stack_overflow": (FAULT_STATUS, "overflowing the stack"),
    "runtime_tests": (0, " checks, 0 failed"),
}
SAMPLES = {
    "simple_embedding": (0, "simple_embedding done"),
    "simple_embedding_static": (0, "simple_embedding done"),
    "digits_f32": (0, "digits_f32: 32/32 equal"),
    "digits_i8": (0, "digits_i8: 32/32 equal"),
    "static_library": (0, "static_library done"),
    "static_library_c": (0, "without_runtime done"),
    "static_library_cxx": (0, "without_runtime done"),
    "dynamic_shapes": (0, "dynamic_shapes done"),
    "variables_and_state": (0, "variables_and_state done"),
}
PROGRAMS = {**SELFTESTS, **SAMPLES}
MODULES = {"simple_embedding": "simple_mul_module",
           "simple_embedding_static": "simple_mul_static", "digits_f32": "digits_f32_module",
           "digits_i8": "digits_i8_module", "static_library": "digits_static",
           "dynamic_shapes": "dynamic_shapes_module", "variables_and_state": "counter_module"}
# The documented options of the bare-metal workflow, with the tests.
CMAKE_OPTIONS = [
    "-DCMAKE_SYSTEM_NAME=Generic", "-DIREE_BUILD_COMPILER=OFF", "-DIREE_BUILD_TESTS=ON",
    "-DIREE_BUILD_SAMPLES=ON", "-DIREE_BINDINGS_TFLITE=OFF", "-DIREE_ENABLE_THREADING=OFF",
    "-DIREE_SYNCHRONIZATION_DISABLE_UNSAFE=ON",
    "-DIREE_HAL_DRIVER_DEFAULTS=OFF", "-DIREE_HAL_DRIVER_LOCAL_SYNC=ON",
    "-DIREE_HAL_EXECUTABLE_LOADER_DEFAULTS=OFF", "-DIREE_HAL_EXECUTABLE_LOADER_EMBEDDED_ELF=ON",
]


def build_board(board, build_dir, host_bin_dir, targets, jobs=1, options=(), quiet=False):
    """Configures `build_dir` (again, if the options changed) and builds `targets`. `quiet`: prints nothing;
    what the build printed is in the error."""
    toolchain = PROJECT / "build_tools/cmake" / run.load_board(board)["toolchain_file"]
    subprocess.run(
        ["cmake", "-G", "Ninja", "-S", str(PROJECT), "-B", str(build_dir),
         f"-DCMAKE_TOOLCHAIN_FILE={toolchain}", f"-DIREE_BOARD={board}",
         f"-DIREE_HOST_BIN_DIR={Path(host_bin_dir).resolve()}", *CMAKE_OPTIONS, *options],
        check=True, stdout=subprocess.DEVNULL)
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True} if quiet else {}
    subprocess.run(["cmake", "--build", str(build_dir), "-j", str(jobs), "--target", *targets],
                   check=True, **output)


def section_sizes(firmware):
    """Bytes of .text (vectors included), .rodata, .data and .bss."""
    listing = subprocess.run(["llvm-size-22", "-A", str(firmware)], check=True,
                             capture_output=True, text=True).stdout
    sizes = {name: int(size) for name, size in re.findall(r"^(\.\S+)\s+(\d+)", listing, re.M)}
    return {
        "text_bytes": sizes.get(".vectors", 0) + sizes.get(".text", 0),
        "rodata_bytes": sizes.get(".rodata", 0),
        "data_bytes": sizes.get(".data", 0),
        "bss_bytes": sizes.get(".bss", 0),
    }


def symbol_size(firmware, name):
    """Bytes of a data symbol of the firmware; 0 if it has none."""
    listing = subprocess.run(["llvm-nm-22", "-S", str(firmware)], check=True,
                             capture_output=True, text=True).stdout
    found = re.search(rf"^\S+ (\S+) [bBdDrR] {name}$", listing, re.M)
    return int(found.group(1), 16) if found else 0


def figure(console, name):
    """The number in '<name> N B' of a summary line, or None."""
    found = re.search(rf"\b{name} (\d+) B", console)
    return int(found.group(1)) if found else None


def run_program(board, build_dir, program, timeout):
    """Runs one program, says how it went, and returns (passed, report entry)."""
    firmware = Path(build_dir) / "bin" / program
    symbols = run.read_symbols(firmware)
    plugin = run.build_plugin(build_dir) if "bench_begin" in symbols else None
    status, console, counts = run.run_firmware(board, firmware, timeout=timeout, plugin=plugin,
                                               stack=True)
    wanted_status, wanted_text = PROGRAMS[program]
    passed = status == wanted_status and wanted_text in console
    print(f"[{'PASS' if passed else 'FAIL'}] {board} {program}: status {status}", flush=True)
    if not counts or not counts["intervals"]:
        counts = {}
    entry = {"instructions": counts.get("instructions"), **section_sizes(firmware),
             "stack_bytes": figure(console, "stack"),
             "inference_stack_bytes": counts.get("stack_bytes"),
             "arena_bytes": figure(console, "arena"), "memory_bytes": figure(console, "memory"),
             "memory_block_bytes": symbol_size(firmware, "memory")}
    for module in Path(build_dir).glob(f"samples/*/{MODULES.get(program)}.vmfb"):
        entry["module_bytes"] = module.stat().st_size  # part of rodata_bytes
    return passed, entry


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("board")
    parser.add_argument("samples", nargs="*", metavar="SAMPLE", help=f"of: {', '.join(PROGRAMS)}; default: all")
    parser.add_argument("--host-bin-dir", default=PROJECT / "build/bin")
    parser.add_argument("--build-dir", help="default: build/boards/BOARD")
    parser.add_argument("--report", help="file for sizes and instruction counts, as JSON")
    parser.add_argument("--timeout", type=float, default=120, metavar="SECONDS")
    parser.add_argument("-j", "--jobs", type=int, default=1)
    args = parser.parse_args()
    programs = args.samples or list(PROGRAMS)
    for program in programs:
        if program not in PROGRAMS:
            raise SystemExit(f"unknown sample '{program}'; there are: {', '.join(PROGRAMS)}")
    build_dir = Path(args.build_dir or PROJECT / "build/boards" / args.board)
    try:
        build_board(args.board, build_dir, args.host_bin_dir, programs, args.jobs)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"build failed: {' '.join(error.cmd[:2])} ...") from error
    results = {program: run_program(args.board, build_dir, program, args.timeout)
               for program in programs}
    if args.report:
        report = {"board": args.board, "samples": {p: r[1] for p, r in results.items() if p in SAMPLES}}
        Path(args.report).write_text(json.dumps(report, indent=2) + "\n")
    failed = [program for program, (passed, _) in results.items() if not passed]
    print(f"{args.board}: {len(results) - len(failed)} of {len(results)} passed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
