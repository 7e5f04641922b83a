#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures compile time, host time per inference and what the boards need.

    ./dev bench [compile] [host] [board] [boards] [targets] [options] [threads] [memory]
                [workstation] [BOARD...] [MODEL...] [--write]

Prints Markdown tables and writes build/bench/*.json. --write measures
everything and rewrites benchmarks/RESULTS.md.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from pathlib import Path

import bench_memory
import bench_options
import bench_targets
import bench_threads
import bench_workstation
import measure
import model_bench

OUTPUT = measure.BUILD / "bench"
RESULTS = measure.ROOT / "benchmarks/RESULTS.md"
COMPILE_RUNS = 5
KINDS = ("compile", "host", "board", "boards", "targets", "options", "threads", "memory", "workstation")
NOTES = {
    "compile": f"Milliseconds of wall time of one `iree-compile` process, median of {COMPILE_RUNS}; bytes of the"
               " module it writes.",
    "host": f"One thread, `iree-benchmark-module`: median and minimum over {measure.HOST_BATCHES} batches of at"
            f" least {1e3 * measure.HOST_BATCH_SECONDS:.0f} ms. Flags:"
            f" `{' '.join(measure.HOST_FLAGS)}`.",
    "board": "Instructions of one inference, counted by a QEMU plugin under `-icount shift=0`; the count is exact"
             " and repeatable. **Instructions are not cycles.** Sections are those of the whole firmware (.rodata"
             " includes the module and the sample's images), stack is the deepest use from reset to exit, arena is"
             " what the compiler planned.",
    "boards": "Models on emulated boards beside TFLite-Micro (TFLM), whose figures are those of"
              " `benchmarks/tflite_micro.json`. Instructions of one inference, counted as above, in all and per"
              " multiply-accumulate of the model as it was given (MAC). Arena and stack are RAM of the inference; code"
              " is all flash but weights and test vectors: runtime, start-up, kernels, the module's table; weights are"
              f" the module's constants. Equal: all outputs of {model_bench.VECTORS} inputs are byte for byte what"
              " the reference gives: TFLite-Micro's reference kernels, or that of the sample model.",
    "targets": bench_targets.NOTE,
    "options": bench_options.NOTE,
    "threads": bench_threads.NOTE,
    "memory": bench_memory.NOTE,
    "workstation": bench_workstation.NOTE,
}


def bench_compile():
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        for machine in [measure.HOST, *measure.boards()]:
            for model in measure.MODELS:
                runs = [measure.compile_model(model, machine, directory) for _ in range(COMPILE_RUNS)]
                rows.append({"model": model.name, "machine": machine,
                             "median_ms": round(1e3 * statistics.median(r[1] for r in runs), 1),
                             "module_bytes": runs[0][0].stat().st_size})
    return rows


def bench_host():
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        for model in measure.MODELS:
            module, _ = measure.compile_model(model, measure.HOST, directory)
            rows.append({"model": model.name, **measure.time_on_host(model, module, directory)})
    return rows


def bench_boards(names):
    rows = []
    for board in names:
        passed, report, _ = measure.run_board(board, OUTPUT / f"{board}.json")
        if not report or not passed.issuperset(report):
            raise SystemExit(f"bench: {board} failed")
        rows += [{"machine": board, "program": program, **entry} for program, entry in report.items()]
    return rows


def bench_models(boards, models):
    cases = [case for case in model_bench.all_cases() if case.name in models]
    if missing := set(models) - {case.name for case in cases}:
        print(f"bench: without {', '.join(sorted(missing))}: {model_bench.NO_MODEL_FILES}")
    directory = measure.BUILD / "model_bench"
    model_bench.prepare(cases, directory / "models")
    return [model_bench.run_case(case, board, directory, measure.TOOLS)
            for board in boards for case in cases]


def model_table(rows):
    def ratio(value, divisor):
        return f"{value / divisor:.2f}" if value and divisor else "–"

    cells = []
    for r in rows:
        known = model_bench.FIGURES["models"].get(r["model"], {}).get("boards", {}).get(r["board"], {})
        cells.append([r["model"], r["board"], "yes" if r["outputs_equal"] else "NO",
                      measure.number(r["instructions"]), ratio(r["instructions"], r["macs"]),
                      ratio(known.get("instructions"), r["macs"]),
                      *(measure.number(each.get(f"{field}_bytes")) for field in ("arena", "stack", "code")
                        for each in (r, known)),
                      measure.number(r["constant_bytes"])])
    return measure.table(["model", "board", "equal", "instructions", "per MAC", "TFLM", "arena B", "TFLM",
                          "stack B", "TFLM", "code B", "TFLM", "weights B"], cells, 3)


def tables(kind, rows):
    """The Markdown table of one kind of measurement."""
    if kind == "boards":
        return model_table(rows)
    if kind == "targets":
        return bench_targets.table(rows)
    if kind == "options":
        return bench_options.table(rows)
    if kind == "threads":
        return bench_threads.table(rows)
    if kind == "memory":
        return bench_memory.table(rows)
    if kind == "workstation":
        return bench_workstation.table(rows)
    if kind == "compile":
        return measure.table(["model", "machine", "compile ms", "module B"],
                             [[r["model"], r["machine"], r["median_ms"], measure.number(r["module_bytes"])]
                              for r in rows], 2)
    if kind == "host":
        return measure.table(["model", "median", "minimum", "arena B", "stack B"],
                             [[r["model"], measure.duration(r["median_ns"]), measure.duration(r["minimum_ns"]),
                               measure.number(r["arena_bytes"]), measure.number(r["stack_bytes"])] for r in rows])
    fields = ["instructions", "text_bytes", "rodata_bytes", "data_bytes", "bss_bytes", "stack_bytes",
              "arena_bytes", "module_bytes"]
    return measure.table(["program", "machine", "instructions", ".text B", ".rodata B", ".data B", ".bss B",
                          "stack B", "arena B", "module B"],
                         [[r["program"], r["machine"], *(measure.number(r.get(f)) for f in fields)]
                          for r in rows], 2)


def machine_line():
    """What this was measured on: processor, cores, tools."""
    processor = platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            processor = line.split(":", 1)[1].strip()
            break
    qemu = measure.run(["qemu-system-arm", "--version"]).splitlines()[0]
    return f"{processor}, {os.cpu_count()} cores; {qemu}; compiler built with the `default` preset (Release)."


def write_results(sections):
    titles = {"compile": "Compile time", "host": "Workstation", "board": "Emulated boards",
              "boards": "Models on emulated boards", "targets": "Targets",
              "options": "Runtime sizes by option", "threads": "Threads", "memory": "Memory",
              "workstation": "Layers on the workstation"}
    text = ("<!-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception -->\n# Results\n\n"
            "Written by `./dev bench --write`.\n\nMachine: " + machine_line() + "\n")
    for kind, rows in sections.items():
        text += f"\n## {titles[kind]}\n\n{NOTES[kind]}\n\n{tables(kind, rows)}\n"
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text)
    print(f"wrote {RESULTS.relative_to(measure.ROOT)}")


def parse_arguments():
    """Returns (kinds, boards or None, models, --write)."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="*", metavar="WHAT",
                        help="compile, host, board (samples), boards (models with test vectors),"
                             " targets (kernels of every target), options (sizes of the runtime), threads (speed of several), memory (arenas of models),"
                             " workstation (layers beside the machine's peak); names of boards"
                             " and models to measure only those; default: everything")
    parser.add_argument("--write", action="store_true", help="rewrite benchmarks/RESULTS.md")
    args = parser.parse_args()
    words = {"kinds": KINDS, "boards": measure.boards(), "models": model_bench.MODELS}
    given = {key: [word for word in args.what if word in known] for key, known in words.items()}
    if unknown := set(args.what).difference(*words.values()):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are: "
                     + ", ".join(word for known in words.values() for word in known))
    if args.write and args.what:
        parser.error("--write measures everything")
    if given["models"] and "boards" not in given["kinds"]:
        given["kinds"].append("boards")
    if given["boards"] and not {"board", "boards"}.intersection(given["kinds"]):
        given["kinds"].append("board")
    return given["kinds"] or list(KINDS), given["boards"], given["models"] or model_bench.MODELS, args.write


def main():
    kinds, boards, models, write = parse_arguments()
    OUTPUT.mkdir(parents=True, exist_ok=True)
    measurements = {"compile": bench_compile, "host": bench_host,
                    "board": lambda: bench_boards(boards or measure.boards()),
                    "boards": lambda: bench_models(boards or model_bench.BOARDS, models),
                    "targets": bench_targets.bench, "options": bench_options.bench_options,
                    "threads": bench_threads.bench_threads, "memory": bench_memory.bench,
                    "workstation": bench_workstation.bench}
    sections = {}
    for kind in kinds:
        sections[kind] = measurements[kind]()
        (OUTPUT / f"{kind}.json").write_text(json.dumps(sections[kind], indent=2) + "\n")
    for kind, rows in sections.items():
        print(f"\n{NOTES[kind]}\n\n{tables(kind, rows)}")
    if write:
        write_results(sections)
    right = all(row["outputs_equal"] for kind in ("boards", "memory") for row in sections.get(kind, ()))
    return 0 if right and all(row["equal"] is not False for row in sections.get("targets", ())) else 1


if __name__ == "__main__":
    sys.exit(main())
