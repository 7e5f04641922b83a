# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Single layers on this machine beside what its multiply-add instructions reach in registers."""

import ctypes
import json
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path

import numpy

import measure

ROUNDS = 7
PEAK_SECONDS = 0.02
NOTE = ("Layers on one thread, compiled for the machine's own processor, beside a loop of the fastest multiply-add"
        f" instruction on registers only (`build_tools/dev/peak.c`, clang-22 -O3 -march=native), in turn, {ROUNDS}"
        " rounds: medians. A rate counts multiply-accumulates; `sums` is i32, `i8` is rescaled and clamped.")
FLAGS = ["--iree-hal-target-backends=llvm-cpu", "--iree-llvm-target-cpu=host", "--iree-llvm-debug-symbols=false"]


def constant(name, random, shape):
    data = random.integers(-127, 128, shape, numpy.int8)
    text = "x".join(map(str, shape))
    return f'  %{name} = arith.constant dense<"0x{data.tobytes().hex()}"> : tensor<{text}xi8>\n'


def convolution(height, width, channels, filters, size, rescaled):
    """A module of one layer with f filters of size x size and a bias; (text, inputs, multiply-accumulates)."""
    random = numpy.random.default_rng(1)
    padding = size // 2
    image, sums = f"tensor<1x{height}x{width}x{channels}xi8>", f"tensor<1x{height}x{width}x{filters}xi32>"
    weights = f"tensor<{filters}x{size}x{size}x{channels}xi8>"
    result = sums.replace("i32", "i8") if rescaled else sums
    text = f"func.func @layer(%x: {image}) -> {result} {{\n" + constant("w", random, (filters, size, size, channels))
    text += f"""  %bias = arith.constant dense<{random.integers(-999, 999, filters).tolist()}> : tensor<{filters}xi32>
  %zi8 = arith.constant dense<0> : tensor<1xi8>
  %s = tosa.conv2d %x, %w, %bias, %zi8, %zi8 {{acc_type = i32, dilation = array<i64: 1, 1>,
      pad = array<i64: {padding}, {padding}, {padding}, {padding}>, stride = array<i64: 1, 1>}}
      : ({image}, {weights}, tensor<{filters}xi32>, tensor<1xi8>, tensor<1xi8>) -> {sums}
"""
    if rescaled:
        text += f"""  %m = arith.constant dense<{random.integers(1 << 30, (1 << 31) - 1, filters).tolist()}> : tensor<{filters}xi32>
  %h = arith.constant dense<{random.integers(38, 41, filters).tolist()}> : tensor<{filters}xi8>
  %zi32 = arith.constant dense<0> : tensor<1xi32>
  %r = tosa.rescale %s, %m, %h, %zi32, %zi8 {{input_unsigned = false, output_unsigned = false, per_channel = true,
      rounding_mode = DOUBLE_ROUND, scale32 = true}}
      : ({sums}, tensor<{filters}xi32>, tensor<{filters}xi8>, tensor<1xi32>, tensor<1xi8>) -> {result}
"""
    value = "%r" if rescaled else "%s"
    text += f"  return {value} : {result}\n}}\n"
    return text, [random.integers(-128, 128, (1, height, width, channels), numpy.int8)], \
        height * width * channels * filters * size * size


def matmul(rows, columns, depth):
    """The product of two arguments in f32."""
    random = numpy.random.default_rng(1)
    a, b, c = (f"tensor<{m}x{n}xf32>" for m, n in ((rows, depth), (depth, columns), (rows, columns)))
    text = f"""func.func @layer(%a: {a}, %b: {b}) -> {c} {{
  %zero = arith.constant dense<0.0> : {c}
  %0 = linalg.matmul ins(%a, %b : {a}, {b}) outs(%zero : {c}) -> {c}
  return %0 : {c}
}}
"""
    values = [random.standard_normal(shape, numpy.float32) for shape in ((rows, depth), (depth, columns))]
    return text, values, rows * columns * depth


# (name, kind of the peak, text, inputs, multiply-accumulates)
LAYERS = [(f"{name}, {form}", "i8", *convolution(*shape, form == "i8"))
          for name, shape in (("pointwise 24x24x64 → 64", (24, 24, 64, 64, 1)),
                              ("pointwise 25x5x64 → 64", (25, 5, 64, 64, 1)),
                              ("3x3 16x16x32 → 32", (16, 16, 32, 32, 3)),
                              ("fully connected 640 → 128", (1, 1, 640, 128, 1)))
          for form in ("sums", "i8")]
LAYERS += [("f32 matmul " + "x".join(map(str, shape)), "f32", *matmul(*shape))
           for shape in ((512, 512, 512), (96, 96, 96), (1, 512, 512))]


class Peaks:
    """Rates that instructions of this machine reach on registers."""

    def __init__(self, directory):
        library = Path(directory) / "peak.so"
        measure.run(["clang-22", "-O3", "-march=native", "-shared", "-fPIC", measure.ROOT / "build_tools/dev/peak.c",
                     "-o", library])
        self.library = ctypes.CDLL(str(library))
        for name in ("peak_i8", "peak_f32"):
            function = getattr(self.library, name)
            function.argtypes, function.restype = [ctypes.c_uint64], ctypes.c_uint64

    def measure(self, kind):
        """Multiply-accumulates a second."""
        function, iterations = getattr(self.library, f"peak_{kind}"), 1 << 16
        function(iterations)
        while True:
            begin = time.perf_counter()
            count = function(iterations)
            elapsed = time.perf_counter() - begin
            if elapsed >= PEAK_SECONDS:
                return count / elapsed
            iterations *= 2


def time_of(module, arguments):
    """Nanoseconds of an inference."""
    output = measure.run([measure.TOOLS / "iree-benchmark-module", f"--module={module}", *arguments,
                          "--benchmark_min_time=0.05", "--benchmark_format=json"])
    (entry,) = json.loads(output)["benchmarks"]
    return entry["real_time"] * {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[entry["time_unit"]]


def bench(layers=None):
    if platform.machine() != "x86_64" or os.name != "posix":
        print("bench: peaks are measured on x86-64 only")
        return []
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        peaks = Peaks(directory)
        for i, (name, kind, text, values, macs) in enumerate(layers or LAYERS):
            source, module = (Path(directory) / f"{i}.{ending}" for ending in ("mlir", "vmfb"))
            source.write_text(text)
            inputs = []
            for number, value in enumerate(values):
                data = Path(directory) / f"{i}.{number}.npy"
                numpy.save(data, value)
                inputs.append(f"--input=@{data}")
            measure.run([measure.TOOLS / "iree-compile", *FLAGS, source, "-o", module])
            rounds = [(time_of(module, inputs), peaks.measure(kind)) for _ in range(ROUNDS)]
            nanoseconds = statistics.median(r[0] for r in rounds)
            peak = statistics.median(r[1] for r in rounds)
            rows.append({"layer": name, "kind": kind, "macs": macs, "median_ns": nanoseconds,
                         "giga_macs_per_second": round(macs / nanoseconds, 1),
                         "peak_giga_macs_per_second": round(peak / 1e9, 1),
                         "ratio": round(statistics.median(1e9 * macs / t / p for t, p in rounds), 3)})
    return rows


def table(rows):
    return measure.table(["layer", "time", "GMAC/s", "peak GMAC/s", "ratio"],
                         [[r["layer"], measure.duration(r["median_ns"]), r["giga_macs_per_second"],
                           r["peak_giga_macs_per_second"], f"{r['ratio']:.2f}"] for r in rows])
