// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-resolve-sizes

func.func @known_to_differ(%a: tensor<?xf32>) -> tensor<4xf32> {
  %c = tensor.cast %a : tensor<?xf32> to tensor<3xf32>
  %d = tensor.cast %c : tensor<3xf32> to tensor<?xf32>
  // expected-error @+1 {{'tensor.cast': dimension 0 is not 4: 3 and 4}}
  %r = tensor.cast %d : tensor<?xf32> to tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

func.func @changing(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // expected-error @+1 {{'scf.for' carries a tensor of type 'tensor<?xf32>' whose sizes may change; supported: sizes that stay the same}}
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%x = %a) -> (tensor<?xf32>) {
    scf.yield %b : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}

// -----

#reversed = affine_map<(i) -> (4 - i)>
#id = affine_map<(i) -> (i)>
func.func @falling(%a: tensor<?xf32>, %e: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'linalg.generic' reads a tensor of dynamic shape at indices that fall; supported: ascending indices}}
  %r = linalg.generic {indexing_maps = [#reversed, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

func.func @slice_beyond(%a: tensor<?xf32>) -> tensor<5xf32> {
  %c = tensor.cast %a : tensor<?xf32> to tensor<4xf32>
  %d = tensor.cast %c : tensor<4xf32> to tensor<?xf32>
  // expected-error @+1 {{'tensor.extract_slice': dimension 0 of the slice ends beyond the tensor: 5 and 4}}
  %r = tensor.extract_slice %d[0] [5] [1] : tensor<?xf32> to tensor<5xf32>
  return %r : tensor<5xf32>
}
