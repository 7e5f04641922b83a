# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The arena that models with test vectors need on a Cortex-M4, and what a small
one costs: a part of ./dev bench."""

import time

import measure
import model_bench

BOARD = "cortex-m4"
MODELS = ["kws", "vww", "ic", "ad"]
# Each buffer in its own place: what speed is compared with.
BASELINE = ["--iree-stream-partitioning-favor=debug"]
SMALL = ["--iree-arguments-in-arena"]
# Bytes that a model has when layers may be split, at most 1.5 times the baseline's instructions.
BUDGETS = {"kws": 8192, "vww": 32768, "ic": 20480}
NOTE = (f"int8 models on {BOARD}, arguments and results in the arena. split: with `--iree-memory-budget` of "
        + ", ".join(f"{each} B for {name}" for name, each in BUDGETS.items())
        + ". Lower bound: the bytes that live at some step of the chosen order, kernels' scratch included, where"
        " results share bytes with arguments as they do (`iree-dump-module`). Instructions: of one inference, beside one with `" + BASELINE[0]
        + "`. Schedule: seconds that ordering and placing took."
        f" Equal: all outputs of {model_bench.VECTORS} inputs, with both.")


def modes(name):
    """Names and flags of what is measured of a model."""
    yield "min-peak", SMALL
    if name in BUDGETS:
        yield "split", [*SMALL, f"--iree-memory-budget={BUDGETS[name]}"]


def schedule_seconds(case, flags, directory):
    """What ordering and placing takes: of a process that goes on from the stage before, less
    those of one that stops there."""
    middle, end = directory / "dispatch.mlir", directory / "schedule.mlir"
    command = [measure.TOOLS / "iree-compile", *measure.target_flags(BOARD), *SMALL]
    measure.run([*command, *flags, case.source, "--compile-to=dispatch", "-o", middle], timeout=300)
    seconds = []
    for stage in ("dispatch", "schedule"):
        begin = time.monotonic()
        measure.run([*command, middle, "--compile-from=dispatch", f"--compile-to={stage}", "-o", end], timeout=300)
        seconds.append(time.monotonic() - begin)
    return round(max(0, seconds[1] - seconds[0]), 3)


def lower_bound(case, flags, directory):
    """Of the module's functions; what the memory report says."""
    module = directory / "model.vmfb"
    measure.run([measure.TOOLS / "iree-compile", *measure.target_flags(BOARD), *flags, case.source, "-o", module],
                timeout=300)
    return max(function["memory"]["lower_bound_bytes"] for function in measure.describe(module)["functions"])


def bench():
    cases = [case for case in model_bench.all_cases() if case.name in MODELS]
    if len(cases) != len(MODELS):
        print(f"bench: memory: {model_bench.NO_MODEL_FILES}")
    directory = measure.BUILD / "memory_bench"
    model_bench.prepare(cases, directory / "models")
    rows = []
    for case in cases:
        baseline = model_bench.run_case(case, BOARD, directory, measure.TOOLS, flags=BASELINE)
        for mode, flags in modes(case.name):
            row = model_bench.run_case(case, BOARD, directory, measure.TOOLS, flags=flags)
            ratio = (row["instructions"] / baseline["instructions"]
                     if row["instructions"] and baseline["instructions"] else None)
            rows.append({"model": case.name, "mode": mode, "arena_bytes": row["arena_bytes"],
                         "lower_bound_bytes": lower_bound(case, flags, directory),
                         "instructions_ratio": ratio and round(ratio, 4),
                         "schedule_seconds": schedule_seconds(case, flags, directory),
                         "outputs_equal": row["outputs_equal"] and baseline["outputs_equal"]})
    return rows


def table(rows):
    return measure.table(["model", "mode", "equal", "arena B", "lower bound B", "instructions", "schedule s"],
                         [[r["model"], r["mode"], "yes" if r["outputs_equal"] else "NO",
                           measure.number(r["arena_bytes"]), measure.number(r["lower_bound_bytes"]),
                           f"{r['instructions_ratio']:.3f}" if r["instructions_ratio"] else "–",
                           r["schedule_seconds"]] for r in rows], 3)
