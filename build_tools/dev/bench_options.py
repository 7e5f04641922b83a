# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What each option costs: sizes of the runtime in a firmware for Cortex-M4."""

import json
import tempfile
from pathlib import Path

import measure
import option_builds
from option_builds import Build

import build_and_run  # of boards/, where option_builds looks too

BOARD = "cortex-m4"
NOTE = ("Bytes of the runtime's libraries in the firmware of `simple_embedding` for Cortex-M4, from the link map; the"
        " rightmost column is all of the firmware's flash: start-up, sample, model and kernels included. Memory that"
        " the application gives to the runtime is not in .bss. None of them needs more of others than the memory"
        " functions, the compiler's arithmetic and the board's clock.")
NO_LOADERS = "-DIREE_HAL_EXECUTABLE_LOADER_DEFAULTS=OFF"
VMVX = "-DIREE_HAL_EXECUTABLE_LOADER_VMVX_MODULE=ON"
NO_MICROKERNELS = "-DIREE_VMVX_MICROKERNELS=OFF"
CONFIGURATIONS = [
    Build("static library, codes only, straight-line programs", BOARD, [NO_LOADERS],
          "-DIREE_STATUS_MODE=0 -DIREE_VM_REGISTERS_ENABLE=0"),
    Build("static library, codes only", BOARD, [NO_LOADERS], "-DIREE_STATUS_MODE=0"),
    Build("static library, codes with places", BOARD, [NO_LOADERS], "-DIREE_STATUS_MODE=1"),
    Build("static library, messages", BOARD, [NO_LOADERS]),
    Build("static library, messages, atomic counts", BOARD,
          [NO_LOADERS, "-DIREE_SYNCHRONIZATION_DISABLE_UNSAFE=OFF"]),
    Build("static library, messages of 64 bytes", BOARD, [NO_LOADERS], "-DIREE_STATUS_MESSAGE_CAPACITY=64"),
    Build("bytecode kernels, no microkernels, codes only", BOARD, [NO_LOADERS, VMVX, NO_MICROKERNELS],
          "-DIREE_STATUS_MODE=0", program="simple_embedding_vmvx"),
    Build("bytecode kernels, no microkernels, messages", BOARD, [NO_LOADERS, VMVX, NO_MICROKERNELS],
          program="simple_embedding_vmvx"),
    Build("bytecode kernels, codes only", BOARD, [NO_LOADERS, VMVX], "-DIREE_STATUS_MODE=0",
          program="simple_embedding_vmvx"),
    Build("bytecode kernels, messages", BOARD, [NO_LOADERS, VMVX], program="simple_embedding_vmvx"),
    Build("embedded ELF, codes only, straight-line programs", BOARD, [],
          "-DIREE_STATUS_MODE=0 -DIREE_VM_REGISTERS_ENABLE=0", program="simple_embedding"),
    Build("embedded ELF, codes only", BOARD, [], "-DIREE_STATUS_MODE=0", program="simple_embedding"),
    Build("embedded ELF, codes with places", BOARD, [], "-DIREE_STATUS_MODE=1", program="simple_embedding"),
    Build("embedded ELF, messages (the default)", BOARD, [], program="simple_embedding"),
    Build("embedded ELF, messages, atomic counts", BOARD, ["-DIREE_SYNCHRONIZATION_DISABLE_UNSAFE=OFF"],
          program="simple_embedding"),
]


def measure_build(build, directory):
    """The JSON entry of one configuration. Fails if its program does."""
    map_file = Path(directory) / "link.map"
    option_builds.make(build, directory, measure.TOOLS,
                       extra=[f"-DCMAKE_EXE_LINKER_FLAGS=-Wl,-Map={map_file}"])
    status, console = option_builds.run_program(build, directory)
    if status or "simple_embedding done" not in console:
        raise SystemExit(f"bench: {build.name}: status {status}\n{console}")
    firmware = build_and_run.section_sizes(Path(directory) / "bin" / build.program)
    sizes = option_builds.runtime_sizes(map_file)
    return {"configuration": build.name, **sizes,
            "undefined_symbols": sorted(option_builds.symbols(directory)[1]),
            "firmware_flash_bytes": firmware["text_bytes"] + firmware["rodata_bytes"] + firmware["data_bytes"]}


def bench_options():
    rows = []
    for build in CONFIGURATIONS:
        with tempfile.TemporaryDirectory() as directory:
            rows.append(measure_build(build, directory))
    return rows


def table(rows):
    fields = ["text_bytes", "rodata_bytes", "data_bytes", "bss_bytes", "firmware_flash_bytes"]
    return measure.table(["configuration", ".text B", ".rodata B", ".data B", ".bss B", "firmware flash B"],
                         [[r["configuration"], *(measure.number(r[f]) for f in fields)] for r in rows])


if __name__ == "__main__":
    print(json.dumps(bench_options(), indent=2))
