// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SVDF: a layer of filters of rank 1 (or more), each a feature of the input and
// weights over the features of the last steps. The state holds those features.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/ConstantLayer.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"
#include "compiler/Input/TFLite/Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

constexpr unsigned kInput = 0, kFeatureWeights = 1, kTimeWeights = 2, kBias = 3, kState = 4;

struct Sizes {
  int64_t batch = 0, depth = 0, units = 0, rank = 0, memory = 0;
  int64_t filters() const { return units * rank; }
};

FailureOr<Sizes> readSizes(OpImporter &op, int64_t rank) {
  RankedTensorType input = op.inputType(kInput), times = op.inputType(kTimeWeights);
  if (input.getRank() != 2 || times.getRank() != 2 || rank < 1 || times.getDimSize(0) % rank != 0)
    return op.error() << "the input, " << input << ", the weights over time, " << times
                      << ", and the rank, " << rank
                      << ", do not fit; supported: batch x depth, filters x memory, and a rank "
                         "that divides the filters";
  Sizes sizes;
  sizes.batch = input.getDimSize(0);
  sizes.depth = input.getDimSize(1);
  sizes.units = times.getDimSize(0) / rank;
  sizes.rank = rank;
  sizes.memory = times.getDimSize(1);
  int64_t state[] = {sizes.batch, sizes.filters() * sizes.memory};
  if (op.inputType(kState).getShape() != ArrayRef(state))
    return op.error() << "the state is " << op.inputType(kState) << "; the other operands need "
                      << op.inputType(kState).clone(state);
  if (op.hasInput(kBias) && op.inputType(kBias).getShape() != ArrayRef(sizes.units))
    return op.error() << "the bias is " << op.inputType(kBias) << " for " << sizes.units
                      << " units";
  int64_t output[] = {sizes.batch, sizes.units};
  if (failed(op.expectShape(output)))
    return failure();
  return sizes;
}

/// The state with every filter's features one step older and the new ones.
Value shiftIn(OpImporter &op, const Sizes &sizes, Value features) {
  Value newest = reshape(op.b, features, {sizes.batch, sizes.filters(), 1});
  if (sizes.memory == 1)
    return newest;
  Value state = reshape(op.b, op.value(kState), {sizes.batch, sizes.filters(), sizes.memory});
  auto type = cast<RankedTensorType>(state.getType());
  int64_t kept[] = {sizes.batch, sizes.filters(), sizes.memory - 1};
  auto attributes = [&](ArrayRef<int64_t> numbers) {
    return getAsIndexOpFoldResult(op.b.getContext(), numbers);
  };
  Value older = tensor::ExtractSliceOp::create(op.b, type.clone(kept), state, attributes({0, 0, 1}),
                                               attributes(kept), attributes({1, 1, 1}));
  return tensor::ConcatOp::create(op.b, 2, ValueRange{older, newest});
}

/// Each unit's features of all ranks and steps, weighted: body(feature, weight).
Value sumOverTime(OpImporter &op, const Sizes &sizes, Value state, Type type, Value zero,
                  ElementFunction product, ElementFunction sum) {
  int64_t shape[] = {sizes.batch, sizes.units, sizes.rank, sizes.memory};
  Value weights = reshape(op.b, op.value(kTimeWeights), ArrayRef(shape).drop_front());
  Value products = elementwise(op.b, {reshape(op.b, state, shape), weights},
                               RankedTensorType::get(shape, type), product);
  return reduce(op.b, products, {2, 3}, zero, sum);
}

/// Keeps the new state and adds the bias.
FailureOr<Value> keepAndAddBias(OpImporter &op, const Sizes &sizes, Value state, Value sums) {
  int64_t shape[] = {sizes.batch, sizes.filters() * sizes.memory};
  if (failed(op.setVariable(kState, reshape(op.b, state, shape))))
    return failure();
  if (!op.hasInput(kBias))
    return sums;
  return elementwise(op.b, {sums, op.value(kBias)}, cast<RankedTensorType>(sums.getType()),
                     [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                       if (isa<FloatType>(v[0].getType()))
                         return arith::AddFOp::create(b, v[0], v[1]);
                       return arith::AddIOp::create(b, v[0], v[1]);
                     });
}

LogicalResult importFloat(OpImporter &op, const Sizes &sizes, schema::Activation activation) {
  auto layer =
      ConstantLayer::read(op, kFeatureWeights, std::nullopt, sizes.filters(), sizes.depth, 0);
  if (failed(layer))
    return failure();
  Value state = shiftIn(op, sizes, layer->apply(op.b, op.value(kInput)));
  Value zero = constantFloat(op.b, op.b.getF32Type(), 0);
  Value sums = sumOverTime(
      op, sizes, state, op.b.getF32Type(), zero,
      [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        return arith::MulFOp::create(b, v[0], v[1]);
      },
      [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        return arith::AddFOp::create(b, v[1], v[0]);
      });
  FailureOr<Value> units = keepAndAddBias(op, sizes, state, sums);
  if (failed(units))
    return failure();
  FailureOr<Value> result = activateFloat(op, *units, activation);
  return failed(result) ? failure() : op.setResult(*result);
}

/// Factors of features and of results, in single precision as the kernels
/// compute them.
struct Factors {
  Multiplier feature;
  double result = 0;
};

FailureOr<Factors> readFactors(OpImporter &op) {
  float scales[4];
  constexpr unsigned kOperands[] = {kInput, kFeatureWeights, kTimeWeights, kState};
  for (unsigned i = 0; i < 4; ++i) {
    FailureOr<double> scale =
        scaleOf(op, op.input(kOperands[i]), ("operand " + Twine(kOperands[i])).str());
    if (failed(scale))
      return failure();
    scales[i] = static_cast<float>(*scale);
  }
  FailureOr<double> output = scaleOf(op, op.output(), "output");
  if (failed(output))
    return failure();
  constexpr int32_t kMaxExponent = 15;
  float feature = scales[0] * scales[1] / scales[3];
  float result = scales[3] * scales[2] / static_cast<float>(*output);
  Multiplier multiplier = quantizeMultiplier(static_cast<double>(feature));
  if (multiplier.exponent > kMaxExponent)
    return op.error() << "the scales of input and weights exceed the state's by a factor of 2^"
                      << multiplier.exponent << "; supported: up to 2^" << kMaxExponent;
  return Factors{multiplier, static_cast<double>(result)};
}

LogicalResult importQuantized(OpImporter &op, const Sizes &sizes) {
  FailureOr<Factors> factors = readFactors(op);
  if (failed(factors))
    return failure();
  auto layer = ConstantLayer::read(op, kFeatureWeights, std::nullopt, sizes.filters(), sizes.depth,
                                   zeroPointOf(op.input(kInput)));
  if (failed(layer))
    return failure();
  int64_t zeroPoint = zeroPointOf(op.input(kState));
  StoredRange range = typeRange(op.input(kState));
  RankedTensorType stateType = op.inputType(kState);
  unsigned bits = stateType.getElementTypeBitWidth();
  Value accumulators = layer->apply(op.b, op.value(kInput));
  Value features =
      elementwise(op.b, accumulators,
                  RankedTensorType::get({sizes.batch, sizes.filters()}, stateType.getElementType()),
                  [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                    Scalar scaled(b, scaleBy(op, b, v[0], factors->feature));
                    return clamp(scaled + zeroPoint, range.low, range.high).to(bits);
                  });
  Value state = shiftIn(op, sizes, features);
  Value zero = constantScalar(op.b, op.b.getI32Type(), 0);
  Value sums = sumOverTime(
      op, sizes, state, op.b.getI32Type(), zero,
      [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        return (Scalar(b, v[0]).to(32) - zeroPoint) * Scalar(b, v[1]).to(32);
      },
      [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        return arith::AddIOp::create(b, v[1], v[0]);
      });
  FailureOr<Value> units = keepAndAddBias(op, sizes, state, sums);
  if (failed(units))
    return failure();
  FailureOr<Value> result = requantize(op, *units, factors->result, typeRange(op.output()));
  return failed(result) ? failure() : op.setResult(*result);
}

LogicalResult importSvdf(OpImporter &op) {
  auto options = op.options<schema::SVDFOptions>();
  if (failed(options))
    return failure();
  FailureOr<Sizes> sizes = readSizes(op, (*options)->rank());
  if (failed(sizes))
    return failure();
  if (isFloat(op.input(kInput)))
    return importFloat(op, *sizes, (*options)->activation());
  // The kernels ignore RELU, which the output's range expresses.
  if ((*options)->activation() > schema::Activation::RELU)
    return op.error() << "the fused activation "
                      << schema::EnumNameActivation((*options)->activation())
                      << " is not supported; supported: NONE, RELU";
  return importQuantized(op, *sizes);
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::SVDF, 4,
     "f32 f32 f32 f32? f32 -> f32 | i8 i8 i8 i32? i8 -> i8 | i8 i8 i16 i32? i16 -> i8", importSvdf},
};

} // namespace

ArrayRef<OperatorInfo> svdfOperators() { return kOperators; }

} // namespace iree_compiler::tflite
