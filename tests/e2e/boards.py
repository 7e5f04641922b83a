# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Test modules on emulated boards: tests/firmware/check_module.c, with the module in its memory."""

import pathlib
import sys

BOARDS = pathlib.Path(__file__).resolve().parent.parent.parent / "boards"
sys.path.insert(0, str(BOARDS))

import build_and_run  # noqa: E402
import run  # noqa: E402

PROGRAM = "check_module"
TIMEOUT_SECONDS = 240


def build(board, build_dir, host_bin_dir):
    build_and_run.build_board(board, build_dir, host_bin_dir, [PROGRAM])


def compile_flags(board):
    return run.load_board(board)["iree_compile_flags"]


def run_tests(board, build_dir, module):
    """Exit status and output of the module's tests."""
    firmware = pathlib.Path(build_dir) / "bin" / PROGRAM
    symbols = run.read_symbols(firmware)
    size = pathlib.Path(module).stat().st_size
    options = ["-device", f"loader,file={module},addr={symbols['check_module_data']:#x},"
                          "force-raw=on",
               "-device", f"loader,addr={symbols['check_module_length']:#x},data={size},"
                          "data-len=4"]
    return run.run_firmware(board, firmware, timeout=TIMEOUT_SECONDS, echo=False,
                            options=options)[:2]
