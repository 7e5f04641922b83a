# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random networks of i8 images in stripes of rows: a budget of memory changes no value.

Odd heights, strides, asymmetric pads, branches that meet again, values with several
readers, results in the middle. Sums are exact, so any order gives the same bits.
"""

import json
import random
import re
import subprocess

import numpy as np

import e2e_test
from e2e_test import OPTIONS, Case, literal, random_values, type_of, types_of
from linalg_test import dimensions, empty, filled, generic
from reference import conv2d, depthwise_conv2d, pad2d, pool2d

NETWORKS = 18
LAYERS = 7
NARROW = ("%t = arith.constant 63 : i32\n%m = arith.andi %x, %t : i32\n"
          "%n = arith.trunci %m : i32 to i8\nlinalg.yield %n : i8")
ADD = "%t = arith.addi %x, %y : i8\nlinalg.yield %t : i8"


class Network:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.seed = seed
        rows, columns = self.rng.randrange(7, 20), self.rng.randrange(4, 9)
        self.image = random_values((1, rows, columns, 3), "i1", seed)
        self.values, self.lines, self.count = {"%a": self.image}, [], 0

    def constant(self, shape):
        self.count += 1
        value = random_values(shape, "i1", self.seed + self.count)
        self.lines.append(f"%c{self.count} = arith.constant {literal(value)}")
        return f"%c{self.count}", value

    def add(self, text, value):
        """Text with @ in place of the number of this layer; its result is %r@."""
        self.count += 1
        self.lines.append(text.replace("@", str(self.count)))
        self.values[f"%r{self.count}"] = value
        return f"%r{self.count}"

    def pick(self, like=None):
        """Name and value of some image, more often a recent one."""
        names = [name for name, value in self.values.items()
                 if value.ndim == 4 and value.shape[1] > 1 and
                 (like is None or value.shape == like.shape)]
        name = names[max(self.rng.randrange(len(names)), self.rng.randrange(len(names)))]
        return name, self.values[name]

    def pad(self, name, kernel):
        """Pads by less than the kernel's size, and so that it fits."""
        image = self.values[name]
        pads = [self.rng.randrange(size) for size in kernel for _ in range(2)]
        for axis in (0, 1):
            pads[2 * axis] = max(pads[2 * axis], kernel[axis] - image.shape[axis + 1])
        if not any(pads):
            return name, image
        padding = self.rng.randrange(-9, 9)
        value = pad2d(image, pads, padding)
        self.count += 1
        number = self.count
        self.lines.append(
            f"%z{number} = arith.constant {padding} : i8\n"
            f"%p{number} = tensor.pad {name} low[0, {pads[0]}, {pads[2]}, 0] "
            f"high[0, {pads[1]}, {pads[3]}, 0] {{\n^bb0(%i: index, %j: index, %k: index, %l: index):\n"
            f"tensor.yield %z{number} : i8\n}} : {type_of(image)} to {type_of(value)}")
        return f"%p{number}", value

    def narrow(self, name, wide):
        """The low six bits as i8."""
        value = (wide & 63).astype("i1")
        return empty("%e@", value) + generic([dimensions(4)] * 2, ["parallel"] * 4,
                                             [(name, wide)], [("%e@", value)], NARROW, "%r@"), value

    def windows(self, operation, name, image, kernel, stride, wide, start=0):
        """A named operation with strides, and what makes i8 of its i32."""
        wide = wide.astype("i4")
        text, value = self.narrow("%w@", wide)
        return self.add(
            filled("%f@", wide, start) +
            f"%w@ = linalg.{operation} {{strides = dense<{stride}> : tensor<2xi64>, "
            f"dilations = dense<1> : tensor<2xi64>}} ins({name}, {kernel[0]} : "
            f"{types_of(image, kernel[1])}) outs(%f@ : {type_of(wide)}) -> {type_of(wide)}\n" + text,
            value)

    def sizes(self):
        return self.rng.choice(((1, 1), (3, 3), (3, 1), (2, 3))), self.rng.choice((1, 1, 1, 2))

    def convolution(self):
        size, stride = self.sizes()
        name, image = self.pad(self.pick()[0], size)
        kernel = self.constant((*size, image.shape[3], self.rng.choice((3, 4, 6))))
        self.windows("conv_2d_nhwc_hwcf", name, image, kernel, stride,
                     conv2d(image, kernel[1], (stride, stride)))

    def depthwise(self):
        size, stride = self.sizes()
        name, image = self.pad(self.pick()[0], size)
        kernel = self.constant((*size, image.shape[3]))
        self.windows("depthwise_conv_2d_nhwc_hwc", name, image, kernel, stride,
                     depthwise_conv2d(image, kernel[1][..., None], (stride, stride))[..., 0])

    def pool(self):
        size, stride = self.sizes()
        name, image = self.pad(self.pick()[0], size)
        window = np.zeros(size, "i1")
        self.count += 1
        self.lines.append(empty(f"%v{self.count}", window))
        self.windows("pooling_nhwc_max", name, image, (f"%v{self.count}", window), stride,
                     pool2d(np.maximum.reduce, image, size, (stride, stride)), -128)

    def sum(self):
        left, value = self.pick()
        right, other = self.pick(like=value)
        result = (value + other).astype("i1")
        self.add(empty("%e@", result) + generic(
            [dimensions(4)] * 3, ["parallel"] * 4, [(left, value), (right, other)],
            [("%e@", result)], ADD, "%r@"), result)

    def total(self):
        """The sum over all pixels."""
        name, image = self.pick()
        window = np.zeros(image.shape[1:3], "i1")
        self.count += 1
        self.lines.append(empty(f"%v{self.count}", window))
        self.windows("pooling_nhwc_sum", name, image, (f"%v{self.count}", window), 1,
                     image.astype("i8").sum((1, 2), keepdims=True))

    def case(self):
        for _ in range(LAYERS):
            self.rng.choice((self.convolution, self.convolution, self.depthwise, self.pool,
                             self.sum, self.sum))()
        if self.rng.randrange(2):
            self.total()
        names = [list(self.values)[-1]]
        if self.rng.randrange(3) == 0:
            names.append(self.pick()[0])
        return Case(f"network_{self.seed}", [self.image], "\n".join(self.lines),
                    [self.values[name] for name in names], tuple(names))


class StripesTest(e2e_test.E2ETest):
    def smallest(self, case):
        """Bytes of a small arena for the case."""
        _, error = self.compile([case], ["--iree-memory-budget=1"])
        found = re.search(r"the smallest takes (\d+)", error)
        self.assertTrue(found, error)
        return int(found.group(1))

    def arena(self, case, *flags):
        """Bytes of the arena."""
        module, error = self.compile([case], flags)
        self.assertFalse(error)
        document = json.loads(subprocess.run(
            [OPTIONS.bin / "iree-dump-module", module, "--output=json"], check=True,
            capture_output=True).stdout)
        return document["functions"][0]["arena_bytes"]

    def test_networks(self):
        smaller = 0
        for seed in range(NETWORKS):
            case = Network(1000 * seed).case()
            with self.subTest(case.name):
                smallest = self.smallest(case)
                for budget in (smallest, smallest * 5 // 4):
                    flag = f"--iree-memory-budget={budget}"
                    self.check([case], [flag])
                    self.assertLessEqual(self.arena(case, flag), budget)
                smaller += smallest < self.arena(case)
        self.assertGreater(smaller, NETWORKS // 2)


if __name__ == "__main__":
    e2e_test.main()
