#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles the sample models, runs them on this machine and on emulated boards,
and prints one table. Exits non-zero when a result is wrong."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy

import measure

# A core with FPU, one with vectors, one with neither; --all takes every board.
BOARDS = ("cortex-m4", "cortex-m55", "riscv32")
EXPECTED_MUL = "4xf32=8 -6 1 64"


def percent(correct, count):
    return f"{100 * correct / count:.1f} %"


def row(model, machine, result, correct, *, time_ns=None, instructions=None, flash=None, ram=None):
    return {"model": model, "machine": machine, "result": result, "ok": correct, "time_ns": time_ns,
            "instructions": instructions, "flash_bytes": flash, "ram_bytes": ram}


def run_simple_mul(module):
    """Runs the module with iree-run-module; returns (its result line, is it right)."""
    text = measure.run([measure.TOOLS / "iree-run-module", "--device=local-sync", f"--module={module}",
                        "--function=simple_mul", "--input=4xf32=4 4 4 4", "--input=4xf32=2 -1.5 0.25 16"],
                       timeout=60)
    print(text, end="")
    result = text.strip().splitlines()[-1]
    return result, result == EXPECTED_MUL


def run_digits(model, module, directory):
    """Runs all held-out images; returns (summary, is every output as it should be)."""
    kind = model.name.split("_")[1]
    images = numpy.load(measure.DIGITS / f"images_{kind}.npy")
    expected = numpy.load(measure.DIGITS / f"reference_{kind}.npy")
    labels = numpy.load(measure.DIGITS / "labels.npy")
    got = numpy.empty_like(expected)
    source, target = Path(directory) / "image.npy", Path(directory) / "logits.npy"
    for i, image in enumerate(images):
        numpy.save(source, image)
        measure.run([measure.TOOLS / "iree-run-module", "--device=local-sync", f"--module={module}",
                     "--function=digits", f"--input=@{source}", f"--output=@{target}"], timeout=60)
        got[i] = numpy.load(target)
    if kind == "f32":
        limit = measure.F32_TOLERANCE * numpy.maximum(1, numpy.abs(expected))
        equal = (numpy.abs(got - expected) <= limit).all(axis=(1, 2))
    else:
        equal = (got == expected).all(axis=(1, 2))
    correct = int((got[:, 0].argmax(axis=1) == labels).sum())
    count = len(images)
    summary = f"{percent(correct, count)} of {count}, {int(equal.sum())}/{count} as reference"
    print(f"{model.name}: {summary}", flush=True)
    return summary, bool(equal.all())


def host_rows(models):
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        for model in models:
            module, _ = measure.compile_model(model, measure.HOST, directory)
            if model.function == "digits":
                result, correct = run_digits(model, module, directory)
            else:
                result, correct = run_simple_mul(module)
            figures = measure.time_on_host(model, module, directory)
            rows.append(row(model.name, measure.HOST, result, correct, time_ns=figures["median_ns"]))
    return rows


def board_row(model, board, passed, entry, score):
    """The row of one board program, whose report `entry` is None if it was not built."""
    if entry is None:
        return row(model.name, board, "was not built", False)
    result = "right" if model.program in passed else "failed"
    if score:
        equal, correct, count = score
        result = f"{percent(correct, count)} of {count}, {equal}/{count} as reference"
    flash = entry["text_bytes"] + entry["rodata_bytes"] + entry["data_bytes"]
    # The samples have a generous static block; what counts is what they used of it.
    unused = entry["memory_block_bytes"] - (entry["memory_bytes"] or entry["memory_block_bytes"])
    ram = entry["data_bytes"] + entry["bss_bytes"] - unused + (entry["stack_bytes"] or 0)
    return row(model.name, board, result, model.program in passed,
               instructions=entry["instructions"], flash=flash, ram=ram)


def board_rows(board, models):
    passed, report, scores = measure.run_board(board, measure.BUILD / "boards" / f"{board}.json")
    return [board_row(model, board, passed, report.get(model.program), scores.get(model.program))
            for model in models]


def cost(entry):
    if entry["time_ns"] is not None:
        return measure.duration(entry["time_ns"])
    return "–" if entry["instructions"] is None else f"{entry['instructions']:,} instr."


def print_table(rows):
    print()
    print(measure.table(
        ["model", "machine", "result", "per inference", "flash B", "RAM B"],
        [[r["model"], r["machine"], r["result"] if r["ok"] else f"WRONG: {r['result']}", cost(r),
          measure.number(r["flash_bytes"]), measure.number(r["ram_bytes"])] for r in rows], 3))
    print("\nBoards are emulated by QEMU: instructions are exact, and are not cycles. Flash is the whole"
          "\nfirmware (.text, .rodata, .data), RAM is .data, .bss, what was used of the samples'"
          "\nblock of memory, and the deepest stack.")


def main():
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument("--all", action="store_true", help=f"every board, not only {', '.join(BOARDS)}")
    args = parser.parse_args()
    models = [model for model in measure.MODELS if model.program]
    rows = host_rows(models)
    for board in measure.boards() if args.all else BOARDS:
        rows += board_rows(board, models)
    rows.sort(key=lambda r: [m.name for m in models].index(r["model"]))
    (measure.BUILD / "demo.json").write_text(json.dumps(rows, indent=2) + "\n")
    print_table(rows)
    sys.exit(0 if all(r["ok"] for r in rows) else 1)


if __name__ == "__main__":
    main()
