#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""samples/out_of_tree: every way to the runtime, on both machines.

    applications_test.py --build DIR [unittest options]
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples/out_of_tree"
OPTIONS = argparse.Namespace(build=None)
# Emulator, and compiler; by machine.
MACHINES = {
    "cortex-m": (["qemu-system-arm", "-M", "netduinoplus2"], "arm-none-eabi-gcc"),
    "riscv32": (["qemu-system-riscv32", "-M", "virt", "-bios", "none"], "riscv64-unknown-elf-gcc"),
}


def run(command, **options):
    """(status, output)."""
    done = subprocess.run([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=120, check=False, **options)
    return done.returncode, done.stdout


class Applications(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def machines(self):
        """Those whose compiler and emulator are installed."""
        there = [m for m, (emulator, gcc) in MACHINES.items() if shutil.which(gcc) and shutil.which(emulator[0])]
        if not there:
            self.skipTest("no cross compiler")
        for machine in there:
            with self.subTest(machine):
                yield machine

    def do(self, *command):
        status, output = run(command)
        self.assertEqual(status, 0, f"{' '.join(map(str, command))}\n{output}")
        return output

    def configure(self, source, directory, machine, *arguments):
        self.do("cmake", "-G", "Ninja", "-S", source, "-B", directory,
                f"-DCMAKE_TOOLCHAIN_FILE={SAMPLE / machine / 'toolchain.cmake'}", *arguments)

    def check_runs(self, machine, firmware):
        status, output = run([*MACHINES[machine][0], "-nographic", "-monitor", "none", "-serial", "none",
                              "-semihosting-config", "enable=on,target=native", "-kernel", firmware])
        self.assertEqual((status, output), (0, "application done\n"))

    def check_application(self, machine, way, source):
        directory = self.folder / machine / way
        self.configure(SAMPLE, directory, machine, f"-DIREE_HOST_BIN_DIR={OPTIONS.build / 'bin'}",
                       f"-DRUNTIME_FROM={way}", f"-DRUNTIME_DIR={source}")
        self.do("cmake", "--build", directory, "-j", "2", "--target", "application")
        self.check_runs(machine, directory / "application")

    def test_subdirectory(self):
        for machine in self.machines():
            self.check_application(machine, "subdirectory", ROOT)

    def test_fetch_content(self):
        for machine in self.machines():
            self.check_application(machine, "fetch", ROOT)

    def test_package(self):
        for machine in self.machines():
            runtime = self.folder / machine / "runtime"
            self.configure(ROOT, runtime, machine)
            self.do("cmake", "--build", runtime, "-j", "2")
            self.do("cmake", "--install", runtime, "--prefix", self.folder / machine / "prefix")
            shutil.rmtree(runtime)  # nothing of the build is needed
            self.check_application(machine, "package", self.folder / machine / "prefix")
            exported = (self.folder / machine / "prefix/lib/cmake/IREERuntime/IREERuntimeTargets.cmake").read_text()
            self.assertNotIn(str(ROOT), exported)
            self.assertIn("IREE_PLATFORM_GENERIC=1", exported)

    def test_makefile(self):
        for machine in self.machines():
            directory = self.folder / machine / "make"
            self.do("make", "-s", "-j", "2", "-C", SAMPLE, f"IREE={ROOT}", f"MACHINE={machine}",
                    f"BUILD={directory}", f"IREE_HOST_BIN_DIR={OPTIONS.build / 'bin'}")
            self.check_runs(machine, directory / "application")

    def test_every_source_is_listed(self):
        lines = (ROOT / "runtime/sources.txt").read_text().splitlines()
        listed = [line.split()[1] for line in lines if not line.startswith("#")]
        there = [str(p.relative_to(ROOT / "runtime")) for p in (ROOT / "runtime/src").rglob("*.cpp")]
        self.assertEqual(sorted(listed), sorted(there))

    def test_errors(self):
        status, output = run(["cmake", "-G", "Ninja", "-S", SAMPLE, "-B", self.folder, "-DRUNTIME_FROM=air"])
        self.assertNotEqual(status, 0)
        self.assertIn("RUNTIME_FROM is 'air'; there are: subdirectory, fetch, package", output)
        status, output = run(["make", "-C", SAMPLE, "MACHINE=toaster"])
        self.assertNotEqual(status, 0)
        self.assertIn("MACHINE is 'toaster'; there are: cortex-m, riscv32", output)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=Path)
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    OPTIONS.build = OPTIONS.build.resolve()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
