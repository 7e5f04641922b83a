# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""TOSA's reductions, data movement, gather and scatter, and resize."""

import numpy as np

import e2e_test
import tosa
from e2e_test import ALL_DTYPES as DTYPES
from e2e_test import Case, converted, is_float, random_values

ALL = ("f32", "i32", "i16", "i8", "i1", "f32", "i8")
# What sums and products of five numbers below 2 lose when each step is rounded.
SUMS = {"f16": (4e-3, 2e-2), "bf16": (4e-2, 0.15)}
SHAPES = ((6,), (4, 5), (2, 3, 4), (2, 3, 1, 5), (1, 2, 3, 2, 4), (1, 2, 1, 3, 2, 4))


class ReductionTest(e2e_test.E2ETest):
    def test_reductions(self):
        cases = []
        for name, reduce, types in (
                ("sum", np.add.reduce, ("f32", "i32", "f16", "bf16")),
                ("max", np.maximum.reduce, ("f32", "i32", "i8", "f16", "bf16")),
                ("min", np.minimum.reduce, ("f32", "i32", "i16", "f16", "bf16")),
                ("product", np.multiply.reduce, ("f32", "f16", "bf16")),
                ("all", np.logical_and.reduce, ("i1",)), ("any", np.logical_or.reduce, ("i1",))):
            for element in types:
                for index, shape in enumerate(SHAPES[:4]):
                    axis = index % len(shape)
                    a = random_values(shape, DTYPES[element], index)
                    wide = a.astype(float) if is_float(a.dtype) else a
                    expected = reduce(wide, axis=axis, keepdims=True, dtype=wide.dtype)
                    cases.append(tosa.case(f"{name}_{element}_{index}", f"reduce_{name}", [a],
                                           converted(expected, element), {"axis": axis},
                                           tolerance=SUMS.get(element)))
        self.check(cases)

    def test_arg_max(self):
        cases = []
        for element in ("f32", "i8", "i16", "i32", "f16", "bf16"):
            for axis in range(3):
                a = random_values((3, 4, 5), DTYPES[element], axis, -5, 5)  # with equal maxima
                cases.append(tosa.case(f"{element}_{axis}", "argmax", [a],
                                       a.argmax(axis).astype("i4"), {"axis": axis}))
        self.check(cases)


class DataTest(e2e_test.E2ETest):
    def test_small_floats(self):
        cases = []
        for name in ("f16", "bf16"):
            a = random_values((2, 3, 4), DTYPES[name], 1)
            perms = "array<i32: 2, 0, 1>"
            for operator, expected, attributes, constants in (
                    ("concat", np.concatenate([a, a], 1), {"axis": 1}, ()),
                    ("reshape", a.reshape(4, 6), {}, [(4, 6)]),
                    ("reverse", a[:, ::-1], {"axis": 1}, ()),
                    ("slice", a[1:, :2, 1:3], {}, [(1, 0, 1), (1, 2, 2)]),
                    ("tile", np.tile(a, (2, 1, 2)), {}, [(2, 1, 2)]),
                    ("transpose", a.transpose(2, 0, 1), {"perms": perms}, ()),
                    ("pad", np.pad(a, ((0, 1), (2, 0), (0, 0))), {},
                     [(0, 1, 2, 0, 0, 0), tosa.one(0, a.dtype)])):
                arguments = [a, a] if operator == "concat" else [a]
                cases.append(tosa.case(f"{operator}_{name}", operator, arguments,
                                       expected.astype(a.dtype), attributes, constants,
                                       tolerance=(0, 0)))
        self.check(cases)

    def test_concat(self):
        cases = []
        for index, shape in enumerate(SHAPES):
            axis = index // 2
            a, b = (random_values(shape, DTYPES[ALL[index]], seed) for seed in (1, 2))
            cases.append(tosa.case(f"concat_{index}", "concat", [a, b, a],
                                   np.concatenate([a, b, a], axis), {"axis": axis}))
        self.check(cases)

    def test_pad(self):
        cases = []
        for index, shape in enumerate(SHAPES):
            a = random_values(shape, DTYPES[ALL[index]], index)
            pads = [((index + axis) % 3, axis % 2) for axis in range(a.ndim)]
            value = tosa.one(1, a.dtype)
            cases.append(tosa.case(f"pad_{index}", "pad", [a],
                                   np.pad(a, pads, constant_values=value[0]),
                                   constants=[np.array(pads).ravel().tolist(), value]))
        self.check(cases)

    def test_reshape(self):
        cases = []
        for index, (old, new) in enumerate((((6,), (2, 3)), ((2, 3, 4), (4, 6)), ((4, 6), (24,)),
                                            ((2, 3, 4, 5), (5, 4, 6)), ((1, 4), (4,)),
                                            ((3, 4), (1, 3, 1, 4, 1)))):
            a = random_values(old, DTYPES[ALL[index]], index)
            cases.append(tosa.case(f"reshape_{index}", "reshape", [a], a.reshape(new),
                                   constants=[new]))
        self.check(cases)

    def test_reverse_and_slice(self):
        cases = []
        for index, shape in enumerate(SHAPES):
            a = random_values(shape, DTYPES[ALL[index]], index)
            axis = index % a.ndim
            cases.append(tosa.case(f"reverse_{index}", "reverse", [a], np.flip(a, axis),
                                   {"axis": axis}))
            start = [(size - 1) // 2 for size in shape]
            sizes = [max(1, size - at - 1) for at, size in zip(start, shape)]
            sliced = a[tuple(slice(at, at + size) for at, size in zip(start, sizes))]
            cases.append(tosa.case(f"slice_{index}", "slice", [a], sliced,
                                   constants=[start, sizes]))
        self.check(cases)

    def test_tile_and_transpose(self):
        cases = []
        for index, shape in enumerate(SHAPES):
            a = random_values(shape, DTYPES[ALL[index]], index)
            multiples = [1 + (axis + index) % 3 for axis in range(a.ndim)]
            cases.append(tosa.case(f"tile_{index}", "tile", [a], np.tile(a, multiples),
                                   constants=[multiples]))
            order = np.roll(np.arange(a.ndim), index + 1)
            perms = f"array<i32: {', '.join(map(str, order))}>"
            cases.append(tosa.case(f"transpose_{index}", "transpose", [a], a.transpose(order),
                                   {"perms": perms}))
        self.check(cases)

    def test_constants(self):
        self.check([Case(f"const_{name}", [], tosa.const("%r", value), [value])
                    for index, name in enumerate(ALL[:5])
                    for value in [random_values(SHAPES[index], DTYPES[name], index)]])

    def test_gather_and_scatter(self):
        cases = []
        for name in ("f32", "i32", "i16", "i8", "f16", "bf16"):
            values = random_values((2, 7, 3), DTYPES[name], 1)
            indices = random_values((2, 5), "i4", 2, 0, 6)
            expected = np.take_along_axis(values, indices[:, :, None].astype(int), 1)
            cases.append(tosa.case(f"gather_{name}", "gather", [values, indices], expected))
            unique = np.array([[6, 0, 3], [1, 2, 5]], "i4")
            update = random_values((2, 3, 3), DTYPES[name], 3)
            scattered = values.copy()
            np.put_along_axis(scattered, unique[:, :, None].astype(int), update, 1)
            cases.append(tosa.case(f"scatter_{name}", "scatter", [values, unique, update],
                                   scattered))
        self.check(cases)


class ResizeTest(e2e_test.E2ETest):
    # Height and width: numerator, denominator; offset; border.
    SCALES = (((2, 1, 2, 1), (0, 0), (0, 0)), ((4, 2, 4, 2), (-1, -1), (1, 1)),
              ((1, 2, 1, 2), (0, 0), (0, 0)), ((3, 2, 5, 2), (0, 1), (0, 1)),
              ((6, 2, 4, 6), (-2, 0), (2, 2)))

    @staticmethod
    def resize(image, scale, offset, border, nearest):
        """As TOSA's specification says it; integers are not divided by the scale."""
        sizes = [((image.shape[axis + 1] - 1) * scale[2 * axis] - offset[axis] + border[axis]) //
                 scale[2 * axis + 1] + 1 for axis in (0, 1)]
        is_float = image.dtype.kind == "f"
        wide = image.astype(float if is_float else np.int64)
        result = np.zeros((image.shape[0], *sizes, image.shape[3]), wide.dtype)
        for out in np.ndindex(*sizes):
            near, far, part = [], [], []
            for axis in (0, 1):
                step, unit = scale[2 * axis + 1], scale[2 * axis]
                at, rest = divmod(out[axis] * step + offset[axis], unit)
                last = image.shape[axis + 1] - 1
                near.append(min(max(at, 0), last))
                far.append(min(max(at + 1, 0), last))
                part.append(rest)
            if nearest:
                row, column = (far[k] if 2 * part[k] >= scale[2 * k] else near[k] for k in (0, 1))
                result[:, out[0], out[1]] = wide[:, row, column]
                continue
            (dy, dx), (uy, ux) = part, (scale[0], scale[2])
            result[:, out[0], out[1]] = (
                wide[:, near[0], near[1]] * (uy - dy) * (ux - dx) +
                wide[:, near[0], far[1]] * (uy - dy) * dx +
                wide[:, far[0], near[1]] * dy * (ux - dx) + wide[:, far[0], far[1]] * dy * dx)
        return result / (scale[0] * scale[2]) if is_float and not nearest else result

    def test_resize(self):
        cases = []
        for index, (scale, offset, border) in enumerate(self.SCALES):
            for name, wide in (("f32", "f32"), ("i8", "i32")):
                image = random_values((1, 5, 5, 3), DTYPES[name], index)
                for nearest in (True, False):
                    result = DTYPES[name if nearest else wide]
                    expected = self.resize(image, scale, offset, border, nearest).astype(result)
                    mode = "NEAREST_NEIGHBOR" if nearest else "BILINEAR"
                    cases.append(tosa.case(f"{mode.lower()}_{index}_{name}", "resize", [image],
                                           expected, {"mode": f"#tosa.resize_mode<{mode}>"},
                                           [scale, offset, border]))
        self.check(cases)


class TransformTest(e2e_test.E2ETest):
    def test_fourier(self):
        a, b = random_values((2, 4, 8), "f4", 1), random_values((2, 4, 8), "f4", 2)
        whole = np.fft.fft2(a.astype(float) + 1j * b)
        half = np.fft.rfft2(a.astype(float))
        cases = []
        for name, arguments, result in (("fft2d", [a, b], whole), ("rfft2d", [a], half)):
            expected = [result.real.astype("f4"), result.imag.astype("f4")]
            listed = [(f"%{chr(97 + k)}", value) for k, value in enumerate(arguments)]
            attributes = {"inverse": False} if name == "fft2d" else {}
            cases.append(Case(name, arguments, tosa.operation(name, listed, expected, attributes),
                              expected, ("%r#0", "%r#1"), (1e-5, 1e-5)))
        self.check(cases)


if __name__ == "__main__":
    e2e_test.main()
