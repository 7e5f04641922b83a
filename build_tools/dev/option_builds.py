# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds the runtime with given options and looks into the result.

Used by tests/options and by bench_options.py.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "boards"))

import run  # noqa: E402

# The runtime's libraries; samples have others whose names also begin with libiree.
LIBRARIES = re.compile(r"libiree_(base|hal|vm|runtime|hal_local_sync|hal_local_task|task|loader_\w+)\.a")
RUNTIME_ONLY = ["-DIREE_BUILD_COMPILER=OFF", "-DIREE_BUILD_TESTS=OFF", "-DIREE_BUILD_SAMPLES=ON"]
LAUNCHER = ["-DCMAKE_C_COMPILER_LAUNCHER=ccache", "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"]
# What the runtime may ask of others on a generic platform: memory functions,
# and arithmetic of the compiler's own library.
ALLOWED_UNDEFINED = re.compile(r"mem(cpy|move|set|cmp)$|__aeabi_\w+$|__\w+[sdt][if][234]?$")


@dataclass
class Build:
    """One set of options. `board` is empty for the workstation."""

    name: str
    board: str = ""
    options: list = field(default_factory=list)
    macros: str = ""  # in CMAKE_C_FLAGS
    cxx_flags: str = ""
    compiler: str = "gcc"  # or clang
    program: str = "simple_embedding_static"

    def configure_arguments(self, host_bin_dir):
        arguments = [*self.options, f"-DIREE_HOST_BIN_DIR={host_bin_dir}",
                     f"-DCMAKE_C_FLAGS={self.macros}", f"-DCMAKE_CXX_FLAGS={self.cxx_flags}"]
        if shutil.which("ccache"):
            arguments += LAUNCHER
        if self.board:
            toolchain = run.load_board(self.board)["toolchain_file"]
            if self.compiler == "clang":
                toolchain = "clang_none_elf.cmake"
            return [*arguments, f"-DIREE_BOARD={self.board}",
                    f"-DCMAKE_TOOLCHAIN_FILE={ROOT / 'build_tools/cmake' / toolchain}"]
        names = ("clang-22", "clang++-22") if self.compiler == "clang" else ("gcc", "g++")
        return [*arguments, f"-DCMAKE_C_COMPILER={shutil.which(names[0])}",
                f"-DCMAKE_CXX_COMPILER={shutil.which(names[1])}", "-DCMAKE_BUILD_TYPE=MinSizeRel"]


def configure(source, directory, arguments):
    """(status, output) of CMake."""
    done = subprocess.run(["cmake", "-G", "Ninja", "-S", str(source), "-B", str(directory), *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def compile_targets(directory, targets):
    """(status, output) of the build."""
    done = subprocess.run(["cmake", "--build", str(directory), "-j", "2", "--target", *targets],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def make(build, directory, host_bin_dir, targets=(), source=ROOT, extra=()):
    """Configures and builds; SystemExit with the output if that fails."""
    shutil.rmtree(directory, ignore_errors=True)
    status, output = configure(source, directory,
                               [*RUNTIME_ONLY, *build.configure_arguments(host_bin_dir), *extra])
    if status == 0:
        status, output = compile_targets(directory, targets or [build.program])
    if status:
        raise SystemExit(f"{build.name} does not build:\n{output}")


def archives(directory):
    return sorted(p for p in Path(directory).rglob("libiree_*.a") if LIBRARIES.fullmatch(p.name))


def symbols(directory):
    """(defined, undefined) names over the runtime's libraries that were built."""
    listing = subprocess.run(["llvm-nm-22", "--format=posix", *map(str, archives(directory))], check=True,
                             capture_output=True, text=True).stdout
    fields = [line.split() for line in listing.splitlines()]
    defined = {f[0] for f in fields if len(f) > 1 and f[1] not in "Uw"}
    undefined = {f[0] for f in fields if len(f) > 1 and f[1] in "Uw"}
    return defined, undefined - defined - {"_GLOBAL_OFFSET_TABLE_"}


def runtime_sizes(map_file):
    """Bytes by section that the GNU linker's map assigns to the runtime's libraries."""
    text = map_file.read_text()
    text = text[text.index("Linker script and memory map"):text.index("/DISCARD/")]
    text = re.sub(r"\n (\.\S+)\n\s+0x", r"\n \1 0x", text)  # long names stand on lines of their own
    sizes = {f"{kind}_bytes": 0 for kind in ("text", "rodata", "data", "bss")}
    for kind, size, origin in re.findall(
            r"^ \.(text|rodata|data|bss)\S* +0x[0-9a-f]+ +0x([0-9a-f]+) (\S+)", text, re.M):
        library = re.search(r"([^/]+)\(", origin)
        if library and LIBRARIES.fullmatch(library[1]):
            sizes[f"{kind}_bytes"] += int(size, 16)
    return sizes


def run_program(build, directory):
    """(exit status, console text)."""
    program = Path(directory) / "bin" / build.program
    if build.board:
        status, console, _ = run.run_firmware(build.board, program, echo=False)
        return status, console
    done = subprocess.run([str(program)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=60, check=False)
    return done.returncode, done.stdout
