#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds every program of a board and checks what it does and what is in it.

    board_test.py --board NAME --host-bin-dir DIR --build-dir DIR [unittest options]
"""

import argparse
import re
import subprocess
import sys
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT / "boards"))

import build_and_run  # noqa: E402
import run  # noqa: E402

# The only names a firmware may share with a C library.
ALLOWED_LIBC = {"memcpy", "memmove", "memset", "memcmp", "main"}
FORBIDDEN = re.compile(
    r"^_*(malloc|calloc|realloc|free|sbrk|brk)(_r)?$|^_*v?(f|s|sn|as|d)?i?printf(_r)?$"
    r"|^_*(f?puts|f?putc|putchar|fopen|fwrite|exit|abort|atexit|errno|impure_ptr)$"
    r"|^__cxa|^_Unwind|^__gxx_personality|^__aeabi_(unwind|atexit)"
    # new, delete, std:: names, RTTI, static constructors.
    r"|^_Zn[wa]|^_Zd[la]|^_ZNK?S[tabsiod]|^_ZS[tabsiod]|^_ZT[ISV]S[tabsiod]|^_GLOBAL__sub_I")

ARGS = None


def libc_names():
    """Every function that newlib defines, where it is installed."""
    library = subprocess.run(["arm-none-eabi-gcc", "-print-file-name=libc.a"], capture_output=True,
                             text=True, check=False).stdout.strip()
    if not Path(library).is_file():
        return set()
    listing = subprocess.run(["llvm-nm-22", "--defined-only", "--extern-only", "--format=posix", library],
                             check=True, capture_output=True, text=True).stdout
    names = (line.split() for line in listing.splitlines())
    return {n[0] for n in names if len(n) > 1 and n[1] in "TW"}


def defined_symbols(firmware):
    """(name, global) of every symbol."""
    listing = subprocess.run(["llvm-nm-22", "--format=posix", str(firmware)], check=True,
                             capture_output=True, text=True).stdout
    fields = [line.split() for line in listing.splitlines()]
    return {(f[0], f[1].isupper(), f[1] in "Uw") for f in fields if len(f) > 1}


class BoardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        build_and_run.build_board(ARGS.board, ARGS.build_dir, ARGS.host_bin_dir, cls.programs())

    @staticmethod
    def programs():
        return list(build_and_run.SELFTESTS if ARGS.selftests_only else build_and_run.PROGRAMS)

    def firmware(self, program):
        return Path(ARGS.build_dir) / "bin" / program

    def test_programs_run(self):
        for program in self.programs():
            with self.subTest(program):
                passed, _ = build_and_run.run_program(ARGS.board, ARGS.build_dir, program, 120)
                self.assertTrue(passed)

    def test_counts_are_exact_and_repeatable(self):
        # selftest/bench.c: two calls of 1000 x 2 instructions, 1024 bytes of stack.
        plugin = run.build_plugin(ARGS.build_dir)
        counts = [run.run_firmware(ARGS.board, self.firmware("selftest_bench"), plugin=plugin,
                                   stack=True, echo=False)[2] for _ in range(2)]
        self.assertEqual(counts[0], counts[1])
        self.assertEqual(counts[0]["intervals"], 2)
        self.assertGreaterEqual(counts[0]["instructions"], 4000)
        self.assertLessEqual(counts[0]["instructions"], 4040)
        self.assertGreaterEqual(counts[0]["stack_bytes"], 1024)
        self.assertLessEqual(counts[0]["stack_bytes"], 1200)

    def test_kernels_run_where_the_module_lies(self):
        """The module's ELF image takes no RAM: its code runs inside the embedded array, in flash."""
        if ARGS.selftests_only:
            self.skipTest("no samples")
        firmware = self.firmware("digits_i8")
        symbols = run.read_symbols(firmware)
        module = symbols["digits_module"]
        end = module + build_and_run.symbol_size(firmware, "digits_module")
        counts = run.run_firmware(ARGS.board, firmware, plugin=run.build_plugin(ARGS.build_dir), echo=False,
                                  kernels=(module, end))[2]
        self.assertLess(counts["code_high"], symbols["__stack_start"], "code in RAM")
        self.assertGreater(counts["code_high"], module)
        self.assertLess(counts["code_high"], end)
        # Calls are counted one by one; the runtime around them has its share.
        inside = [counts[f"call_{i}"] for i in range(counts["calls"])]
        self.assertEqual(len(inside) % 4, 0, "the model has four layers")
        self.assertGreater(min(inside), 100)
        self.assertLess(sum(inside), counts["instructions"])
        self.assertGreater(sum(inside), 0.8 * counts["instructions"])

    def test_timeout_is_a_failure(self):
        status, _, _ = run.run_firmware(ARGS.board, self.firmware("selftest_boot"),
                                        timeout=0.001, echo=False)
        self.assertEqual(status, run.STATUS_TIMEOUT)

    def test_status_of_isa_debug_exit(self):
        # QEMU ends with 2 * (status + 1) + 1; with 0 after a reset or a triple
        # fault, and with 1 when it could not start.
        serial = {"host_io": "serial"}
        expected = {3: 0, 5: 1, 253: 125, 0: 1, 1: 1, -6: 134}
        self.assertEqual({s: run.firmware_status(serial, s) for s in expected}, expected)
        self.assertEqual([run.firmware_status({}, s) for s in (0, 125, -6)], [0, 125, 134])

    def test_unknown_host_io(self):
        with self.assertRaises(SystemExit) as raised:
            run.host_io_options({"host_io": "smoke"})
        self.assertEqual(str(raised.exception),
                         "board.json: unknown host_io 'smoke'; there are: semihosting, serial")

    def test_no_libc_no_heap_no_exceptions(self):
        libc = libc_names()
        for program in self.programs():
            symbols = defined_symbols(self.firmware(program))
            with self.subTest(program):
                self.assertEqual([name for name, _, undefined in symbols if undefined], [])
                self.assertEqual([name for name, _, _ in symbols if FORBIDDEN.search(name)], [])
                shared = {name for name, is_global, _ in symbols if is_global} & libc
                self.assertLessEqual({n for n in shared if not is_compiler_helper(n)}, ALLOWED_LIBC)


def is_compiler_helper(name):
    """Arithmetic helpers that both libgcc and newlib define."""
    return name.startswith("__aeabi_") and "mem" not in name


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", required=True)
    parser.add_argument("--host-bin-dir", required=True)
    parser.add_argument("--build-dir", required=True)
    parser.add_argument("--selftests-only", action="store_true", help="no samples: needs no compiler")
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
