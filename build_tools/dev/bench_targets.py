# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `./dev bench targets` measures: the kernels of digits_i8 for every target."""

import json
import re
import subprocess
import tempfile
from pathlib import Path

import measure

MODEL = next(model for model in measure.MODELS if model.name == "digits_i8")
GENERATE = measure.ROOT / "build_tools/generate.sh"
# Where a target's board has another name.
BOARDS = {"rv32imc": "riscv32", "rv64gc": "riscv64", "rv64gcv": "riscv64v", "i686": "x86_32"}
NOTE = ("The kernels of digits_i8: bytes of the ELF image in the module and of the static library, and what they"
        " still ask of a loader or linker, both together. Instructions of one inference on the emulated board of that"
        " target, and whether all outputs equal the reference there, as they do on the host.")


def machines():
    """Name to iree-compile flags, of generate.sh's lines."""
    text = GENERATE.read_text().replace("\\\n", " ")
    return {name: flags.split() for name, flags in re.findall(r"^generate (\S+)((?: +--\S+)+)$", text, re.M)}


def count(command, pattern):
    return len(re.findall(pattern, measure.run(command), re.M))


def measure_target(name, flags, directory):
    """Sizes and demands of one target's kernels."""
    module, library = directory / f"{name}.vmfb", directory / f"{name}.o"
    common = [measure.TOOLS / "iree-compile", *flags, "--iree-llvm-debug-symbols=false", MODEL.source]
    images = directory / name
    measure.run([*common, f"--iree-hal-dump-executable-binaries-to={images}", "-o", module])
    measure.run([*common, f"--iree-llvm-static-library-output-path={library}", "-o", directory / "static.vmfb"])
    image = next(images.glob("*.so"))
    relocations = count(["llvm-readelf-22", "--dyn-relocations", image], r"^[0-9a-f]+ +[0-9a-f]+ +R_")
    # 32-bit x86: what every linker defines by itself.
    undefined = (count(["llvm-nm-22", "--undefined-only", library], r" U (?!_GLOBAL_OFFSET_TABLE_$)")
                 + count(["llvm-readelf-22", "--dyn-syms", image], r" UND \S"))
    return {"target": name, "triple": measure_triple(module), "elf_bytes": image.stat().st_size,
            "object_bytes": library.stat().st_size, "dynamic_relocations": relocations,
            "undefined_symbols": undefined}


def measure_triple(module):
    description = json.loads(measure.run([measure.TOOLS / "iree-dump-module", "--output=json", module]))
    return description["executables"][0]["target"]


def board_figures(name):
    """(instructions of an inference, are all outputs right) on the board of that name."""
    report = measure.BUILD / "bench" / f"{name}.digits_i8.json"
    report.unlink(missing_ok=True)
    command = ["/usr/bin/python3", str(measure.ROOT / "boards/build_and_run.py"), name, "digits_i8",
               "--host-bin-dir", str(measure.TOOLS), "--report", str(report)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if not report.exists():
        raise SystemExit(f"bench: {name}: {done.stdout}{done.stderr}")
    instructions = json.loads(report.read_text())["samples"]["digits_i8"]["instructions"]
    return instructions, done.returncode == 0


def bench():
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        for name, flags in machines().items():
            row = measure_target(name, flags, Path(directory))
            row["board"] = BOARDS.get(name, name if name in measure.boards() else None)
            row["instructions"], row["equal"] = board_figures(row["board"]) if row["board"] else (None, None)
            rows.append(row)
    return rows


def table(rows):
    verdict = {True: "yes", False: "NO", None: "–"}
    return measure.table(
        ["target", "triple", "ELF B", ".o B", "relocations", "undefined", "board", "instructions", "equal"],
        [[r["target"], r["triple"], measure.number(r["elf_bytes"]), measure.number(r["object_bytes"]),
          r["dynamic_relocations"], r["undefined_symbols"], r["board"] or "–", measure.number(r["instructions"]),
          verdict[r["equal"]]] for r in rows], 2)
