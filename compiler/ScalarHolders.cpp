// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/ScalarHolders.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

RankedTensorType iree_compiler::holderOf(Type scalar) {
  Type element = scalar.isIndex() ? IntegerType::get(scalar.getContext(), 64) : scalar;
  return RankedTensorType::get({}, element);
}

/// The holder that the scalar was read from; null for others.
static Value holderRead(Value scalar) {
  RankedTensorType type = iree_compiler::holderOf(scalar.getType());
  if (auto cast = scalar.getDefiningOp<arith::IndexCastOp>(); cast && scalar.getType().isIndex())
    scalar = cast.getIn();
  auto extract = scalar.getDefiningOp<tensor::ExtractOp>();
  return extract && extract.getTensor().getType() == type ? extract.getTensor() : Value();
}

Value iree_compiler::toHolder(OpBuilder &builder, Location loc, Value scalar) {
  RankedTensorType type = holderOf(scalar.getType());
  if (Value holder = holderRead(scalar))
    return holder;
  if (scalar.getType().isIndex())
    scalar = arith::IndexCastOp::create(builder, loc, type.getElementType(), scalar);
  return tensor::FromElementsOp::create(builder, loc, type, scalar);
}

Value iree_compiler::fromHolder(OpBuilder &builder, Location loc, Value holder, Type scalar) {
  Value value = tensor::ExtractOp::create(builder, loc, holder, ValueRange());
  if (scalar.isIndex())
    value = arith::IndexCastOp::create(builder, loc, scalar, value);
  return value;
}
