# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Single layers, and what each costs: what ./dev tune, ./dev bench layers and the test
of their table share.

The layers are one function of MLIR with an argument and a result for each; numpy is
the reference. Results of i8 layers are rescaled with a half added, as TOSA's
SINGLE_ROUND has it; arguments of f32 layers are small integers, whose products and sums
are exact in any order.
"""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy

import measure
import model_bench

# model_bench puts boards/ on the path.
import build_and_run
import run

MULTIPLIER, SHIFT = 1 << 30, 40  # of i8 results: sums times 2**-10
INPUT_ZERO, OUTPUT_ZERO = -5, 3
WORK = re.compile(r"^@(\S+): (\d+) multiply-adds", re.M)


@dataclass(frozen=True)
class Layer:
    """`kind`: conv, depthwise or matmul; `image`: height, width, channels; `filters`: number of results'
    channels; `window`: height and width; `padding`: top, bottom, left, right. A matmul has rows, sum and
    columns in the place of the image."""

    name: str
    kind: str
    image: tuple
    filters: int = 0
    window: tuple = (1, 1)
    stride: int = 1
    padding: tuple = (0, 0, 0, 0)

    @property
    def is_float(self):
        return self.kind == "matmul"

    def result(self):
        """Shape of the result."""
        if self.is_float:
            return (self.image[0], self.image[2])
        sizes = [(extent + sum(self.padding[2 * i:2 * i + 2]) - self.window[i]) // self.stride + 1
                 for i, extent in enumerate(self.image[:2])]
        return (1, *sizes, self.filters or self.image[2])

    def arguments(self):
        return (self.image[0], self.image[1]) if self.is_float else (1, *self.image)

    def macs(self):
        outputs = int(numpy.prod(self.result()))
        if self.is_float:
            return outputs * self.image[1]
        return outputs * int(numpy.prod(self.window)) * (self.image[2] if self.kind == "conv" else 1)


LAYERS = [
    Layer("pointwise", "conv", (24, 24, 64), 64),
    Layer("fully_connected", "conv", (1, 1, 640), 128),
    Layer("conv_3x3", "conv", (16, 16, 32), 32, (3, 3), 1, (1, 1, 1, 1)),
    Layer("depthwise_3x3", "depthwise", (24, 24, 32), 0, (3, 3), 1, (1, 1, 1, 1)),
    Layer("depthwise_3x3_stride_2", "depthwise", (24, 24, 32), 0, (3, 3), 2, (0, 1, 0, 1)),
    Layer("first_3x3", "conv", (32, 32, 3), 8, (3, 3), 2, (0, 1, 0, 1)),
    Layer("matmul_f32", "matmul", (32, 64, 32)),
]


def tensor(shape, element):
    return f"tensor<{'x'.join(map(str, shape))}x{element}>"


def constant(values, element):
    return (f'"tosa.const"() <{{values = dense<"0x{values.tobytes().hex()}"> : {tensor(values.shape, element)}}}> : '
            f"() -> {tensor(values.shape, element)}")


class Program:
    """The function of some layers, and what it computes."""

    def __init__(self, layers, seed=1):
        self.random = numpy.random.default_rng(seed)
        self.layers = layers
        self.lines, self.references = [], []
        for index, layer in enumerate(layers):
            self.references.append(self.add_matmul(index, layer) if layer.is_float else self.add_bytes(index, layer))

    def add_matmul(self, index, layer):
        rows, depth, columns = layer.image
        weights = self.random.integers(-8, 9, (depth, columns)).astype(numpy.float32)
        kinds = [tensor(shape, "f32") for shape in ((rows, depth), (depth, columns), (rows, columns))]
        self.lines += [f"%w{index} = {constant(weights, 'f32')}",
                       f"%zero{index} = arith.constant 0.0 : f32",
                       f"%empty{index} = tensor.empty() : {kinds[2]}",
                       f"%fill{index} = linalg.fill ins(%zero{index} : f32) outs(%empty{index} : {kinds[2]}) -> {kinds[2]}",
                       f"%r{index} = linalg.matmul ins(%x{index}, %w{index} : {kinds[0]}, {kinds[1]}) "
                       f"outs(%fill{index} : {kinds[2]}) -> {kinds[2]} loc(\"{layer.name}\")"]
        return lambda x: x @ weights

    def add_bytes(self, index, layer):
        channels, filters = layer.image[2], layer.result()[3]
        is_conv = layer.kind == "conv"
        shape = (filters, *layer.window, channels) if is_conv else (*layer.window, channels, 1)
        weights = self.random.integers(-127, 128, shape).astype(numpy.int8)
        bias = self.random.integers(-2000, 2000, filters).astype(numpy.int32)
        lists = ", ".join(f"{name} = array<i64: {', '.join(map(str, values))}>"
                          for name, values in (("dilation", (1, 1)), ("pad", layer.padding),
                                               ("stride", (layer.stride, layer.stride))))
        sums, result = tensor(layer.result(), "i32"), tensor(layer.result(), "i8")
        self.lines += [
            f"%w{index} = {constant(weights, 'i8')}",
            f"%b{index} = {constant(bias, 'i32')}",
            f"%s{index} = tosa.{'conv2d' if is_conv else 'depthwise_conv2d'} %x{index}, %w{index}, %b{index}, "
            f"%input_zero, %weight_zero {{acc_type = i32, {lists}}} : ({tensor((1, *layer.image), 'i8')}, "
            f"{tensor(shape, 'i8')}, {tensor((filters,), 'i32')}, tensor<1xi8>, tensor<1xi8>) -> {sums} "
            f"loc(\"{layer.name}\")",
            f"%r{index} = tosa.rescale %s{index}, %multiplier, %shift, %sum_zero, %output_zero {{input_unsigned = false, "
            "output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : "
            f"({sums}, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> {result} loc(\"{layer.name}\")"]
        return lambda x: self.convolve(layer, x[0], weights, bias)

    @staticmethod
    def convolve(layer, image, weights, bias):
        pads = [layer.padding[:2], layer.padding[2:], (0, 0)]
        image = numpy.pad(image.astype(numpy.int32) - INPUT_ZERO, pads)
        windows = numpy.lib.stride_tricks.sliding_window_view(image, layer.window, axis=(0, 1))
        windows = windows[::layer.stride, ::layer.stride]  # height, width, channels, rows, columns
        if layer.kind == "conv":
            sums = numpy.einsum("hwcij,fijc->hwf", windows, weights.astype(numpy.int32), optimize=True)
        else:
            sums = numpy.einsum("hwcij,ijc->hwc", windows, weights[..., 0].astype(numpy.int32))
        scaled = (sums.astype(numpy.int64) + bias) * MULTIPLIER + (1 << (SHIFT - 1)) >> SHIFT
        return numpy.clip(scaled + OUTPUT_ZERO, -128, 127).astype(numpy.int8)[None]

    def text(self):
        types = [[tensor(shape, "f32" if layer.is_float else "i8") for shape in (layer.arguments(), layer.result())]
                 for layer in self.layers]
        shared = [("input_zero", INPUT_ZERO, "i8"), ("weight_zero", 0, "i8"), ("output_zero", OUTPUT_ZERO, "i8"),
                  ("sum_zero", 0, "i32"), ("multiplier", MULTIPLIER, "i32"), ("shift", SHIFT, "i8")]
        lines = [f'%{name} = "tosa.const"() <{{values = dense<{value}> : tensor<1x{element}>}}> : () -> '
                 f"tensor<1x{element}>" for name, value, element in shared] + self.lines
        arguments = ", ".join(f"%x{i}: {each[0]}" for i, each in enumerate(types))
        results = ", ".join(each[1] for each in types)
        names = ", ".join(f"%r{i}" for i in range(len(types)))
        body = "\n  ".join([*lines, f"return {names} : {results}"])
        return f"func.func @layers({arguments}) -> ({results}) {{\n  {body}\n}}\n"

    def vector(self):
        """Arguments and what is expected of them."""
        arguments = [self.random.integers(-8, 9, layer.arguments()).astype(numpy.float32) if layer.is_float
                     else self.random.integers(-128, 128, layer.arguments()).astype(numpy.int8)
                     for layer in self.layers]
        return arguments, [reference(x) for reference, x in zip(self.references, arguments)]


def case(name, layers, directory):
    """The case of a program of layers, its source written into `directory`."""
    program = Program(layers)
    source = Path(directory) / f"{name}.mlir"
    model_bench.write_if_changed(source, program.text().encode())
    arguments, expected = program.vector()
    return model_bench.Case(name, source, b"".join(x.tobytes() for x in arguments),
                            b"".join(y.tobytes() for y in expected), sum(layer.macs() for layer in layers), 1)


def calls_of(case, board, directory, host_bin_dir, flags=()):
    """The kernel calls of a model's inference in order: kernel and bytes of its code, layer, and
    multiply-accumulates that remain after optimisation."""
    directory.mkdir(parents=True, exist_ok=True)
    report, dumps = directory / f"{case.name}.json", directory / f"{case.name}.kernels"
    measure.run([host_bin_dir / "iree-compile", *measure.target_flags(board), *flags, case.source,
                 f"--iree-memory-report={report}", f"--iree-hal-dump-executable-sources-to={dumps}",
                 "-o", directory / f"{case.name}.vmfb"], timeout=300)
    done = subprocess.run([host_bin_dir / "iree-opt", "--iree-print-statistics", next(dumps.glob("*.mlir")),
                           "-o", "/dev/null"], capture_output=True, text=True, check=True)
    macs = {kernel: int(count) for kernel, count in WORK.findall(done.stderr)}
    described = json.loads(report.read_text())
    code = {kernel["name"]: kernel["code_bytes"] for kernel in described["kernels"]}
    function, = described["functions"]
    return [{"kernel": step["kernel"], "layer": step["layer"], "macs": macs[step["kernel"]],
             "code_bytes": code[step["kernel"]]} for step in function["steps"] if step["op"] == "dispatch"]


def count_calls(case, board, directory, host_bin_dir, flags=()):
    """Runs a prepared case on a board. Returns its calls with their `instructions`, all instructions of the
    inference, and whether the outputs are right; SystemExit if it cannot be built or counted."""
    firmware, error = model_bench.build(case, board, directory, host_bin_dir, flags=flags, quiet=True)
    if error:
        raise SystemExit(f"{case.name} on {board}: {error}")
    module = run.read_symbols(firmware)["bench_module"]
    status, console, counts = run.run_firmware(
        board, firmware, timeout=model_bench.TIMEOUT_SECONDS, plugin=run.build_plugin(directory), echo=False,
        kernels=(module, module + build_and_run.symbol_size(firmware, "bench_module")))
    rows = calls_of(case, board, directory / "reports" / board, host_bin_dir, flags)
    if counts.get("intervals") != 1 or counts["calls"] != len(rows):
        raise SystemExit(f"{case.name} on {board}: {counts.get('calls')} calls of {len(rows)} were counted, "
                         f"status {status}: {console.strip()}")
    for index, row in enumerate(rows):
        row["instructions"] = counts[f"call_{index}"]
    equal = status == 0 and f"{case.vectors}/{case.vectors} equal" in console
    return rows, counts["instructions"], equal


def by_layer(layers, rows):
    """By name of a layer, instructions, multiply-accumulates and bytes of code of its calls; SystemExit if it
    has none."""
    figures = {}
    for layer in layers:
        own = [row for row in rows if layer.name in row["layer"].split(", ")]
        if not own:
            raise SystemExit(f"no kernel call of layer {layer.name}; there are: {', '.join(row['layer'] for row in rows)}")
        figures[layer.name] = (sum(row["instructions"] for row in own), layer.macs(),
                               sum(row["code_bytes"] for row in own))
    return figures
