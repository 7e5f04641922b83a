# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Command lines that iree-compile accepts."""

import shutil
import subprocess

import driver
from driver import CURRENT, DOCUMENTED, MODELS

ABS, MUL = MODELS / "simple_abs.mlir", MODELS / "simple_mul.mlir"
DIGITS = MODELS / "digits" / "digits_i8.mlir"
STAGES = ("input", "tensor", "dispatch", "schedule", "kernel", "program")
RESTARTS = ("start", "input", "tensor", "dispatch", "schedule")
MLIR_OPT = shutil.which("mlir-opt-22") or shutil.which("mlir-opt", path="/usr/lib/llvm-22/bin")


class SpellingTest(driver.DriverTest):
    def test_documented_command(self):
        output = self.folder / "simple_abs_cpu.vmfb"
        self.succeeds("iree-compile", *DOCUMENTED, ABS, "-o", output)
        printed = self.succeeds("iree-run-module", f"--module={output}", "--function=abs",
                                "--input=f32=-2.5")
        self.assertEqual(printed, b"EXEC @abs\nresult[0]: hal.buffer_view\nf32=2.5\n")

    def test_current_spelling(self):
        for model in (ABS, MUL, DIGITS):
            self.assertEqual(self.compiled(*DOCUMENTED, model), self.compiled(*CURRENT, model))

    def test_flags_after_the_input(self):
        self.assertEqual(self.compiled(*DOCUMENTED, MUL), self.compiled(MUL, *DOCUMENTED))

    def test_single_dash(self):
        dashes = [flag[1:] for flag in DOCUMENTED]
        self.assertEqual(self.compiled(*DOCUMENTED, MUL), self.compiled(*dashes, MUL))

    def test_other_spellings(self):
        """Pairs of a documented flag and its current spelling."""
        for triple, flag, value in (
                ("x86_64-pc-linux-elf", "target-cpu", "x86-64-v3"),
                ("x86_64-pc-linux-elf", "target-cpu-features", "+avx2,+fma"),
                ("riscv32-pc-linux-elf", "target-abi", "ilp32"),
                ("thumbv7em-pc-linux-elf", "target-float-abi", "hard")):
            common = (f"--iree-llvm-target-triple={triple}", "--iree-llvm-debug-symbols=false", MUL)
            self.assertEqual(self.compiled(f"--iree-llvm-{flag}={value}", *common),
                             self.compiled(f"--iree-llvmcpu-{flag}={value}", *common), flag)

    def test_static_library(self):
        for flags in (("--iree-llvm-static-library-output-path={}",),
                      ("-iree-llvm-static-library-output-path={}",),
                      ("--iree-llvmcpu-static-library-output-path={}",
                       "--iree-llvmcpu-link-embedded=false", "--iree-llvmcpu-link-static")):
            library = self.folder / f"library{len(flags[0])}_{len(flags)}.o"
            self.compiled(*DOCUMENTED, *[flag.format(library) for flag in flags], MUL)
            self.assertTrue(library.exists() and library.with_suffix(".h").exists(), flags)

    def test_lists(self):
        """The table's rows are triples, CPUs and ABIs that work; no input is needed."""
        for flag in ("--iree-llvm-list-targets", "--iree-llvmcpu-list-targets"):
            lines = self.succeeds("iree-compile", flag).decode().splitlines()
            rows = [line.split() for line in lines[1:lines.index("")]]
            self.assertGreaterEqual(len(rows), 12)
            for name, cpu, _, *abis in rows:
                self.compiled(f"--iree-llvm-target-triple={name}-pc-linux-elf",
                              f"--iree-llvm-target-cpu={cpu}", MUL)
                if "aapcs" in abis:
                    self.compiled(f"--iree-llvm-target-triple={name}-pc-linux-elf",
                                  "--iree-llvm-target-abi=aapcs", MUL)
        self.assertEqual(self.succeeds("iree-compile", "--iree-hal-list-target-backends"),
                         b"llvm-cpu\nvmvx\n")

    def test_host(self):
        """This machine, by name and by default."""
        self.assertEqual(self.compiled("--iree-llvm-target-triple=host", MUL), self.compiled(MUL))
        module = self.folder / "host.vmfb"
        self.succeeds("iree-compile", "--iree-llvm-target-triple=host",
                      "--iree-llvm-target-cpu=host", MUL, "-o", module)
        printed = self.succeeds("iree-run-module", f"--module={module}",
                                "--input=4xf32=1 2 3 4", "--input=4xf32=2")
        self.assertIn(b"4xf32=2 4 6 8", printed)

    def test_link_embedded(self):
        """Both spellings make a system library, and the default does not."""
        flags = (*DOCUMENTED, MUL)
        system = self.compiled("--iree-llvm-link-embedded=false", *flags)
        self.assertIn(b"system-library", system)
        self.assertEqual(self.compiled("--iree-llvmcpu-link-embedded=false", *flags), system)
        self.assertEqual(self.compiled("--iree-llvm-link-embedded=true", *flags),
                         self.compiled(*flags))

    def test_help(self):
        text = self.succeeds("iree-compile", "--help").decode()
        for flag in (*DOCUMENTED, "--compile-to=", "--compile-from=", "--output-format=",
                     "--iree-input-type="):
            self.assertIn(flag.split("=")[0], text)


class InputOutputTest(driver.DriverTest):
    def test_same_bytes_twice(self):
        for model in (ABS, MUL, DIGITS):
            for flags in (DOCUMENTED, DOCUMENTED[:-1]):  # the second with debug information
                self.assertEqual(self.compiled(*flags, model), self.compiled(*flags, model))

    def test_standard_output(self):
        expected = self.compiled(*DOCUMENTED, MUL)
        self.assertEqual(self.succeeds("iree-compile", *DOCUMENTED, MUL, "-o", "-"), expected)
        self.assertEqual(self.succeeds("iree-compile", *DOCUMENTED, MUL), expected)

    def test_standard_input(self):
        given, expected = MUL.read_bytes(), self.compiled(*DOCUMENTED, "--compile-to=input", MUL)
        for arguments in (["-"], []):
            self.assertEqual(self.succeeds("iree-compile", *DOCUMENTED, "--compile-to=input",
                                           *arguments, given=given), expected)
        module = self.succeeds("iree-compile", *DOCUMENTED, "-", "-o", "-", given=given)
        (self.folder / "stdin.vmfb").write_bytes(module)
        self.succeeds("iree-dump-module", self.folder / "stdin.vmfb")

    def test_bytecode(self):
        if not MLIR_OPT:
            self.skipTest("no mlir-opt")
        for model in (ABS, MUL):
            path = self.folder / "model.mlirbc"
            path.write_bytes(subprocess.run([MLIR_OPT, "--emit-bytecode", model], check=True,
                                            capture_output=True).stdout)
            self.assertEqual(self.compiled("--compile-to=tensor", path),
                             self.compiled("--compile-to=tensor", model))
            self.compiled(*DOCUMENTED, path)

    def test_output_is_replaced(self):
        output = self.folder / "module.vmfb"
        output.write_bytes(b"old" * 100000)
        self.succeeds("iree-compile", *DOCUMENTED, MUL, "-o", output)
        self.assertEqual(output.read_bytes(), self.compiled(*DOCUMENTED, MUL))

    def test_generic_form(self):
        text = self.succeeds("iree-compile", "--compile-to=input", "--mlir-print-op-generic", MUL)
        self.assertIn(b'"func.func"', text)
        self.compiled(self.source(text.decode()), "--compile-from=input")


class StageTest(driver.DriverTest):
    def test_stages_parse(self):
        for model in (MUL, DIGITS):
            for stage in STAGES:
                path = self.folder / f"{stage}.mlir"
                self.succeeds("iree-compile", *DOCUMENTED, f"--compile-to={stage}", model,
                              "-o", path)
                self.assertTrue(self.succeeds("iree-opt", path), stage)

    def test_end(self):
        self.assertEqual(self.compiled(*DOCUMENTED, "--compile-to=end", MUL),
                         self.compiled(*DOCUMENTED, MUL))

    def test_restart(self):
        """The text of each border compiles to a module that computes the same."""
        for stage in RESTARTS:
            source = MUL
            if stage != "start":
                source = self.folder / f"{stage}.mlir"
                self.succeeds("iree-compile", *DOCUMENTED, f"--compile-to={stage}", MUL,
                              "-o", source)
            output = self.folder / "again.vmfb"
            self.succeeds("iree-compile", *DOCUMENTED, f"--compile-from={stage}", source,
                          "-o", output)
            printed = self.succeeds("iree-run-module", f"--module={output}",
                                    "--input=4xf32=1 2 3 4", "--input=4xf32=5")
            self.assertTrue(printed.endswith(b"4xf32=5 10 15 20\n"), (stage, printed))

    def test_stage_by_stage(self):
        """From one border to the next; the last text equals that of one run."""
        source = MUL
        for before, stage in zip(RESTARTS, STAGES):
            path = self.folder / f"{stage}.mlir"
            self.succeeds("iree-compile", *DOCUMENTED, f"--compile-from={before}",
                          f"--compile-to={stage}", source, "-o", path)
            source = path
        self.assertEqual(source.read_bytes(), self.compiled(
            *DOCUMENTED, f"--compile-to={STAGES[len(RESTARTS) - 1]}", MUL))

    def test_assembly(self):
        text = self.compiled(*DOCUMENTED, "--output-format=vm-asm", MUL)
        path = self.source(text.decode())
        self.assertIn(b"program", self.succeeds("iree-opt", path))

    def test_print_after_all(self):
        result = self.run_tool("iree-compile", *DOCUMENTED, "--mlir-print-ir-after-all", MUL,
                               "-o", self.folder / "module.vmfb")
        self.assertEqual(result.returncode, 0)
        for name in (b"iree-verify-input", b"iree-verify-tensor", b"iree-verify-dispatch",
                     b"iree-verify-schedule", b"iree-verify-kernel", b"iree-verify-program"):
            self.assertRegex(result.stderr, b"IR Dump After .*" + name)

    def test_every_favor(self):
        for favor in ("min-peak-memory", "max-concurrency", "debug"):
            self.compiled(*DOCUMENTED[1:], f"--iree-stream-partitioning-favor={favor}", DIGITS)


if __name__ == "__main__":
    driver.main()
