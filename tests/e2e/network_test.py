# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whole networks: order and memory must not change what a program computes."""

import json
import subprocess

import numpy as np

import e2e_test
from e2e_test import OPTIONS, Case, literal, random_values, type_of, types_of
from linalg_test import dimensions, empty, filled, generic
from reference import conv2d, pad2d, softmax

FAVORS = ("min-peak-memory", "max-concurrency", "debug")
RELU = ("%t = arith.addf %x, %y : f32\n%o = arith.constant 0.0 : f32\n"
        "%q = arith.maximumf %t, %o : f32\nlinalg.yield %q : f32")
ADD = "%t = arith.addf %x, %y : f32\nlinalg.yield %t : f32"


class Network:
    """Text and values of a network of constants, built layer by layer."""

    def __init__(self, image):
        self.lines, self.values, self.count = [], {"%a": image}, 0

    def constant(self, value):
        self.count += 1
        self.lines.append(f"%c{self.count} = arith.constant {literal(value)}")
        return f"%c{self.count}"

    def add(self, lines, value):
        """Adds text with @ in place of the number of this layer; its result is %r@."""
        self.count += 1
        self.lines.append(lines.replace("@", str(self.count)))
        self.values[f"%r{self.count}"] = value
        return f"%r{self.count}"

    def pad(self, name):
        value = pad2d(self.values[name], (1, 1, 1, 1))
        return self.add(
            "%z@ = arith.constant 0.0 : f32\n"
            f"%r@ = tensor.pad {name} low[0, 1, 1, 0] high[0, 1, 1, 0] {{\n"
            "^bb0(%i: index, %j: index, %k: index, %l: index):\ntensor.yield %z@ : f32\n"
            f"}} : {type_of(self.values[name])} to {type_of(value)}", value)

    def conv(self, name, filters, stride=1):
        """3x3 convolution, bias and relu."""
        padded = self.pad(name)
        image = self.values[padded]
        channels = image.shape[3]
        kernel = random_values((3, 3, channels, filters), "f4", self.count, -1, 1)
        kernel = (kernel / np.float32(3 * np.sqrt(channels))).astype("f4")
        bias = random_values((filters,), "f4", self.count, -0.1, 0.1)
        weights, biases = self.constant(kernel), self.constant(bias)
        value = np.maximum(conv2d(image, kernel, (stride, stride)) + bias, 0).astype("f4")
        return self.add(
            filled("%i@", value, 0) + "%p@ = linalg.conv_2d_nhwc_hwcf {strides = "
            f"dense<{stride}> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}} "
            f"ins({padded}, {weights} : {types_of(image, kernel)}) outs(%i@ : {type_of(value)}) "
            f"-> {type_of(value)}\n" + empty("%e@", value) + generic(
                [dimensions(4), dimensions(4, [3]), dimensions(4)], ["parallel"] * 4,
                [("%p@", value), (biases, bias)], [("%e@", value)], RELU, "%r@"), value)

    def sum(self, left, right):
        value = self.values[left] + self.values[right]
        return self.add(empty("%e@", value) + generic(
            [dimensions(4)] * 3, ["parallel"] * 4,
            [(left, value), (right, value)], [("%e@", value)], ADD, "%r@"), value)

    def classify(self, name, classes):
        """Sum over the pixels, matmul, softmax."""
        image = self.values[name]
        total = image.astype(float).sum((1, 2)).astype("f4")
        weights = random_values((image.shape[3], classes), "f4", 1, -0.1, 0.1)
        logits = (total.astype(float) @ weights).astype("f4")
        matrix = self.constant(weights)
        return self.add(
            filled("%i@", total, 0) + "%s@ = linalg.reduce { arith.addf } "
            f"ins({name} : {type_of(image)}) outs(%i@ : {type_of(total)}) dimensions = [1, 2]\n" +
            filled("%j@", logits, 0) +
            f"%m@ = linalg.matmul ins(%s@, {matrix} : {types_of(total, weights)}) "
            f"outs(%j@ : {type_of(logits)}) -> {type_of(logits)}\n" + empty("%e@", logits) +
            f"%r@ = linalg.softmax dimension(1) ins(%m@ : {type_of(logits)}) "
            f"outs(%e@ : {type_of(logits)}) -> {type_of(logits)}", softmax(logits).astype("f4"))

    def case(self, name, *results):
        return Case(name, [self.values["%a"]], "\n".join(self.lines),
                    [self.values[result] for result in results], results, (1e-4, 1e-5))


def residual_network(blocks):
    network = Network(random_values((1, 16, 16, 3), "f4", 1))
    value = network.conv("%a", 8)
    for block in range(blocks):
        if block == blocks // 2:
            value = network.conv(value, 16, 2)
        inner = network.conv(value, network.values[value].shape[3])
        inner = network.conv(inner, network.values[value].shape[3])
        value = network.sum(value, inner)
    return network.case("residual", network.classify(value, 10))


def branching_network():
    """Branches of different lengths, whose values live long and are results, too."""
    network = Network(random_values((1, 8, 8, 2), "f4", 2))
    stem = network.conv("%a", 4)
    branches = [stem]
    for length in (1, 2, 3):
        value = stem
        for _ in range(length):
            value = network.conv(value, 4)
        branches.append(value)
    total = branches[0]
    for branch in reversed(branches):
        total = network.sum(total, branch)
    return network.case("branches", total, branches[1], stem, branches[3])


class NetworkTest(e2e_test.E2ETest):
    through_arguments = True

    def test_networks_with_every_schedule(self):
        cases = [residual_network(9), branching_network()]
        outputs, sizes = {}, {}
        for favor in FAVORS:
            flags = [f"--iree-stream-partitioning-favor={favor}"]
            module, error = self.compile(cases, flags)
            self.assertFalse(error)
            document = json.loads(subprocess.run(
                [OPTIONS.bin / "iree-dump-module", module, "--output=json"], check=True,
                capture_output=True).stdout)
            sizes[favor] = {each["name"]: each["arena_bytes"] for each in document["functions"]}
            for case in cases:
                outputs[favor, case.name] = self.call(module, case)
                self.check_results(case, outputs[favor, case.name])
        for case in cases:
            with self.subTest(case.name):
                smallest, *others = (sizes[favor][case.name] for favor in FAVORS)
                for favor, size in zip(FAVORS[1:], others):
                    self.assertLessEqual(smallest, size, favor)
                    for first, other in zip(outputs[FAVORS[0], case.name],
                                            outputs[favor, case.name], strict=True):
                        np.testing.assert_array_equal(first, other, favor)
                self.assertLess(smallest, sizes["debug"][case.name])

    def test_multilayer_perceptron(self):
        a = random_values((4, 32), "f4", 1, -1, 1)
        value, name, text = a, "%a", ""
        for layer, width in enumerate((48, 17, 33, 10)):
            weights = random_values((value.shape[1], width), "f4", layer, -0.3, 0.3)
            bias = random_values((width,), "f4", layer + 9, -0.3, 0.3)
            result = np.maximum(value.astype(float) @ weights + bias, 0).astype("f4")
            text += (f"%w{layer} = arith.constant {literal(weights)}\n"
                     f"%b{layer} = arith.constant {literal(bias)}\n" +
                     filled(f"%i{layer}", result, 0) +
                     f"%m{layer} = linalg.matmul ins({name}, %w{layer} : "
                     f"{types_of(value, weights)}) outs(%i{layer} : {type_of(result)}) -> "
                     f"{type_of(result)}\n" + empty(f"%e{layer}", result) + generic(
                         [dimensions(2), dimensions(2, [1]), dimensions(2)], ["parallel"] * 2,
                         [(f"%m{layer}", result), (f"%b{layer}", bias)],
                         [(f"%e{layer}", result)], RELU, f"%v{layer}") + "\n")
            value, name = result, f"%v{layer}"
        self.check([Case("perceptron", [a], text, [value], (name,), (1e-4, 1e-4))])


if __name__ == "__main__":
    e2e_test.main()
