#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every option of the runtime in both positions: builds, looks inside, runs.

    options_test.py --build DIR [unittest options]

DIR is a build directory with the tools in bin/.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "build_tools/dev"))

import option_builds  # noqa: E402
from option_builds import ALLOWED_UNDEFINED, ROOT, Build  # noqa: E402

import build_and_run  # noqa: E402

OPTIONS = argparse.Namespace(build=None)
NO_LOADERS = "-DIREE_HAL_EXECUTABLE_LOADER_DEFAULTS=OFF"
NO_CLOCK = '-DIREE_TIME_NOW_FN="{ return 0; }" -D"IREE_WAIT_UNTIL_FN(ns)=false"'
ELF_LOADER = r"iree_hal_embedded_elf_loader_create"
SHARED_LOADER = r"iree_hal_system_library_loader_create"
VMVX_LOADER = r"iree_hal_vmvx_module_loader_create"
VMVX = [NO_LOADERS, "-DIREE_HAL_EXECUTABLE_LOADER_VMVX_MODULE=ON"]
SYNC_DEVICE = r"iree_hal_sync_device_create"
TASK_DEVICE = r"iree_hal_task_device_create"
THREADS = "-DIREE_ENABLE_THREADING=ON"
# Instructions that other threads see as one.
ATOMIC = {"": r"\block\b", "cortex-m4": r"\bldrex", "riscv64": r"\b(?:amoadd|lr)\."}


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"{program} is not installed")


class Matrix(unittest.TestCase):
    """Shared steps."""

    def make(self, build, **arguments):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        option_builds.make(build, folder.name, OPTIONS.build / "bin", **arguments)
        return Path(folder.name)

    def check(self, build, present="", absent="", atomic=None, **arguments):
        """Builds and runs; `present` and `absent` are regexes of symbols."""
        directory = self.make(build, **arguments)
        defined, undefined = option_builds.symbols(directory)
        names = defined | undefined
        if present:
            self.assertTrue([n for n in names if re.search(present, n)], f"no symbol {present}")
        if absent:
            self.assertEqual([n for n in names if re.search(absent, n)], [])
        if build.board:
            foreign = {n for n in undefined if not ALLOWED_UNDEFINED.match(n)}
            self.assertLessEqual(foreign, {"board_time_now", "board_wait_until"})
        if atomic is not None:
            self.assertEqual(bool(re.search(ATOMIC[build.board], self.disassembly(directory))), atomic)
        if (directory / "bin" / build.program).exists():
            status, console = option_builds.run_program(build, directory)
            self.assertEqual(status, 0, console)
            self.assertIn("simple_embedding done", console)
        return directory

    def disassembly(self, directory):
        library = next(p for p in option_builds.archives(directory) if p.name == "libiree_hal.a")
        done = subprocess.run(["llvm-objdump-22", "-d", str(library)], check=True, capture_output=True,
                              text=True)
        return done.stdout


class Workstation(Matrix):
    def test_defaults_have_every_loader(self):
        self.check(Build("defaults"), present=ELF_LOADER, absent=r"^pthread", atomic=True,
                   targets=["simple_embedding_static", "iree-run-module"])

    def test_gcc_and_clang_build_everything(self):
        for compiler in ("gcc", "clang"):
            self.check(Build(compiler, compiler=compiler, program="simple_embedding"), present=SHARED_LOADER)

    def test_without_elf_loader(self):
        self.check(Build("no ELF", options=["-DIREE_HAL_EXECUTABLE_LOADER_EMBEDDED_ELF=OFF"]),
                   present=SHARED_LOADER, absent=ELF_LOADER + "|elf|Elf")

    def test_without_shared_objects(self):
        self.check(Build("no shared objects", options=["-DIREE_HAL_EXECUTABLE_LOADER_SYSTEM_LIBRARY=OFF"]),
                   present=ELF_LOADER, absent=SHARED_LOADER + "|dlopen")

    def test_loader_defaults_off(self):
        self.check(Build("no loaders", options=[NO_LOADERS]), present=SYNC_DEVICE,
                   absent=f"{ELF_LOADER}|{SHARED_LOADER}")

    def test_loader_defaults_off_and_one_on(self):
        self.check(Build("one loader", options=[NO_LOADERS, "-DIREE_HAL_EXECUTABLE_LOADER_EMBEDDED_ELF=ON"],
                         program="simple_embedding"), present=ELF_LOADER, absent=SHARED_LOADER)

    def test_driver_defaults_off(self):
        self.check(Build("no driver", options=["-DIREE_HAL_DRIVER_DEFAULTS=OFF"]), targets=["iree_runtime"],
                   absent=f"{SYNC_DEVICE}|{ELF_LOADER}|{SHARED_LOADER}")

    def test_driver_defaults_off_and_one_on(self):
        self.check(Build("one driver", options=["-DIREE_HAL_DRIVER_DEFAULTS=OFF",
                                                "-DIREE_HAL_DRIVER_LOCAL_SYNC=ON"]), present=SYNC_DEVICE)

    def test_threads(self):
        for compiler in ("gcc", "clang"):
            self.check(Build("threads", options=[THREADS], compiler=compiler, program="simple_embedding_threads"),
                       present=TASK_DEVICE)
        self.check(Build("threads, no device for them", options=[THREADS, "-DIREE_HAL_DRIVER_LOCAL_TASK=OFF"]),
                   present=SYNC_DEVICE, absent=f"{TASK_DEVICE}|iree_task|^pthread")
        self.check(Build("only threads", options=[THREADS, "-DIREE_HAL_DRIVER_LOCAL_SYNC=OFF"],
                         program="simple_embedding_threads"), present=TASK_DEVICE, absent=SYNC_DEVICE)

    def test_thread_sanitizer(self):
        self.check(Build("thread sanitizer", options=[THREADS, "-DIREE_SANITIZE_THREADS=ON"], compiler="clang",
                         program="simple_embedding_threads"), present="__tsan")

    def test_single_thread(self):
        self.check(Build("single thread", options=["-DIREE_SYNCHRONIZATION_DISABLE_UNSAFE=ON"]), atomic=False)
        self.check(Build("single thread", macros="-DIREE_SYNCHRONIZATION_DISABLE_UNSAFE=1"), atomic=False)

    def test_files(self):
        self.check(Build("files"), present=r"^fopen$")
        self.check(Build("no files", macros="-DIREE_FILE_IO_ENABLE=0"), absent=r"^(fopen|fread|fclose)$")

    def test_sanitizers(self):
        self.check(Build("sanitizers", options=["-DIREE_SANITIZE=ON"]), present="__asan")

    def test_samples_off(self):
        directory = self.make(Build("no samples"), targets=["iree_runtime"], extra=["-DIREE_BUILD_SAMPLES=OFF"])
        self.assertFalse((directory / "samples").exists())

    def test_needs_no_packages(self):
        """Without LLVM, googletest, FlatBuffers and nlohmann-json; with a C and C++ compiler."""
        packages = [f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in ("LLVM", "MLIR", "GTest")]
        hidden = ["-DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF", "-DCMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH=OFF"]
        directory = self.make(Build("no packages"), targets=["all"],
                              extra=[*packages, *hidden, "-DIREE_BUILD_TESTS=ON", "-DIREE_BUILD_SAMPLES=OFF",
                                     f"-DCMAKE_MAKE_PROGRAM={shutil.which('ninja')}", "-DIREE_HOST_BIN_DIR="])
        self.assertTrue((directory / "bin/iree-run-module").exists())


class Macros(Matrix):
    """IREE_* macros of the flags, in the forms in which they are found."""

    def program(self, directory, source, flags=""):
        """What a C program with iree/base/api.h prints, linked to the runtime in `directory`."""
        (directory / "program.c").write_text('#include <stdio.h>\n#include "iree/base/api.h"\n' + source)
        command = (f"gcc -std=c99 -DIREE_PLATFORM_GENERIC {flags} -I {ROOT}/runtime/include program.c"
                   " -o program -Lruntime -liree_base")
        subprocess.run(command, shell=True, cwd=directory, check=True)
        return subprocess.run(["./program"], cwd=directory, check=True, capture_output=True,
                              text=True).stdout

    def clock(self, time_form, wait_form, **arguments):
        """Nanoseconds and result of waiting of a runtime built with these flags."""
        build = Build("clock", macros=f"-DIREE_PLATFORM_GENERIC {time_form} {wait_form}", **arguments)
        directory = self.make(build, targets=["iree_base"])
        self.assertLessEqual(option_builds.symbols(directory)[1], {"wait_for", "memcpy", "memmove", "memset"})
        return self.program(directory, """
            bool wait_for(uint64_t ns) { return ns == 5; }
            int main(void) { printf("%d %d", (int)iree_time_now(), iree_wait_until(5)); return 0; }""")

    def test_quoting_of_the_time(self):
        self.assertEqual(self.clock('-DIREE_TIME_NOW_FN="{ return 7; }"', "-DIREE_WAIT_UNTIL_FN=wait_for"), "7 1")
        self.assertEqual(self.clock('"-DIREE_TIME_NOW_FN={ return 7;}"',
                                    "-D'IREE_WAIT_UNTIL_FN(n)=false'"), "7 0")
        self.assertEqual(self.clock(r"-DIREE_TIME_NOW_FN=\{\ return\ 7\;\}",
                                    '"-DIREE_WAIT_UNTIL_FN(...)=true"'), "7 1")

    def test_flags_for_cxx_only(self):
        flags = '-DIREE_PLATFORM_GENERIC -DIREE_TIME_NOW_FN="return 9;" -DIREE_WAIT_UNTIL_FN=wait_for'
        self.assertEqual(self.clock("", "", cxx_flags=flags), "9 1")

    def test_the_form_of_the_guide(self):
        """As CMake code, in which the backslashes are CMake's."""
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.22)\nproject(app LANGUAGES C CXX)\n"
            'set(CMAKE_C_FLAGS "${CMAKE_C_FLAGS} -DIREE_PLATFORM_GENERIC -DIREE_FILE_IO_ENABLE=0")\n'
            'set(CMAKE_C_FLAGS "${CMAKE_C_FLAGS} -DIREE_TIME_NOW_FN=\\"\\{ return 7;\\}\\"")\n'
            'set(CMAKE_C_FLAGS "${CMAKE_C_FLAGS} -DIREE_WAIT_UNTIL_FN=wait_for")\n'
            f"add_subdirectory({ROOT} iree)\n")
        directory = self.make(Build("guide"), source=folder, targets=["iree_base"],
                              extra=["-DIREE_BUILD_SAMPLES=OFF"])
        undefined = option_builds.symbols(directory)[1]
        self.assertIn("wait_for", undefined)
        self.assertLessEqual(undefined, {"wait_for", "memcpy", "memmove", "memset"})

    def test_user_configuration_header(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        header = folder / "my_config.h"
        header.write_text("#define IREE_PLATFORM_GENERIC 1\n#define IREE_TIME_NOW_FN return 11;\n"
                          "#define IREE_WAIT_UNTIL_FN(ns) ((ns) == 5)\n#define IREE_STATUS_MODE 0\n")
        flag = f'-DIREE_PLATFORM_GENERIC -DIREE_USER_CONFIG_H=\\"{header}\\"'
        directory = self.make(Build("header", macros=flag), targets=["iree_base"])
        header.write_text("#define IREE_STATUS_MODE 0\n")
        printed = self.program(directory, """int main(void) {
            printf("%d %d", (int)iree_time_now(), iree_wait_until(5)); return 0; }""",
                               f"'-DIREE_USER_CONFIG_H=\"{header}\"'")
        self.assertEqual(printed, "11 1")

    def test_status_modes(self):
        """What a failed allocation says, from codes alone to messages."""
        source = """int main(void) { char text[200]; void *p; iree_status_format(
            iree_allocator_malloc(iree_allocator_null(), 12, &p), sizeof(text), text, NULL); puts(text); return 0; }"""
        expected = {0: r"RESOURCE_EXHAUSTED$", 1: r"\S*base/allocator.cpp:\d+: RESOURCE_EXHAUSTED$",
                    2: r"\S*base/allocator.cpp:\d+: RESOURCE_EXHAUSTED; no allocator given, 12 bytes needed$"}
        for mode, text in expected.items():
            build = Build(f"mode {mode}", macros=f"-DIREE_PLATFORM_GENERIC -DIREE_STATUS_MODE={mode} {NO_CLOCK}")
            directory = self.make(build, targets=["iree_base"])
            self.assertRegex(self.program(directory, source, f"-DIREE_STATUS_MODE={mode}").strip(), "^" + text)

    def failure(self, macros):
        with self.assertRaises(SystemExit) as raised:
            self.make(Build("error", macros=f"-DIREE_PLATFORM_GENERIC {macros}"), targets=["iree_base"])
        return str(raised.exception)

    def test_missing_and_wrong_macros(self):
        self.assertIn("IREE_TIME_NOW_FN: define the body of a function that returns nanoseconds",
                      self.failure("-DIREE_WAIT_UNTIL_FN=wait_for"))
        self.assertIn("IREE_WAIT_UNTIL_FN: define the name of a bool(uint64_t nanoseconds)",
                      self.failure('-DIREE_TIME_NOW_FN="return 0;"'))
        self.assertIn("the quotes are the shell's",
                      self.failure('-DIREE_TIME_NOW_FN=\'"{ return 0; }"\' -DIREE_WAIT_UNTIL_FN=wait_for'))
        self.assertIn("IREE_FILE_IO_ENABLE needs a hosted platform",
                      self.failure(f"{NO_CLOCK} -DIREE_FILE_IO_ENABLE=1"))


class Firmware(Matrix):
    @needs("arm-none-eabi-gcc")
    def test_cortex_m4(self):
        self.check(Build("default", "cortex-m4", program="simple_embedding"), present=ELF_LOADER,
                   absent=f"{SHARED_LOADER}|{VMVX_LOADER}", atomic=False)
        self.check(Build("no loaders", "cortex-m4", [NO_LOADERS]), absent=ELF_LOADER)
        self.check(Build("atomic", "cortex-m4", ["-DIREE_SYNCHRONIZATION_DISABLE_UNSAFE=OFF"]), atomic=True)
        self.check(Build("places", "cortex-m4", [NO_LOADERS], "-DIREE_STATUS_MODE=1"))

    @needs("arm-none-eabi-gcc")
    def test_smallest(self):
        """At most 12 KiB of flash and 256 bytes of RAM, besides the memory that the sample provides."""
        build = Build("smallest", "cortex-m4", [NO_LOADERS],
                      "-DIREE_STATUS_MODE=0 -DIREE_VM_REGISTERS_ENABLE=0")
        directory = self.check(build, extra=["-DCMAKE_EXE_LINKER_FLAGS=-Wl,-Map=link.map"])
        self.check_runtime(directory, 12 * 1024)
        # The whole firmware, start-up, model and kernels included, has 1 KiB more; less
        # with whole-program optimisation.
        whole = self.check_firmware(build, directory)
        build.options.append("-DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON")
        directory = self.make(build)
        self.assertEqual(option_builds.run_program(build, directory)[0], 0)
        self.assertLess(self.check_firmware(build, directory), whole)

    @needs("arm-none-eabi-gcc")
    def test_smallest_with_images(self):
        """At most 16 KiB of flash where kernels are in the module."""
        build = Build("smallest ELF", "cortex-m4", [],
                      "-DIREE_STATUS_MODE=0 -DIREE_VM_REGISTERS_ENABLE=0", program="simple_embedding")
        directory = self.check(build, present=ELF_LOADER, extra=["-DCMAKE_EXE_LINKER_FLAGS=-Wl,-Map=link.map"])
        self.check_runtime(directory, 16 * 1024)

    def check_runtime(self, directory, limit):
        """The runtime's flash is at most `limit` bytes, and its RAM 256."""
        sizes = option_builds.runtime_sizes(directory / "link.map")
        self.assertGreater(sizes["text_bytes"], 4096)
        self.assertLessEqual(sizes["text_bytes"] + sizes["rodata_bytes"], limit)
        self.assertLessEqual(sizes["data_bytes"] + sizes["bss_bytes"], 256)

    def check_firmware(self, build, directory):
        """Bytes of its flash."""
        firmware = directory / "bin" / build.program
        sizes = build_and_run.section_sizes(firmware)
        self.assertLessEqual(sizes["text_bytes"] + sizes["rodata_bytes"], 13 * 1024)
        memory = build_and_run.symbol_size(firmware, "memory")
        self.assertGreater(memory, 0)
        self.assertLessEqual(sizes["data_bytes"] + sizes["bss_bytes"] - memory, 256)
        return sizes["text_bytes"] + sizes["rodata_bytes"]

    @needs("arm-none-eabi-gcc")
    def test_clang_for_boards_of_gcc(self):
        for board in ("cortex-m0plus", "cortex-m4", "riscv32"):
            with self.subTest(board):
                self.check(Build("clang", board, compiler="clang"))

    @needs("arm-none-eabi-gcc")
    def test_bytecode_kernels(self):
        """At most 48 KiB with all microkernels and messages, 24 KiB with neither."""
        map_file = ["-DCMAKE_EXE_LINKER_FLAGS=-Wl,-Map=link.map"]
        with_all = self.check(Build("bytecode", "cortex-m4", VMVX, program="simple_embedding_vmvx"),
                              present="executeContract", absent=ELF_LOADER, extra=map_file)
        without = self.check(Build("no microkernels", "cortex-m4", [*VMVX, "-DIREE_VMVX_MICROKERNELS=OFF"],
                                   "-DIREE_STATUS_MODE=0", program="simple_embedding_vmvx"),
                             present=VMVX_LOADER, absent="iree_math_tanhf", extra=map_file)
        for directory, limit in ((with_all, 48 * 1024), (without, 24 * 1024)):
            sizes = option_builds.runtime_sizes(directory / "link.map")
            self.assertGreater(sizes["text_bytes"], limit // 2)
            self.assertLessEqual(sizes["text_bytes"] + sizes["rodata_bytes"], limit)

    @needs("arm-none-eabi-gcc")
    def test_parts_of_the_interpreter(self):
        self.check(Build("straight-line", "cortex-m4", [NO_LOADERS], "-DIREE_VM_REGISTERS_ENABLE=0"))
        self.check(Build("no f32", "cortex-m4", VMVX, "-DIREE_VM_EXT_F32_ENABLE=0"))
        self.check(Build("f64", "cortex-m4", VMVX, "-DIREE_VM_EXT_F64_ENABLE=1"))

    @needs("riscv64-unknown-elf-gcc")
    def test_riscv(self):
        self.check(Build("riscv32", "riscv32"), present=ELF_LOADER)
        self.check(Build("atomic", "riscv64", ["-DIREE_SYNCHRONIZATION_DISABLE_UNSAFE=OFF"]), atomic=True)

    def test_clang_boards(self):
        for board in ("aarch64", "x86_64"):
            with self.subTest(board):
                self.check(Build(board, board, [NO_LOADERS]))

    @needs("arm-none-eabi-gcc")
    def test_the_list_of_the_guide(self):
        """The set() lines of runtime/README.md, pasted into an application."""
        page = (ROOT / "runtime/README.md").read_text()
        lines = next(b for b in re.findall(r"```cmake\n(.*?)```", page, re.S) if "IREE_BUILD_COMPILER" in b)
        self.assertIn("set(IREE_HAL_EXECUTABLE_LOADER_VMVX_MODULE ON)", lines)
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "CMakeLists.txt").write_text(
            f"cmake_minimum_required(VERSION 3.22)\n{lines}project(app LANGUAGES C CXX)\n"
            f"add_subdirectory({ROOT} iree)\n")
        build = Build("guide", "cortex-m4", program="simple_embedding")
        directory = self.make(build, source=folder)
        status, console = option_builds.run_program(build, directory)
        self.assertEqual((status, console.splitlines()[-1]), (0, "simple_embedding done"))

    @needs("arm-none-eabi-gcc")
    def test_board_of_the_application(self):
        """Samples and tests take the target iree_board that is there already."""
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.22)\nproject(app LANGUAGES C CXX)\n"
            f"include({ROOT}/build_tools/cmake/IreeMacros.cmake)\nadd_subdirectory({ROOT}/boards board_of_mine)\n"
            f"add_subdirectory({ROOT} iree)\n")
        build = Build("own board", "cortex-m4", program="runtime_tests")
        directory = self.make(build, source=folder, targets=["runtime_tests", "simple_embedding_static"],
                              extra=["-DIREE_BUILD_TESTS=ON"])
        self.assertTrue((directory / "board_of_mine").exists())
        self.assertFalse((directory / "iree/boards").exists())
        status, console = option_builds.run_program(build, directory)
        self.assertEqual(status, 0, console)
        self.assertIn("checks, 0 failed", console)


class Errors(unittest.TestCase):
    """Texts of CMake's refusals."""

    def refuse(self, *arguments):
        with tempfile.TemporaryDirectory() as directory:
            status, output = option_builds.configure(
                ROOT, directory, ["-DIREE_BUILD_COMPILER=OFF", "-DIREE_BUILD_TESTS=OFF",
                                  "-DIREE_BUILD_SAMPLES=OFF", *arguments])
        self.assertNotEqual(status, 0, output)
        self.assertEqual(output.count("CMake Error"), 1, output)
        return re.sub(r"\s+", " ", output)

    def test_contradictions(self):
        cases = [
            (["-DIREE_HAL_DRIVER_LOCAL_TASK=ON", "-DIREE_ENABLE_THREADING=OFF"],
             "IREE_HAL_DRIVER_LOCAL_TASK needs IREE_ENABLE_THREADING=ON"),
            (["-DIREE_ENABLE_THREADING=ON", "-DIREE_SYNCHRONIZATION_DISABLE_UNSAFE=ON"],
             "IREE_ENABLE_THREADING and IREE_SYNCHRONIZATION_DISABLE_UNSAFE exclude each other"),
            (["-DIREE_ENABLE_THREADING=ON", "-DCMAKE_SYSTEM_NAME=Generic", "-DCMAKE_C_COMPILER=gcc",
              "-DCMAKE_CXX_COMPILER=g++"], "IREE_ENABLE_THREADING needs an operating system"),
            (["-DIREE_SANITIZE=ON", "-DIREE_SANITIZE_THREADS=ON"],
             "IREE_SANITIZE and IREE_SANITIZE_THREADS exclude each other"),
            (["-DIREE_HAL_DRIVER_DEFAULTS=OFF", "-DIREE_HAL_EXECUTABLE_LOADER_EMBEDDED_ELF=ON"],
             "IREE_HAL_EXECUTABLE_LOADER_EMBEDDED_ELF is on but no driver is"),
            (["-DIREE_HAL_DRIVER_LOCAL_SYNC=OFF", "-DIREE_HAL_EXECUTABLE_LOADER_SYSTEM_LIBRARY=ON"],
             "IREE_HAL_EXECUTABLE_LOADER_SYSTEM_LIBRARY is on but no driver is"),
            (["-DIREE_HAL_EXECUTABLE_LOADER_SYSTEM_LIBRARY=ON", "-DCMAKE_C_FLAGS=-DIREE_PLATFORM_GENERIC"],
             "IREE_HAL_EXECUTABLE_LOADER_SYSTEM_LIBRARY needs the dynamic linker of Linux"),
            (["-DIREE_BUILD_COMPILER=ON", "-DCMAKE_C_FLAGS=-DIREE_PLATFORM_GENERIC"],
             "IREE_BUILD_COMPILER is on and the platform is generic"),
            (["-DIREE_SYNCHRONIZATION_DISABLE_UNSAFE=OFF",
              "-DCMAKE_C_FLAGS=-DIREE_SYNCHRONIZATION_DISABLE_UNSAFE=1"],
             "IREE_SYNCHRONIZATION_DISABLE_UNSAFE is OFF as an option and 1 as a macro"),
        ]
        for arguments, text in cases:
            with self.subTest(text):
                self.assertIn(text, self.refuse(*arguments))

    def test_unknown_names(self):
        for name in ("IREE_HAL_DRIVER_VULKAN", "IREE_BUILD_COMPILERS", "IREE_BAORD"):
            with self.subTest(name):
                self.assertIn(f"Unknown option: {name}. runtime/README.md lists those there are.",
                              self.refuse(f"-D{name}=ON"))
        self.assertIn("Unknown option: IREE_ENABLE_CPUINFO", self.refuse("-DIREE_ENABLE_CPUINFO:BOOL=ON"))
        self.assertIn("IREE_STATUS_MODE is a macro: give it in CMAKE_C_FLAGS", self.refuse("-DIREE_STATUS_MODE=0"))

    def test_unknown_name_in_a_set_line(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "CMakeLists.txt").write_text(
                "cmake_minimum_required(VERSION 3.22)\nproject(app LANGUAGES C CXX)\n"
                "set(IREE_BUILD_COMPILER OFF)\nset(IREE_BUILD_TESTS OFF)\nset(IREE_BUILD_SAMPLES OFF)\n"
                f"set(IREE_HAL_DRIVER_LOCAL_SINK ON)\nadd_subdirectory({ROOT} iree)\n")
            status, output = option_builds.configure(folder, Path(folder) / "build", [])
        self.assertNotEqual(status, 0)
        self.assertIn("Unknown option: IREE_HAL_DRIVER_LOCAL_SINK.", output)

    def test_boards_and_models(self):
        """What a cross build needs besides options."""
        def configure(*arguments):
            with tempfile.TemporaryDirectory() as directory:
                status, output = option_builds.configure(ROOT, directory, arguments)
            self.assertNotEqual(status, 0, output)
            return re.sub(r"\s+", " ", output)

        toolchain = f"-DCMAKE_TOOLCHAIN_FILE={ROOT}/build_tools/cmake/clang_none_elf.cmake"
        self.assertIn("IREE_BOARD is 'toaster', which is no folder of boards/ with a board.json",
                      configure(toolchain, "-DIREE_BOARD=toaster"))
        self.assertIn("Samples compile models: set IREE_HOST_BIN_DIR to the bin directory of a host build",
                      configure(toolchain, "-DIREE_BUILD_SAMPLES=ON"))
        tools = f"-DIREE_HOST_BIN_DIR={OPTIONS.build / 'bin'}"
        self.assertIn("IREE_MODEL_BENCH_DIR is '/missing', which has no */model.* file",
                      configure(toolchain, tools, "-DIREE_BUILD_SAMPLES=ON", "-DIREE_MODEL_BENCH_DIR=/missing"))

    def test_microkernels_twice(self):
        self.assertIn("IREE_VMVX_MICROKERNELS is ON as an option and 0 as a macro",
                      self.refuse("-DIREE_VMVX_MICROKERNELS=ON", "-DCMAKE_C_FLAGS=-DIREE_VMVX_MICROKERNELS=0"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=Path)
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    OPTIONS.build = OPTIONS.build.resolve()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
