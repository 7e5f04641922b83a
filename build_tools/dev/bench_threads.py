# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How much faster two and more threads are than one."""

import json
import os
import statistics
import tempfile
from pathlib import Path

import measure

ROUNDS = 7
# 512 x 512 x 512 multiply-adds in 128 units of 4 rows.
MATMUL = """func.func @matmul(%a: tensor<512x512xf32>, %b: tensor<512x512xf32>) -> tensor<512x512xf32> {
  %zero = arith.constant dense<0.0> : tensor<512x512xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<512x512xf32>, tensor<512x512xf32>)
                     outs(%zero : tensor<512x512xf32>) -> tensor<512x512xf32>
  return %0 : tensor<512x512xf32>
}
"""
DIGITS = measure.ROOT / "samples/models/digits"
NOTE = ("`iree-benchmark-module` with `--device=local-sync` and with `--device=local-task"
        f" --task_topology_group_count=N`, in turn, {ROUNDS} rounds: medians over the rounds of the time of an"
        " inference, and medians and the best of the ratio to `local-sync` in the same round. Kernels are compiled"
        " for the machine's own processor. `matmul` is 512x512x512 in f32; `digits` are too small to be shared.")


def time_of(module, arguments):
    """Nanoseconds of an inference."""
    output = measure.run([measure.TOOLS / "iree-benchmark-module", f"--module={module}", *arguments,
                          "--benchmark_min_time=0.1", "--benchmark_format=json"])
    (entry,) = json.loads(output)["benchmarks"]
    return entry["real_time"] * {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[entry["time_unit"]]


def bench_threads():
    rows = []
    counts = [count for count in (1, 2, 4, 8, 16) if count <= os.cpu_count()]
    with tempfile.TemporaryDirectory() as folder:
        matmul = Path(folder) / "matmul.mlir"
        matmul.write_text(MATMUL)
        for name, source in (("matmul", matmul), ("digits_f32", DIGITS / "digits_f32.mlir"),
                             ("digits_i8", DIGITS / "digits_i8.mlir")):
            module = Path(folder) / f"{name}.vmfb"
            measure.run([measure.TOOLS / "iree-compile", "--iree-llvm-target-cpu=host",
                         "--iree-llvm-debug-symbols=false", source, "-o", module])
            times = {count: [] for count in (0, *counts)}
            for _ in range(ROUNDS):
                times[0].append(time_of(module, ["--device=local-sync"]))
                for count in counts:
                    times[count].append(time_of(module, ["--device=local-task",
                                                         f"--task_topology_group_count={count}"]))
            for count in counts:
                ratios = [sync / task for sync, task in zip(times[0], times[count])]
                rows.append({"model": name, "threads": count,
                             "local_sync_ns": statistics.median(times[0]),
                             "local_task_ns": statistics.median(times[count]),
                             "median_ratio": round(statistics.median(ratios), 2),
                             "best_ratio": round(max(ratios), 2)})
    return rows


def table(rows):
    return measure.table(["model", "threads", "local-sync", "local-task", "ratio", "best"],
                         [[r["model"], r["threads"], measure.duration(r["local_sync_ns"]),
                           measure.duration(r["local_task_ns"]), f"{r['median_ratio']:.2f}",
                           f"{r['best_ratio']:.2f}"] for r in rows])
