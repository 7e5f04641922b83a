// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-verify-input

// expected-error @+1 {{argument 0 of '@rank7' has rank 7; supported: 0 to 6}}
func.func @rank7(%a: tensor<1x1x1x1x1x1x1xf32>) {
  return
}

// -----

// expected-error @+1 {{argument 1 of '@empty' has no elements; supported: at least one}}
func.func @empty(%a: tensor<f32>, %b: tensor<2x0xf32>) {
  return
}

// -----

// expected-error @+1 {{result 0 of '@scalar' has type 'f32'; supported: tensors and scalars}}
func.func @scalar() -> f32 {
  %0 = arith.constant 1.0 : f32
  return %0 : f32
}

// -----

// expected-error @+1 {{'func.func' has the element type 'f8E4M3FN'; supported: f16, bf16, f32, f64, signless integers of up to 64 bits, index, complex<f32>, complex<f64>}}
func.func @quarter(%a: tensor<4xf8E4M3FN>) {
  return
}

// -----

// expected-error @+1 {{'func.func' has the element type 'i128'; supported:}}
func.func @wide(%a: tensor<4xi128>) {
  return
}

// -----

// expected-error @+1 {{argument 0 of '@complex' has type 'tensor<4xcomplex<f32>>'; complex numbers are supported within functions only, pass their parts}}
func.func @complex(%a: tensor<4xcomplex<f32>>) {
  return
}

// -----

func.func @check_in_region(%a: tensor<4xi32>) -> tensor<4xi64> {
  %r = tensor.generate {
  ^bb0(%i: index):
    // expected-error @+1 {{'check.expect_all_true' stands inside 'tensor.generate'; supported: in functions, scf.if, scf.for and scf.while}}
    check.expect_all_true(%a) : tensor<4xi32>
    %j = arith.index_cast %i : index to i64
    tensor.yield %j : i64
  } : tensor<4xi64>
  return %r : tensor<4xi64>
}

// -----

func.func @winograd(%f: tensor<2x3x3x5xf32>, %e: tensor<6x6x5x2xf32>) -> tensor<6x6x5x2xf32> {
  // expected-error @+1 {{'linalg.winograd_filter_transform' is not supported}}
  %0 = linalg.winograd_filter_transform fmr(F_4_3) ins(%f : tensor<2x3x3x5xf32>) outs(%e : tensor<6x6x5x2xf32>) -> tensor<6x6x5x2xf32>
  return %0 : tensor<6x6x5x2xf32>
}

// -----

// expected-error @+1 {{'func.func' has the element type 'ui8'; supported:}}
func.func @unsigned(%a: tensor<4xui8>) {
  return
}

// -----

// expected-error @+1 {{argument 0 of '@unranked' has type 'tensor<*xf32>'; supported: tensors and scalars}}
func.func @unranked(%a: tensor<*xf32>) {
  return
}

// -----

// expected-error @+1 {{'func.func' has a tensor encoding, 'tensor<4xf32, "blocked">'; supported: none}}
func.func @encoded(%a: tensor<4xf32, "blocked">) {
  return
}

// -----

func.func @inner_type(%a: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'arith.truncf' has the element type 'f8E5M2'; supported:}}
  %0 = arith.truncf %a : tensor<4xf32> to tensor<4xf8E5M2>
  %1 = arith.extf %0 : tensor<4xf8E5M2> to tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// expected-error @+1 {{'func.func' has the element type 'index'; supported:}}
func.func @indices(%a: tensor<index>) {
  return
}

// -----

func.func @recursive(%a: tensor<f32>) -> tensor<f32> {
  // expected-error @+1 {{'func.call' cannot be inlined: recursion is not supported}}
  %0 = func.call @recursive(%a) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @foreign(%a: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'tosa.abs' is not supported; supported dialects: func, cf, linalg, tensor, arith, math, scf, tosa, util, check}}
  %0 = tosa.abs %a : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @gather(%a: tensor<4x2xf32>, %i: tensor<3x1xi32>) -> tensor<3x1x2xf32> {
  // expected-error @+1 {{'tensor.gather' is not supported in this form; supported: static shapes, regions of one block}}
  %0 = tensor.gather %a[%i] gather_dims([0]) : (tensor<4x2xf32>, tensor<3x1xi32>) -> tensor<3x1x2xf32>
  return %0 : tensor<3x1x2xf32>
}

// -----

func.func @bitcast(%a: tensor<4xf32>) -> tensor<4xi32> {
  // expected-error @+1 {{'tensor.bitcast' is not supported in this form; supported: static shapes, regions of one block}}
  %0 = tensor.bitcast %a : tensor<4xf32> to tensor<4xi32>
  return %0 : tensor<4xi32>
}

// -----

// Operations inside of regions are checked as well.
func.func @in_region(%a: tensor<4xf32>) -> tensor<4xf32> {
  %lb = arith.constant 0 : index
  %step = arith.constant 1 : index
  %0 = scf.for %i = %lb to %step step %step iter_args(%t = %a) -> tensor<4xf32> {
    // expected-error @+1 {{'tensor.bitcast' is not supported in this form; supported: static shapes, regions of one block}}
    %1 = tensor.bitcast %t : tensor<4xf32> to tensor<4xi32>
    scf.yield %t : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}

// -----

func.func @public() {
  return
}
// expected-error @+1 {{function '@external' has no body; every function must be defined in the module}}
func.func private @external(tensor<f32>)

// -----

// expected-error @+1 {{function '@branches' has branches between blocks; use scf operations}}
func.func @branches(%a: tensor<f32>) -> tensor<f32> {
  cf.br ^bb1
^bb1:
  return %a : tensor<f32>
}

// -----

// expected-error @+1 {{'memref.global' is not supported at the top level of a module; supported: func.func, util.global}}
memref.global "private" @state : memref<4xf32>

// -----

// expected-error @+1 {{the module has no public function; nothing could be called}}
module {
  func.func private @only() {
    return
  }
}

// -----

// expected-error @+1 {{global '@list' has type 'complex<f32>'; supported: static tensors and scalars}}
util.global private mutable @list : complex<f32>
func.func @f() {
  return
}

// -----

// expected-error @+1 {{'util.global' has the dynamic shape 'tensor<?xf32>'}}
util.global private mutable @dynamic : tensor<?xf32>
func.func @f() {
  return
}

// -----

util.global private mutable @a : tensor<f32>
func.func @twice() -> (tensor<f32>, tensor<f32>) {
  %0 = util.global.load @a : tensor<f32>
  // expected-error @+1 {{loads a global again, or behind a store; loads stand at the beginning}}
  %1 = util.global.load @a : tensor<f32>
  return %0, %1 : tensor<f32>, tensor<f32>
}

// -----

util.global private mutable @a : tensor<f32>
func.func @again(%x: tensor<f32>) {
  util.global.store %x, @a : tensor<f32>
  // expected-error @+1 {{stores a global again; one store stands at the end}}
  util.global.store %x, @a : tensor<f32>
  return
}

// -----

util.global private mutable @a : tensor<f32>
func.func @early(%x: tensor<f32>) -> tensor<f32> {
  util.global.store %x, @a : tensor<f32>
  // expected-error @+1 {{stands behind the store of a global}}
  %0 = arith.negf %x : tensor<f32>
  return %0 : tensor<f32>
}

// -----

util.global private mutable @a : tensor<f32>
func.func @nested(%x: tensor<f32>, %c: tensor<i1>) {
  %0 = tensor.extract %c[] : tensor<i1>
  scf.if %0 {
    // expected-error @+1 {{'util.global.store' stands inside another operation; supported: in the function itself}}
    util.global.store %x, @a : tensor<f32>
  }
  return
}
