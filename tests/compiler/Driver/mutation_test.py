# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Broken models: iree-compile ends with success or with an error, never by a signal."""

import random

import driver
from driver import DOCUMENTED, MODELS

MUTATIONS = 200
REPLACEMENTS = (b"tensor", b"f32", b"i8", b"%", b"-1", b"0", b"999999999999", b"?", b"<", b">",
                b"(", b"}", b"x", b"#", b"@f", b"dense", b"\x00", b"\xff")
SOURCE = b"""
func.func private @half(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %c = arith.constant dense<0.5> : tensor<2x3xf32>
  %r = arith.mulf %x, %c : tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}
func.func @main(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>, %n: i32) -> (tensor<2x2xf32>, i32) {
  %h = call @half(%a) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x2xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %p = linalg.matmul ins(%h, %b : tensor<2x3xf32>, tensor<3x2xf32>) outs(%f : tensor<2x2xf32>)
      -> tensor<2x2xf32>
  %zero = arith.constant 0 : index
  %two = arith.constant 2 : index
  %one = arith.constant 1 : index
  %r = scf.for %i = %zero to %two step %one iter_args(%x = %p) -> (tensor<2x2xf32>) {
    %s = tensor.extract_slice %x[%i, 0] [1, 2] [1, 1] : tensor<2x2xf32> to tensor<1x2xf32>
    %t = tosa.tanh %s : (tensor<1x2xf32>) -> tensor<1x2xf32>
    %u = tensor.insert_slice %t into %x[%i, 0] [1, 2] [1, 1] : tensor<1x2xf32> into tensor<2x2xf32>
    scf.yield %u : tensor<2x2xf32>
  }
  return %r, %n : tensor<2x2xf32>, i32
}
"""


class MutationTest(driver.DriverTest):
    def mutate(self, data, rng):
        """Replaces, removes, copies or inserts a few bytes at one to three places."""
        data = bytearray(data)
        for _ in range(rng.randint(1, 3)):
            at, size = rng.randrange(len(data)), rng.randint(0, 8)
            data[at:at + size] = rng.choice((
                bytes([rng.randrange(256)]), rng.choice(REPLACEMENTS), b"",
                data[rng.randrange(len(data)):][:rng.randint(1, 30)], bytes(data[at:at + 1]) * 2))
        return bytes(data)

    def try_all(self, sources, seed, count):
        rng = random.Random(seed)
        for index in range(count):
            source, output = self.folder / "model.mlir", self.folder / "model.vmfb"
            data = self.mutate(sources[index % len(sources)], rng)
            source.write_bytes(data)
            output.unlink(missing_ok=True)
            with self.subTest(seed=seed, index=index):
                result = self.run_tool("iree-compile", *DOCUMENTED, source, "-o", output)
                self.assertEqual(output.exists(), result.returncode == 0, data)
                if result.returncode:
                    self.assertIn(b"error:", result.stderr)

    def test_text(self):
        samples = [path.read_bytes() for path in sorted(MODELS.glob("*.mlir"))]
        self.try_all([SOURCE, *samples], 1, MUTATIONS)

    def test_every_truncation_of_a_sample(self):
        data = (MODELS / "simple_mul.mlir").read_bytes()
        for length in range(0, len(data), 7):
            self.run_tool("iree-compile", *DOCUMENTED, "-", "-o", self.folder / "x.vmfb",
                          given=data[:length])


if __name__ == "__main__":
    driver.main()
