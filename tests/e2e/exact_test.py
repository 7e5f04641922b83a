# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quantised networks with channels that are always saturated: every optimisation that is
said to be exact, on and off, against numpy."""

import itertools
import json
import subprocess

import numpy as np

import e2e_test
import tosa
from e2e_test import OPTIONS, Case, random_values
from reference import conv2d, depthwise_conv2d, pad2d, rescale, widen

FLAGS = ("--iree-opt-remove-constant-channels=false", "--iree-opt-narrow-rescales=false",
         "--iree-opt-pad-in-place=false")


class Network:
    """An int8 network, layer by layer, as TOSA and as values."""

    def __init__(self, seed, shape, double_round):
        self.random = np.random.default_rng(seed)
        self.image = random_values(shape, "i1", seed)
        self.double_round = double_round
        self.rounding = f"#tosa.rounding_mode<{'DOUBLE' if double_round else 'SINGLE'}_ROUND>"
        self.values, self.zero_points = {"%a": self.image}, {"%a": -7}
        self.text, self.count = "", 0

    def fresh(self):
        self.count += 1
        return f"%v{self.count}"

    def constant(self, value):
        name = self.fresh()
        self.text += tosa.const(name, value)
        return name, value

    def emit(self, operator, operands, value, attributes=None):
        name = self.fresh()
        self.text += tosa.operation(operator, operands, [value], attributes, name)
        self.values[name] = value
        return name

    def rescaled(self, name, per_channel, zero_point, multipliers, shifts):
        """To int8, around a new zero point."""
        wide = self.values[name]
        value = rescale(widen(wide), multipliers, shifts, self.double_round) + zero_point
        value = np.clip(value, -128, 127).astype("i1")
        operands = [(name, wide), self.constant(multipliers.astype("i4")),
                    self.constant(shifts.astype("i1")), self.constant(tosa.one(0, "i4")),
                    self.constant(tosa.one(zero_point, "i1"))]
        result = self.emit("rescale", operands, value, {
            "input_unsigned": False, "output_unsigned": False, "per_channel": per_channel,
            "rounding_mode": self.rounding,
            "scale32": True})
        self.zero_points[result] = zero_point
        return result

    def layer(self, operator, name, filters, size, stride, pad, saturated, zero_point):
        """Convolution, rescaling and clamp. The first channels of `saturated` are always at
        the lower end, the next at the upper one: their bias is beyond all sums."""
        image, zero = self.values[name], self.zero_points[name]
        depthwise = operator == "depthwise_conv2d"
        channels = image.shape[3]
        filters = channels if depthwise else filters
        kernel = random_values((size, size, channels, 1 if depthwise else filters), "i1",
                               self.random.integers(1 << 30), -90, 90)
        sums = size * size * (1 if depthwise else channels)
        bias = self.random.integers(-2000, 2000, filters)
        bias[:saturated[0]] = -sums * 90 * 256 * 2
        bias[saturated[0]:sum(saturated)] = sums * 90 * 256 * 2
        padded = widen(pad2d(image, (pad,) * 4, zero)) - zero
        if depthwise:
            accumulated = depthwise_conv2d(padded, kernel, (stride, stride))[..., 0]
        else:
            accumulated = conv2d(padded, kernel, (stride, stride))
        accumulated = (accumulated + bias).astype("i4")
        weights = kernel if depthwise else np.ascontiguousarray(kernel.transpose(3, 0, 1, 2))
        wide = self.emit(operator, [
            (name, image), self.constant(weights), self.constant(bias.astype("i4")),
            self.constant(tosa.one(zero, "i1")), self.constant(tosa.one(0, "i1"))], accumulated, {
                "acc_type": "i32", "pad": (pad,) * 4, "stride": (stride, stride),
                "dilation": (1, 1)})
        multipliers = self.random.integers(1 << 30, (1 << 31) - 1, filters)
        shifts = np.int64(35 + np.log2(np.sqrt(sums)) + self.random.integers(0, 3, filters))
        return self.clamp(self.rescaled(wide, True, zero_point, multipliers, shifts), zero_point)

    def clamp(self, name, low):
        if low == -128:
            return name
        value = np.maximum(self.values[name], np.int8(low))
        result = self.emit("clamp", [(name, value)], value,
                           {"min_val": f"{low} : i8", "max_val": "127 : i8"})
        self.zero_points[result] = self.zero_points[name]
        return result

    def add(self, left, right, zero_point):
        """Both to a common scale in 32 bits, sum, and back."""
        sides = []
        for name in (left, right):
            value, zero = self.values[name], self.zero_points[name]
            multiplier, shift = self.random.integers(1 << 30, (1 << 31) - 1, 1), np.array([12])
            wide = rescale(widen(value) - zero, multiplier, shift, self.double_round).astype("i4")
            operands = [(name, value), self.constant(multiplier.astype("i4")),
                        self.constant(shift.astype("i1")), self.constant(tosa.one(zero, "i1")),
                        self.constant(tosa.one(0, "i4"))]
            sides.append((self.emit("rescale", operands, wide, {
                "input_unsigned": False, "output_unsigned": False, "per_channel": False,
                "rounding_mode": self.rounding,
                "scale32": True}), wide))
        total = self.emit("add", sides, (sides[0][1] + sides[1][1]).astype("i4"))
        return self.rescaled(total, False, zero_point, np.array([1700000001]), np.array([51]))

    def case(self, name, *results):
        return Case(name, [self.image], self.text, [self.values[each] for each in results], results)


def mobile_network(seed, double_round):
    """3x3 convolution, then depthwise and pointwise layers in turn."""
    network = Network(seed, (1, 25, 27, 3), double_round)
    value = network.layer("conv2d", "%a", 8, 3, 2, 0, (3, 1), -128)
    for filters, zero_point in ((12, -128), (9, -128), (10, -100)):
        value = network.layer("depthwise_conv2d", value, None, 3, 1, 1, (1, 1), zero_point)
        value = network.layer("conv2d", value, filters, 1, 1, 0, (4, 1), zero_point)
    last = network.layer("conv2d", value, 5, 1, 1, 0, (0, 0), 3)
    return network.case(f"mobile_{seed}_{int(double_round)}", last)


def residual_network(seed, double_round):
    """Blocks around which values pass; one of them is a result, too."""
    network = Network(seed, (1, 7, 7, 4), double_round)
    value = stem = network.layer("conv2d", "%a", 6, 3, 1, 1, (2, 0), -128)
    for _ in range(2):
        inner = network.layer("conv2d", value, 7, 3, 1, 1, (3, 0), -128)
        inner = network.layer("conv2d", inner, 6, 3, 1, 1, (2, 0), -128)
        value = network.add(value, inner, -128)
    shortcut = network.layer("conv2d", value, 5, 1, 2, 0, (1, 0), 4)
    inner = network.layer("conv2d", value, 5, 3, 2, 1, (2, 0), -128)
    last = network.add(shortcut, inner, 11)
    return network.case(f"residual_{seed}_{int(double_round)}", last, stem)


class ExactTest(e2e_test.E2ETest):
    through_arguments = True

    def test_all_combinations_of_flags(self):
        cases = [build(seed, double_round) for seed, (build, double_round) in enumerate(
            itertools.product((mobile_network, residual_network), (True, False)))]
        constants, arenas, calls = {}, {}, {}
        for count in range(len(FLAGS) + 1):
            for flags in itertools.combinations(FLAGS, count):
                module, error = self.compile(cases, flags)
                self.assertFalse(error)
                for case in cases:
                    with self.subTest(case.name, flags=flags):
                        self.check_results(case, self.call(module, case))
                document = json.loads(subprocess.run(
                    [OPTIONS.bin / "iree-dump-module", module, "--output=json"], check=True,
                    capture_output=True).stdout)
                constants[flags] = document["constants_bytes"]
                arenas[flags] = document["functions"][0]["arena_bytes"]
                calls[flags] = len(document["functions"][0]["code"])
        # Not vacuous: about a third of all channels go; no kernel pads alone, and of a tensor
        # and its padded copy only one is in the arena. The sums of bytecode kernels, which are
        # scratch, take more than both.
        self.assertLess(constants[FLAGS[1:]], 0.85 * constants[FLAGS])
        self.assertLess(calls[FLAGS[:2]], calls[FLAGS])
        if OPTIONS.backend != "vmvx":
            self.assertLess(arenas[FLAGS[:2]], arenas[FLAGS])


if __name__ == "__main__":
    e2e_test.main()
