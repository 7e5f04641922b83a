# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every named contraction, convolution and pooling of linalg, with every element type.

An operation is a line: its name, the dimensions of its operands and of its
result, and the sizes. "h+y" is a dimension that a window moves along.
"""

import itertools

import numpy as np

import e2e_test
from e2e_test import ALL_DTYPES, Case, converted, element_of, random_values, type_of, types_of

SIZES = {"b": 2, "m": 4, "n": 6, "k": 5, "w": 4, "h": 3, "d": 2, "x": 3, "y": 2, "z": 2, "c": 3,
         "f": 4, "g": 2, "q": 2, "M": 2, "N": 3, "K": 2}
CONTRACTIONS = {
    "matmul": "mk kn mn", "matvec": "mk k m", "vecmat": "k kn n", "dot": "k k -",
    "batch_matmul": "bmk bkn bmn", "batch_matvec": "bmk bk bm", "batch_vecmat": "bk bkn bn",
    "batch_reduce_matmul": "bmk bkn mn", "mmt4d": "MKmk NKnk MNmn",
    "batch_mmt4d": "bMKmk bNKnk bMNmn",
}
CONVOLUTIONS = {
    "conv_1d": "w+x x w", "conv_2d": "h+y,w+x yx hw", "conv_3d": "d+z,h+y,w+x zyx dhw",
    "conv_1d_nwc_wcf": "b,w+x,c xcf bwf", "conv_1d_ncw_fcw": "b,c,w+x fcx bfw",
    "conv_2d_nhwc_hwcf": "b,h+y,w+x,c yxcf bhwf", "conv_2d_nhwc_fhwc": "b,h+y,w+x,c fyxc bhwf",
    "conv_2d_nchw_fchw": "b,c,h+y,w+x fcyx bfhw",
    "conv_2d_ngchw_fgchw": "b,g,c,h+y,w+x fgcyx bgfhw",
    "conv_2d_ngchw_gfchw": "b,g,c,h+y,w+x gfcyx bgfhw",
    "conv_2d_nhwgc_gfhwc": "b,h+y,w+x,g,c gfyxc bhwgf",
    "conv_3d_ndhwc_dhwcf": "b,d+z,h+y,w+x,c zyxcf bdhwf",
    "conv_3d_ncdhw_fcdhw": "b,c,d+z,h+y,w+x fczyx bfdhw",
    "depthwise_conv_1d_ncw_cw": "b,c,w+x cx bcw", "depthwise_conv_1d_nwc_wc": "b,w+x,c xc bwc",
    "depthwise_conv_1d_nwc_wcm": "b,w+x,c xcq bwcq",
    "depthwise_conv_2d_nchw_chw": "b,c,h+y,w+x cyx bchw",
    "depthwise_conv_2d_nhwc_hwc": "b,h+y,w+x,c yxc bhwc",
    "depthwise_conv_2d_nhwc_hwcm": "b,h+y,w+x,c yxcq bhwcq",
    "depthwise_conv_3d_ndhwc_dhwc": "b,d+z,h+y,w+x,c zyxc bdhwc",
    "depthwise_conv_3d_ncdhw_cdhw": "b,c,d+z,h+y,w+x czyx bcdhw",
    "depthwise_conv_3d_ndhwc_dhwcm": "b,d+z,h+y,w+x,c zyxcq bdhwcq",
}
QUANTIZED = {
    "quantized_matmul": "mk kn mn", "quantized_batch_matmul": "bmk bkn bmn",
    **{f"{name}_q": CONVOLUTIONS[name] for name in (
        "conv_2d_nhwc_hwcf", "conv_2d_nhwc_fhwc", "conv_2d_nchw_fchw", "conv_2d_ngchw_gfchw",
        "conv_2d_nhwgc_gfhwc", "conv_3d_ndhwc_dhwcf", "depthwise_conv_2d_nhwc_hwc",
        "depthwise_conv_2d_nhwc_hwcm")}}
POOLINGS = {
    **{f"pooling_nhwc_{kind}": "b,h+y,w+x,c yx bhwc" for kind in (
        "sum", "max", "min", "max_unsigned", "min_unsigned")},
    **{f"pooling_nwc_{kind}": "b,w+x,c x bwc" for kind in (
        "sum", "max", "min", "max_unsigned", "min_unsigned")},
    **{f"pooling_nchw_{kind}": "b,c,h+y,w+x yx bchw" for kind in ("sum", "max")},
    **{f"pooling_ncw_{kind}": "b,c,w+x x bcw" for kind in ("sum", "max")},
    **{f"pooling_ndhwc_{kind}": "b,d+z,h+y,w+x,c zyx bdhwc" for kind in ("sum", "max", "min")}}

TYPES = ("f32", "f64", "f16", "bf16", "i64", "i32", "i16", "i8", "i4", "i1", "complex<f32>")
# Operands and result of another type.
MIXED = (("i8", "i32"), ("i4", "i32"), ("i16", "i64"), ("f16", "f32"), ("bf16", "f32"),
         ("f32", "f64"))


def dimensions(text):
    """[["b"], ["h", "y"], ...] of "b,h+y" or of "bh"."""
    if text == "-":
        return []
    return [part.split("+") for part in (text.split(",") if "," in text or "+" in text else text)]


def shape_of(dims):
    return tuple(sum(SIZES[name] for name in dim) - len(dim) + 1 for dim in dims)


def wide(values):
    """What the reference computes in; integers wrap at the end."""
    kinds = {"f": float, "c": complex, "b": np.int64}
    return values.astype(kinds.get(values.dtype.kind, np.int64))


def windows(image, dims):
    """Yields the offsets by name and the pixels below that point of the window."""
    moving = [(axis, *dim) for axis, dim in enumerate(dims) if len(dim) == 2]
    for offsets in itertools.product(*[range(SIZES[name]) for _, _, name in moving]):
        index = [slice(None)] * image.ndim
        for (axis, base, _), offset in zip(moving, offsets):
            index[axis] = slice(offset, offset + SIZES[base])
        yield {name: offset for (_, _, name), offset in zip(moving, offsets)}, image[tuple(index)]


def contracted(line, image, kernel):
    """The sum of products, without what the result held before."""
    image_dims, kernel_dims, result_dims = (dimensions(part) for part in line.split())
    rest = [dim[0] for dim in image_dims]
    total = 0
    for offsets, pixels in windows(image, image_dims):
        index = tuple(offsets.get(dim[0], slice(None)) for dim in kernel_dims)
        names = "".join(dim[0] for dim in kernel_dims if dim[0] not in offsets)
        spec = f"{''.join(rest)},{names}->{''.join(dim[0] for dim in result_dims)}"
        total = total + np.einsum(spec, pixels, kernel[index])
    return total


def named(name, operands, start, expected, attributes="", tolerance=None, suffix=""):
    """outs is the last argument."""
    arguments = [*operands, start]
    names = [f"%{chr(97 + index)}" for index in range(len(arguments))]
    t = type_of(start)
    return Case(f"{name}{suffix}_{element_of(operands[0])}_{element_of(start)}".replace("<", "_")
                .replace(">", ""), arguments,
                f"%r = linalg.{name} {attributes} ins({', '.join(names[:-1])} : "
                f"{types_of(*operands)}) outs({names[-1]} : {t}) -> {t}", [expected],
                tolerance=tolerance)


def tolerance_of(name):
    """Sums of up to 60 products below 4, of which each step may round."""
    return {"f32": (2e-6, 4e-5), "f16": (4e-3, 0.3), "bf16": (3e-2, 2.5), "f64": (4e-15, 4e-14),
            "complex<f32>": (4e-6, 8e-5)}.get(name)


def boolean(line, image, kernel, start):
    """i1: or of ands."""
    return start | (contracted(line, image.astype(int), kernel.astype(int)) != 0)


class SumTest(e2e_test.E2ETest):
    def cases(self, table, source, target):
        cases = []
        for seed, (name, line) in enumerate(table.items()):
            shapes = [shape_of(dimensions(part)) for part in line.split()]
            low, high = (-8, 7) if source[0] == "i" else (None, None)
            a, b = (random_values(shape, ALL_DTYPES[source], seed + k, low, high)
                    for k, shape in enumerate(shapes[:2]))
            start = random_values(shapes[2], ALL_DTYPES[target], seed + 9, low, high)
            if target == "i1":
                expected = boolean(line, a, b, start)
            else:
                expected = converted(contracted(line, wide(a), wide(b)) + wide(start), target)
            cases.append(named(name, [a, b], start, np.asarray(expected),
                               tolerance=tolerance_of(target)))
        return cases

    def test_contractions(self):
        for name in TYPES:
            self.check(self.cases(CONTRACTIONS, name, name))

    def test_convolutions(self):
        for name in TYPES:
            self.check(self.cases(CONVOLUTIONS, name, name))

    def test_mixed_types(self):
        for source, target in MIXED:
            self.check(self.cases({**CONTRACTIONS, **CONVOLUTIONS}, source, target))

    def test_quantized(self):
        for source in ("i8", "i4"):
            cases = []
            for seed, (name, line) in enumerate(QUANTIZED.items()):
                shapes = [shape_of(dimensions(part)) for part in line.split()]
                a, b = (random_values(shape, ALL_DTYPES[source], seed + k)
                        for k, shape in enumerate(shapes[:2]))
                start = random_values(shapes[2], np.int32, seed + 9, -99, 99)
                zeros = np.int32(3), np.int32(-5)
                expected = contracted(line, wide(a) - zeros[0], wide(b) - zeros[1]) + start
                cases.append(named(name, [a, b, *zeros], start, expected.astype(np.int32)))
            self.check(cases)

    def test_generalized(self):
        """linalg.contract and linalg.elementwise."""
        maps = ", ".join(f"affine_map<(m, n, k) -> ({dims})>" for dims in ("m, k", "k, n", "m, n"))
        for name in TYPES:
            cases = self.cases({"contract": "mk kn mn"}, name, name)
            cases[0].body = cases[0].body.replace("linalg.contract",
                                                  f"linalg.contract indexing_maps = [{maps}]")
            a, b, start = (random_values((4, 6), ALL_DTYPES[name], seed, -8, 7)
                           for seed in (1, 2, 3))
            expected = (a | b) if name == "i1" else converted(wide(a) + wide(b), name)
            cases.append(named("elementwise", [a, b], start, expected,
                               "kind = #linalg.elementwise_kind<add>"))
            self.check(cases)


class PoolingTest(e2e_test.E2ETest):
    @staticmethod
    def is_possible(name, element):
        if element == "complex<f32>":
            return name.endswith("sum")
        return not name.endswith("unsigned") or element[0] == "i" and element != "i1"

    def test_poolings(self):
        for element in TYPES:
            cases = []
            dtype = ALL_DTYPES[element]
            for seed, (name, line) in enumerate(POOLINGS.items()):
                if not self.is_possible(name, element):
                    continue
                shapes = [shape_of(dimensions(part)) for part in line.split()]
                image = random_values(shapes[0], dtype, seed)
                window, start = np.zeros(shapes[1], dtype), random_values(shapes[2], dtype, seed + 9)
                parts = [start, *(pixels for _, pixels in
                                  windows(image, dimensions(line.split()[0])))]
                cases.append(named(name, [image, window], start,
                                   np.asarray(self.pooled(name, element, parts)),
                                   tolerance=tolerance_of(element)))
            self.check(cases)

    @staticmethod
    def pooled(name, element, parts):
        bits = e2e_test.bits_of(ALL_DTYPES[element])
        kind = name.split("_", 2)[2]
        if kind == "sum":
            if element == "i1":
                return np.logical_or.reduce(parts)
            return converted(sum(wide(part) for part in parts), element)
        reduce = np.maximum.reduce if kind.startswith("max") else np.minimum.reduce
        if kind.endswith("unsigned"):
            mask = np.uint64((1 << bits) - 1)
            return converted(reduce([part.astype(np.int64).view(np.uint64) & mask
                                     for part in parts]).view(np.int64), element)
        if element == "i1":  # signed: true is -1
            return ~reduce([~part for part in parts])
        return reduce(parts).astype(ALL_DTYPES[element])


class ElementwiseTest(e2e_test.E2ETest):
    BINARY = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "max": np.maximum,
              "min": np.minimum}
    UNARY = {"exp": np.exp, "log": np.log, "abs": np.abs, "ceil": np.ceil, "floor": np.floor,
             "negf": np.negative, "reciprocal": lambda x: 1 / x, "sqrt": np.sqrt,
             "rsqrt": lambda x: 1 / np.sqrt(x), "square": np.square, "tanh": np.tanh,
             "round": lambda x: np.copysign(np.floor(np.abs(x) + 0.5), x),
             "erf": np.vectorize(__import__("math").erf, otypes=[float])}

    def test_binary(self):
        for element in TYPES[:-2]:
            cases = []
            for seed, (name, function) in enumerate(self.BINARY.items()):
                a, b = (random_values((3, 11), ALL_DTYPES[element], seed + k) for k in (1, 50))
                with np.errstate(over="ignore"):
                    expected = converted(function(wide(a), wide(b)), element)
                cases.append(named(name, [a, b], np.zeros_like(a), expected))
            a, b = (random_values((3, 11), ALL_DTYPES[element], k, 1, 7) for k in (1, 50))
            quotient = wide(a) / wide(b) if element[0] != "i" else wide(a) // wide(b)
            cases.append(named("div", [a, b], np.zeros_like(a), converted(quotient, element)))
            if element[0] == "i":
                cases.append(named("div_unsigned", [a, b], np.zeros_like(a),
                                   converted(quotient, element)))
            else:
                cases.append(named("powf", [a, b], np.zeros_like(a),
                                   converted(wide(a) ** wide(b) if element != "f16" else
                                             np.minimum(wide(a) ** wide(b), 1e9), element)))
            condition = random_values((3, 11), bool, 3)
            cases.append(named("select", [condition, a, b], np.zeros_like(a),
                               np.where(condition, a, b).astype(a.dtype)))
            self.check(cases)

    def test_unary(self):
        for element in ("f32", "f64", "f16", "bf16"):
            cases = []
            for seed, (name, function) in enumerate(self.UNARY.items()):
                a = random_values((3, 11), ALL_DTYPES[element], seed, 0.3, 5)
                cases.append(named(name, [a], np.zeros_like(a),
                                   converted(function(wide(a)), element)))
            self.check(cases)

    def test_softmax_and_reduce(self):
        for element in ("f32", "f64", "f16", "bf16"):
            a = random_values((4, 9), ALL_DTYPES[element], 1)
            exponential = np.exp(wide(a) - wide(a).max(1, keepdims=True))
            t = type_of(a)
            row = random_values((4,), ALL_DTYPES[element], 2)
            self.check([
                Case("softmax", [a], f"%e = tensor.empty() : {t}\n%r = linalg.softmax dimension(1) "
                     f"ins(%a : {t}) outs(%e : {t}) -> {t}",
                     [converted(exponential / exponential.sum(1, keepdims=True), element)]),
                Case("reduce", [a, row], "%r = linalg.reduce { arith.maximumf } ins(%a : "
                     f"{t}) outs(%b : {type_of(row)}) dimensions = [1]",
                     [np.maximum(a.max(1), row).astype(a.dtype)])])


if __name__ == "__main__":
    e2e_test.main()
