# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions on tensors of dynamic shape: one module each, called with several shapes."""

import dataclasses
import subprocess

import numpy as np

import e2e_test
from e2e_test import OPTIONS, TIMEOUT_SECONDS, random_values


@dataclasses.dataclass
class Program:
    """@f with a text, and how numpy computes its results from arrays."""
    text: str
    reference: object                  # (*arguments) -> array or tuple of arrays
    shapes: list                       # of shapes, one an argument; or of lists of arrays
    dtypes: tuple = ("f4",)
    name: str = "f"
    tolerance: tuple = (1e-5, 1e-5)


def arrays(program, index, shapes):
    if isinstance(shapes[0], np.ndarray):
        return list(shapes)
    dtypes = program.dtypes * (len(shapes) if len(program.dtypes) == 1 else 1)
    limits = {"i": (-9, 9), "f": (None, None)}
    return [random_values(shape, dtype, 31 * index + position, *limits[np.dtype(dtype).kind])
            for position, (shape, dtype) in enumerate(zip(shapes, dtypes, strict=True))]


class DynamicTest(e2e_test.E2ETest):
    through_arguments = True

    def build(self, text, *flags):
        case = e2e_test.Case("unused", [], "", [])
        case.text = lambda: text
        module, error = self.compile([case], flags)
        self.assertEqual(error, "", text)
        return module

    def run_function(self, module, arguments, outputs=0, name="f"):
        command = [OPTIONS.bin / "iree-run-module", f"--module={module}", f"--function={name}"]
        for index, value in enumerate(arguments):
            np.save(self.folder / f"argument{index}.npy", value)
            command.append(f"--input=@{self.folder}/argument{index}.npy")
        paths = [self.folder / f"result{index}.npy" for index in range(outputs)]
        command += [f"--output=@{path}" for path in paths]
        result = subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS,
                                check=False, encoding="utf-8", errors="replace")
        return result, paths

    def check_program(self, program, *flags):
        module = self.build(program.text, *flags)
        for index, shapes in enumerate(program.shapes):
            arguments = arrays(program, index, shapes)
            with self.subTest(shapes=[value.shape for value in arguments]):
                expected = program.reference(*arguments)
                if not isinstance(expected, tuple):
                    expected = (expected,)
                result, paths = self.run_function(module, arguments, len(expected), program.name)
                self.assertEqual(result.returncode, 0, f"{result.stderr}\n{program.text}")
                for want, path in zip(expected, paths, strict=True):
                    got = np.load(path)
                    self.assertEqual(got.shape, want.shape, program.text)
                    self.assertEqual(got.dtype, want.dtype, program.text)
                    np.testing.assert_allclose(got, want, *program.tolerance, err_msg=program.text)

    def check_refused(self, text, calls):
        """Each call, a list of arguments, fails and says one of the words."""
        module = self.build(text)
        for arguments, words in calls:
            with self.subTest(words):
                result, _ = self.run_function(module, arguments)
                self.assertEqual(result.returncode, 1, result.stdout)
                self.assert_says(words, result.stderr)


def zeros(*shape, dtype="f4"):
    return np.zeros(shape, dtype)


ADD = """
func.func @f(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %r = arith.addf %a, %b : tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}"""

DENSE = """
func.func @f(%a: tensor<?x24xf32>, %w: tensor<24x20xf32>, %b: tensor<20xf32>) -> tensor<?x20xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?x24xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x20xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x20xf32>) -> tensor<?x20xf32>
  %m = linalg.matmul ins(%a, %w : tensor<?x24xf32>, tensor<24x20xf32>)
      outs(%i : tensor<?x20xf32>) -> tensor<?x20xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
      affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%m, %b : tensor<?x20xf32>, tensor<20xf32>) outs(%e : tensor<?x20xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    %t = arith.maximumf %s, %zero : f32
    linalg.yield %t : f32
  } -> tensor<?x20xf32>
  return %r : tensor<?x20xf32>
}"""


def matmul_text(element, accumulator):
    zero = "0.0" if accumulator == "f32" else "0"
    return f"""
func.func @f(%a: tensor<?x?x{element}>, %b: tensor<?x?x{element}>) -> tensor<?x?x{accumulator}> {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %a, %c0 : tensor<?x?x{element}>
  %n = tensor.dim %b, %c1 : tensor<?x?x{element}>
  %zero = arith.constant {zero} : {accumulator}
  %e = tensor.empty(%m, %n) : tensor<?x?x{accumulator}>
  %i = linalg.fill ins(%zero : {accumulator}) outs(%e : tensor<?x?x{accumulator}>)
      -> tensor<?x?x{accumulator}>
  %r = linalg.matmul ins(%a, %b : tensor<?x?x{element}>, tensor<?x?x{element}>)
      outs(%i : tensor<?x?x{accumulator}>) -> tensor<?x?x{accumulator}>
  return %r : tensor<?x?x{accumulator}>
}}"""


class ElementwiseTest(DynamicTest):
    def test_add(self):
        self.check_program(Program(ADD, lambda a, b: a + b,
                                   [[(1, 1)] * 2, [(3, 5)] * 2, [(17, 300)] * 2, [(0, 4)] * 2,
                                    [(4, 0)] * 2]))

    def test_add_one(self):
        self.check_program(Program("""
func.func @f(%a: tensor<?xi32>) -> tensor<?xi32> {
  %one = arith.constant 1 : i32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?xi32>
  %e = tensor.empty(%n) : tensor<?xi32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>],
      iterator_types = ["parallel"]} ins(%a : tensor<?xi32>) outs(%e : tensor<?xi32>) {
  ^bb0(%x: i32, %o: i32):
    %s = arith.addi %x, %one : i32
    linalg.yield %s : i32
  } -> tensor<?xi32>
  return %r : tensor<?xi32>
}""", lambda a: a + 1, [[(size,)] for size in (0, 1, 7, 255, 256, 257, 1000)], ("i4",)))

    def test_same_value_returned(self):
        self.check_program(Program("""
func.func @f(%a: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>, tensor<?xf32>) {
  %s = arith.addf %a, %a : tensor<?x3xf32>
  %c = tensor.collapse_shape %s [[0, 1]] : tensor<?x3xf32> into tensor<?xf32>
  return %a, %s, %c : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?xf32>
}""", lambda a: (a, a + a, (a + a).ravel()), [[(2, 3)], [(0, 3)], [(40, 3)]]))

    def test_transpose_and_broadcast(self):
        self.check_program(Program("""
func.func @f(%a: tensor<?x?xf32>, %b: tensor<?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %a, %c0 : tensor<?x?xf32>
  %n = tensor.dim %a, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%n, %m) : tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>,
      affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?xf32>) outs(%e : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.subf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}""", lambda a, b: a.T - b[:, None], [[(3, 4), (4,)], [(1, 1), (1,)], [(33, 7), (7,)]]))


class ReductionTest(DynamicTest):
    def test_sums(self):
        self.check_program(Program("""
func.func @f(%a: tensor<?xi32>) -> tensor<i32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<i32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<i32>) -> tensor<i32>
  %r = linalg.reduce {arith.addi} ins(%a : tensor<?xi32>) outs(%i : tensor<i32>) dimensions = [0]
  return %r : tensor<i32>
}""", lambda a: np.asarray(a.sum(dtype="i4")), [[(size,)] for size in (0, 1, 9, 500)], ("i4",)))
        self.check_program(Program("""
func.func @f(%a: tensor<?x3xi32>) -> tensor<3xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<3xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<3xi32>) -> tensor<3xi32>
  %r = linalg.reduce {arith.addi} ins(%a : tensor<?x3xi32>) outs(%i : tensor<3xi32>)
      dimensions = [0]
  return %r : tensor<3xi32>
}""", lambda a: a.sum(0, dtype="i4"), [[(size, 3)] for size in (0, 1, 10)], ("i4",)))

    def test_mean(self):
        """The divisor is computed from a size."""
        self.check_program(Program("""
func.func @f(%a: tensor<?x?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %a, %c0 : tensor<?x?xf32>
  %n = tensor.dim %a, %c1 : tensor<?x?xf32>
  %n32 = arith.index_cast %n : index to i32
  %count = arith.sitofp %n32 : i32 to f32
  %e = tensor.empty(%m) : tensor<?xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.reduce {arith.addf} ins(%a : tensor<?x?xf32>) outs(%i : tensor<?xf32>)
      dimensions = [1]
  %r = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>],
      iterator_types = ["parallel"]} ins(%s : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %q = arith.divf %x, %count : f32
    linalg.yield %q : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}""", lambda a: a.mean(1, dtype="f8").astype("f4"), [[(1, 1)], [(5, 8)], [(31, 100)]]))

    def test_softmax(self):
        def softmax(a):
            e = np.exp(a.astype("f8") - a.max(1, keepdims=True))
            return (e / e.sum(1, keepdims=True)).astype("f4")
        self.check_program(Program("""
func.func @f(%a: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %a, %c0 : tensor<?x?xf32>
  %n = tensor.dim %a, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %r = linalg.softmax dimension(1) ins(%a : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>)
      -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}""", softmax, [[(1, 1)], [(4, 9)], [(13, 64)]]))


class ContractionTest(DynamicTest):
    def test_dense_layer(self):
        def dense(a, w, b):
            return np.maximum(a.astype("f8") @ w + b, 0).astype("f4")
        program = Program(DENSE, dense, [[(rows, 24), (24, 20), (20,)]
                                         for rows in (0, 1, 2, 3, 4, 5, 8, 11, 64)])
        self.check_program(program)
        self.check_program(program, "--iree-llvm-target-cpu=host")
        self.check_program(program, "--iree-stream-partitioning-favor=debug")

    def test_matmul(self):
        shapes = [[(m, k), (k, n)] for m, k, n in
                  [(1, 1, 1), (3, 5, 7), (4, 8, 8), (9, 16, 33), (5, 0, 3), (0, 2, 2), (64, 17, 8)]]
        self.check_program(Program(matmul_text("f32", "f32"),
                                   lambda a, b: (a.astype("f8") @ b).astype("f4"), shapes))
        self.check_program(Program(matmul_text("i8", "i32"),
                                   lambda a, b: a.astype("i4") @ b.astype("i4"), shapes, ("i1",)))

    def test_network(self):
        """Two layers and a residual: buffers of one size share memory."""
        def network(a, v, w):
            hidden = np.maximum(a.astype("f8") @ v, 0)
            return (hidden @ w + a).astype("f4")
        text = """
func.func @f(%a: tensor<?x16xf32>, %v: tensor<16x40xf32>, %w: tensor<40x16xf32>)
    -> tensor<?x16xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?x16xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x40xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x40xf32>) -> tensor<?x40xf32>
  %m = linalg.matmul ins(%a, %v : tensor<?x16xf32>, tensor<16x40xf32>)
      outs(%i : tensor<?x40xf32>) -> tensor<?x40xf32>
  %h = linalg.elementwise kind=#linalg.elementwise_kind<max_signed>
      ins(%m, %i : tensor<?x40xf32>, tensor<?x40xf32>) outs(%e : tensor<?x40xf32>)
      -> tensor<?x40xf32>
  %f = tensor.empty(%n) : tensor<?x16xf32>
  %j = linalg.fill ins(%zero : f32) outs(%f : tensor<?x16xf32>) -> tensor<?x16xf32>
  %o = linalg.matmul ins(%h, %w : tensor<?x40xf32>, tensor<40x16xf32>)
      outs(%j : tensor<?x16xf32>) -> tensor<?x16xf32>
  %r = arith.addf %o, %a : tensor<?x16xf32>
  return %r : tensor<?x16xf32>
}"""
        self.check_program(Program(text, network, [[(rows, 16), (16, 40), (40, 16)]
                                                   for rows in (1, 6, 37)]))

    def test_convolution(self):
        """An image of any size, padded to keep it."""
        def convolve(image, weights):
            padded = np.pad(image.astype("f8"), ((0, 0), (1, 1), (1, 1), (0, 0)))
            windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (1, 2))
            return np.einsum("nhwcij,ijcf->nhwf", windows, weights).astype("f4")
        self.check_program(Program("""
func.func @f(%a: tensor<1x?x?x2xf32>, %w: tensor<3x3x2x4xf32>) -> tensor<1x?x?x4xf32> {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %h = tensor.dim %a, %c1 : tensor<1x?x?x2xf32>
  %v = tensor.dim %a, %c2 : tensor<1x?x?x2xf32>
  %p = tensor.pad %a low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x?x?x2xf32> to tensor<1x?x?x2xf32>
  %e = tensor.empty(%h, %v) : tensor<1x?x?x4xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x?x?x4xf32>) -> tensor<1x?x?x4xf32>
  %r = linalg.conv_2d_nhwc_hwcf ins(%p, %w : tensor<1x?x?x2xf32>, tensor<3x3x2x4xf32>)
      outs(%i : tensor<1x?x?x4xf32>) -> tensor<1x?x?x4xf32>
  return %r : tensor<1x?x?x4xf32>
}""", convolve, [[(1, h, w, 2), (3, 3, 2, 4)] for h, w in [(1, 1), (5, 4), (8, 17)]]))


class TosaTest(DynamicTest):
    def test_batch(self):
        """A layer on any number of images: convolution, bias, clamp."""
        def layer(image, weights, bias):
            padded = np.pad(image.astype("f8"), ((0, 0), (1, 1), (1, 1), (0, 0)))
            windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (1, 2))
            return np.clip(np.einsum("nhwcij,fijc->nhwf", windows, weights) + bias, 0, 6).astype("f4")
        self.check_program(Program("""
func.func @f(%a: tensor<?x8x8x2xf32>, %w: tensor<4x3x3x2xf32>, %b: tensor<4xf32>)
    -> tensor<?x8x8x4xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %r = tosa.conv2d %a, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>,
      pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>}
      : (tensor<?x8x8x2xf32>, tensor<4x3x3x2xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>)
      -> tensor<?x8x8x4xf32>
  %c = tosa.clamp %r {min_val = 0.0 : f32, max_val = 6.0 : f32}
      : (tensor<?x8x8x4xf32>) -> tensor<?x8x8x4xf32>
  return %c : tensor<?x8x8x4xf32>
}""", layer, [[(n, 8, 8, 2), (4, 3, 3, 2), (4,)] for n in (1, 2, 5)]))

    def test_elementwise(self):
        """Sizes of operands are equal or known to be 1."""
        text = """
func.func @f(%a: tensor<?x8xf32>, %b: tensor<?x8xf32>, %c: tensor<1x8xf32>) -> tensor<?x8xf32> {
  %s = tosa.add %a, %b : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %r = tosa.sub %s, %c : (tensor<?x8xf32>, tensor<1x8xf32>) -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}"""
        self.check_program(Program(text, lambda a, b, c: a + b - c,
                                   [[(n, 8), (n, 8), (1, 8)] for n in (1, 2, 9)]))
        self.check_refused(text, [([zeros(3, 8), zeros(1, 8), zeros(1, 8)], "differs")])


class MovementTest(DynamicTest):
    def test_slice(self):
        self.check_program(Program("""
func.func @f(%a: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %n = tensor.dim %a, %c0 : tensor<?x4xf32>
  %half = arith.divsi %n, %c2 : index
  %rest = arith.subi %n, %half : index
  %r = tensor.extract_slice %a[%half, 0] [%rest, 4] [1, 1] : tensor<?x4xf32> to tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}""", lambda a: a[len(a) // 2:], [[(rows, 4)] for rows in (0, 1, 2, 9)]))

    def test_insert_and_concat(self):
        self.check_program(Program("""
func.func @f(%a: tensor<?x2xf32>, %b: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %r = tensor.concat dim(0) %a, %b : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  return %r : tensor<?x2xf32>
}""", lambda a, b: np.concatenate([a, b]), [[(1, 2), (3, 2)], [(0, 2), (2, 2)], [(7, 2), (5, 2)]]))

    def test_pad(self):
        self.check_program(Program("""
func.func @f(%a: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %n = tensor.dim %a, %c0 : tensor<?xf32>
  %r = tensor.pad %a low[2] high[%n] {
  ^bb0(%i: index):
    tensor.yield %one : f32
  } : tensor<?xf32> to tensor<?xf32>
  return %r : tensor<?xf32>
}""", lambda a: np.pad(a, (2, len(a)), constant_values=1), [[(size,)] for size in (0, 1, 6)]))

    def test_reshape(self):
        self.check_program(Program("""
func.func @f(%a: tensor<?x6xf32>) -> (tensor<?x2x3xf32>, tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %n = tensor.dim %a, %c0 : tensor<?x6xf32>
  %e = tensor.expand_shape %a [[0], [1, 2]] output_shape [%n, 2, 3]
      : tensor<?x6xf32> into tensor<?x2x3xf32>
  %m = arith.muli %n, %c2 : index
  %s = tensor.from_elements %c3, %m : tensor<2xindex>
  %r = tensor.reshape %a(%s) : (tensor<?x6xf32>, tensor<2xindex>) -> tensor<?x?xf32>
  return %e, %r : tensor<?x2x3xf32>, tensor<?x?xf32>
}""", lambda a: (a.reshape(-1, 2, 3), a.reshape(3, -1)), [[(1, 6)], [(4, 6)]]))

    def test_cast(self):
        text = """
func.func @f(%a: tensor<?x?xf32>) -> tensor<2x?xf32> {
  %c = tensor.cast %a : tensor<?x?xf32> to tensor<2x?xf32>
  %r = arith.mulf %c, %c : tensor<2x?xf32>
  return %r : tensor<2x?xf32>
}"""
        self.check_program(Program(text, lambda a: a * a, [[(2, 1)], [(2, 30)]]))
        self.check_refused(text, [([zeros(3, 4)], "dimension 0 is not 2")])


class ScalarTest(DynamicTest):
    def test_size_from_an_argument(self):
        text = """
func.func @f(%n: i32, %v: f32) -> tensor<?xf32> {
  %size = arith.index_cast %n : i32 to index
  %e = tensor.empty(%size) : tensor<?xf32>
  %r = linalg.fill ins(%v : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}"""
        self.check_program(Program(
            text, lambda n, v: np.full(int(n), v, "f4"),
            [[np.array(size, "i4"), np.array(2.5, "f4")] for size in (0, 1, 300)]))
        value = np.array(1, "f4")
        self.check_refused(text, [
            ([np.array(-1, "i4"), value], "dimension 0 has a negative size"),
            ([np.array(2**29, "i4"), value], "RESOURCE_EXHAUSTED")])

    def test_size_as_result(self):
        self.check_program(Program("""
func.func @f(%a: tensor<?x?xf32>) -> tensor<i32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %a, %c0 : tensor<?x?xf32>
  %n = tensor.dim %a, %c1 : tensor<?x?xf32>
  %p = arith.muli %m, %n : index
  %i = arith.index_cast %p : index to i32
  %r = tensor.from_elements %i : tensor<i32>
  return %r : tensor<i32>
}""", lambda a: np.asarray(a.size, "i4"), [[(2, 3)], [(0, 5)]]))


class ErrorTest(DynamicTest):
    def test_arguments(self):
        self.check_refused(ADD, [
            ([zeros(2, 3), zeros(2, 4)], "dimension 1 of operand 1 differs"),
            ([zeros(2, 3), zeros(3, 3)], "dimension 0 of operand 1 differs"),
            ([zeros(2, 3), zeros(6)], "expected ?x?xf32, got 6xf32"),
            ([zeros(2, 3), zeros(2, 3, dtype="f8")], "expected ?x?xf32, got 2x3xf64")])
        self.check_refused(DENSE, [
            ([zeros(2, 23), zeros(24, 20), zeros(20)], "expected ?x24xf32, got 2x23xf32")])

    def test_contraction(self):
        self.check_refused(matmul_text("f32", "f32"), [
            ([zeros(2, 3), zeros(4, 5)], "dimension 0 of operand 1 differs")])

    def test_slice_and_reshape(self):
        self.check_refused("""
func.func @f(%a: tensor<?xf32>) -> tensor<3xf32> {
  %r = tensor.extract_slice %a[2] [3] [1] : tensor<?xf32> to tensor<3xf32>
  return %r : tensor<3xf32>
}""", [([zeros(4)], "dimension 0 of the slice ends beyond the tensor")])
        self.check_refused("""
func.func @f(%a: tensor<?xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %n = tensor.dim %a, %c0 : tensor<?xf32>
  %m = arith.divsi %n, %c4 : index
  %r = tensor.expand_shape %a [[0, 1]] output_shape [%m, 4] : tensor<?xf32> into tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}""", [([zeros(6)], "dimension 0 cannot be split into these sizes")])


if __name__ == "__main__":
    e2e_test.main()
