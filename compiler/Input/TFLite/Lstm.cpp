// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// UNIDIRECTIONAL_SEQUENCE_LSTM: a loop over the steps of a sequence. Without
// peepholes, projection and normalisation.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/ConstantLayer.h"
#include "compiler/Input/TFLite/InterpolatedTables.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

using Builder = ImplicitLocOpBuilder;

constexpr unsigned kInput = 0, kOutputState = 18, kCellState = 19;
enum Gate : unsigned { kInputGate, kForgetGate, kCellGate, kOutputGate, kGates };
/// Operands of the first gate; those of the others follow.
constexpr unsigned kInputWeights = 1, kStateWeights = 5, kBias = 12;

/// What one step turns into the next state.
struct State {
  Value hidden, cell; ///< batch x units
};

struct Sizes {
  int64_t batch = 0, steps = 0, depth = 0, units = 0;
  bool isTimeMajor = false;
};

/// One kind of cell: float or quantised.
class Cell {
public:
  Cell(OpImporter &importer, const Sizes &cellSizes) : op(importer), sizes(cellSizes) {}
  virtual ~Cell() = default;

  /// Checks everything else and prepares what is the same in all steps.
  virtual LogicalResult prepare(float cellClip) = 0;
  /// Emits a step where the operator's builder inserts. input: batch x depth.
  virtual State step(Value input, State state) = 0;

protected:
  LogicalResult readLayers() {
    for (unsigned gate = 0; gate < kGates; ++gate) {
      auto input = ConstantLayer::read(op, kInputWeights + gate, kBias + gate, sizes.units,
                                       sizes.depth, zeroPointOf(op.input(kInput)));
      if (failed(input))
        return failure();
      auto recurrent = ConstantLayer::read(op, kStateWeights + gate, std::nullopt, sizes.units,
                                           sizes.units, zeroPointOf(op.input(kOutputState)));
      if (failed(recurrent))
        return failure();
      ofInput.push_back(*input);
      ofState.push_back(*recurrent);
    }
    return success();
  }
  RankedTensorType stateType(Type element) const {
    return RankedTensorType::get({sizes.batch, sizes.units}, element);
  }

  OpImporter &op;
  const Sizes &sizes;
  SmallVector<ConstantLayer> ofInput, ofState; ///< by gate
};

class FloatCell : public Cell {
public:
  using Cell::Cell;

  LogicalResult prepare(float cellClip) override {
    clip = static_cast<double>(cellClip);
    return readLayers();
  }

  State step(Value input, State state) override {
    SmallVector<Value> gates;
    for (unsigned gate = 0; gate < kGates; ++gate)
      gates.push_back(elementwise(
          op.b, {ofInput[gate].apply(op.b, input), ofState[gate].apply(op.b, state.hidden)},
          stateType(op.b.getF32Type()), [&](Builder &b, ValueRange v) -> Value {
            Value sum = arith::AddFOp::create(b, v[0], v[1]);
            return gate == kCellGate ? math::TanhOp::create(b, sum).getResult() : logistic(b, sum);
          }));
    state.cell =
        elementwise(op.b, {gates[kForgetGate], state.cell, gates[kInputGate], gates[kCellGate]},
                    stateType(op.b.getF32Type()), [&](Builder &b, ValueRange v) -> Value {
                      Value kept = arith::MulFOp::create(b, v[0], v[1]);
                      Value added = arith::MulFOp::create(b, v[2], v[3]);
                      Value cell = arith::AddFOp::create(b, kept, added);
                      return clip > 0 ? clampFloat(b, cell, -clip, clip) : cell;
                    });
    state.hidden =
        elementwise(op.b, {gates[kOutputGate], state.cell}, stateType(op.b.getF32Type()),
                    [](Builder &b, ValueRange v) -> Value {
                      return arith::MulFOp::create(b, v[0], math::TanhOp::create(b, v[1]));
                    });
    return state;
  }

private:
  static Value logistic(Builder &b, Value x) {
    Value one = constantFloat(b, b.getF32Type(), 1);
    Value exp = math::ExpOp::create(b, arith::NegFOp::create(b, x));
    return arith::DivFOp::create(b, one, arith::AddFOp::create(b, one, exp));
  }

  double clip = 0;
};

/// Gates before their activation are i16 in 2^-12, after it in 2^-15; the cell is
/// i16 with a scale that is a power of two.
class QuantizedCell : public Cell {
public:
  using Cell::Cell;

  LogicalResult prepare(float cellClip) override {
    if (failed(checkStates()) || failed(readLayers()))
      return failure();
    for (unsigned gate = 0; gate < kGates; ++gate) {
      if (failed(addFactor(kInput, kInputWeights + gate, inputFactors)) ||
          failed(addFactor(kOutputState, kStateWeights + gate, stateFactors)))
        return failure();
    }
    newPart = quantizeMultiplier(std::ldexp(1.0, -30 - cellExponent));
    toHidden = quantizeMultiplier(std::ldexp(1.0, -30) / hiddenScale);
    double steps = static_cast<double>(cellClip) / std::ldexp(1.0, cellExponent);
    clip = steps > 0 ? static_cast<int64_t>(std::min(steps, 32767.0)) : 0;
    table = sigmoidTable(op.b);
    return success();
  }

  State step(Value input, State state) override {
    Type i16 = op.b.getI16Type();
    SmallVector<Value> gates;
    for (unsigned gate = 0; gate < kGates; ++gate)
      gates.push_back(elementwise(
          op.b, {ofInput[gate].apply(op.b, input), ofState[gate].apply(op.b, state.hidden)},
          stateType(i16), [&](Builder &b, ValueRange v) -> Value {
            Scalar sum =
                scaled16(b, v[0], inputFactors[gate]) + scaled16(b, v[1], stateFactors[gate]);
            sum = saturate16(sum);
            return (gate == kCellGate ? tanh16(sum, table, {}) : logistic16(sum, table, {})).to(16);
          }));
    state.cell =
        elementwise(op.b, {gates[kForgetGate], state.cell, gates[kInputGate], gates[kCellGate]},
                    stateType(i16), [&](Builder &b, ValueRange v) -> Value {
                      auto product = [&](Value x, Value y) {
                        return Scalar(b, x).to(32) * Scalar(b, y).to(32);
                      };
                      Scalar kept =
                          scaled16(b, product(v[0], v[1]), quantizeMultiplier(1.0 / 32768));
                      Scalar cell = saturate16(kept + scaled16(b, product(v[2], v[3]), newPart));
                      return (clip > 0 ? clamp(cell, -clip, clip) : cell).to(16);
                    });
    state.hidden = elementwise(
        op.b, {state.cell, gates[kOutputGate]}, stateType(op.b.getI8Type()),
        [&](Builder &b, ValueRange v) -> Value {
          Scalar product =
              tanh16(Scalar(b, v[0]).to(32), table, cellScale()) * Scalar(b, v[1]).to(32);
          Scalar hidden(b, scaleBy(op, b, product, toHidden));
          return clamp(hidden + zeroPointOf(op.input(kOutputState)), INT8_MIN, INT8_MAX).to(8);
        });
    return state;
  }

private:
  LogicalResult checkStates() {
    FailureOr<double> cell = scaleOf(op, op.input(kCellState), "the cell state");
    if (failed(cell))
      return failure();
    FailureOr<double> hidden = scaleOf(op, op.input(kOutputState), "the output state");
    if (failed(hidden))
      return failure();
    hiddenScale = *hidden;
    const Quantization &state = op.input(kOutputState).quantization;
    if (state.scales != op.output().quantization.scales ||
        state.zeroPoints != op.output().quantization.zeroPoints)
      return op.error() << "output and output state have different scales or zero points; "
                           "supported: the same";
    bool isPower = std::frexp(*cell, &cellExponent) == 0.5;
    --cellExponent;
    if (!isPower || cellExponent < -15 || cellExponent > 0 ||
        zeroPointOf(op.input(kCellState)) != 0)
      return op.error() << "the cell state has the scale " << *cell << " and the zero point "
                        << zeroPointOf(op.input(kCellState))
                        << "; supported: powers of two from 2^-15 to 1, and 0";
    if (hiddenScale < std::ldexp(1.0, -40))
      return op.error() << "the output state has the scale " << hiddenScale
                        << "; supported: from 2^-40 on";
    return success();
  }

  /// From products of a value and a weight to 2^-12.
  LogicalResult addFactor(unsigned value, unsigned weights, SmallVector<Multiplier> &factors) {
    constexpr int32_t kMaxExponent = 15;
    FailureOr<double> scale =
        scaleOf(op, op.input(value), value == kInput ? "the input" : "the output state");
    if (failed(scale))
      return failure();
    FailureOr<double> weight = scaleOf(op, op.input(weights), ("operand " + Twine(weights)).str());
    if (failed(weight))
      return failure();
    factors.push_back(quantizeMultiplier(*scale * *weight * 4096));
    if (factors.back().exponent > kMaxExponent)
      return op.error() << "the scales of operands " << value << " and " << weights << " are "
                        << *scale << " and " << *weight << "; supported: products below 8";
    return success();
  }

  static Scalar saturate16(Scalar value) { return clamp(value, INT16_MIN, INT16_MAX); }
  Scalar scaled16(Builder &b, Value value, Multiplier factor) const {
    return saturate16({b, scaleBy(op, b, value, factor)});
  }
  SigmoidScale cellScale() const {
    int64_t leftShift = 12 + cellExponent;
    return leftShift < 0 ? SigmoidScale{3, -leftShift} : SigmoidScale{3LL << leftShift, 0};
  }

  SmallVector<Multiplier> inputFactors, stateFactors; ///< by gate
  Multiplier newPart, toHidden;
  int cellExponent = 0; ///< the cell's scale is 2^cellExponent
  double hiddenScale = 0;
  int64_t clip = 0; ///< 0: none
  Value table;
};

FailureOr<Sizes> readSizes(OpImporter &op, bool isTimeMajor) {
  RankedTensorType input = op.inputType(kInput), state = op.inputType(kCellState);
  if (input.getRank() != 3 || state.getRank() != 2)
    return op.error() << "the input, " << input << ", and the cell state, " << state
                      << ", have other ranks than 3 and 2";
  Sizes sizes;
  sizes.isTimeMajor = isTimeMajor;
  sizes.batch = input.getDimSize(isTimeMajor ? 1 : 0);
  sizes.steps = input.getDimSize(isTimeMajor ? 0 : 1);
  sizes.depth = input.getDimSize(2);
  sizes.units = state.getDimSize(1);
  int64_t expected[] = {sizes.batch, sizes.units};
  for (unsigned i : {kOutputState, kCellState})
    if (op.inputType(i).getShape() != ArrayRef(expected))
      return op.error() << "operand " << i << " is " << op.inputType(i)
                        << "; the other operands need " << op.inputType(i).clone(expected);
  int64_t output[] = {input.getDimSize(0), input.getDimSize(1), sizes.units};
  if (failed(op.expectShape(output)))
    return failure();
  return sizes;
}

/// The loop over the steps; returns output, output state and cell state.
scf::ForOp emitLoop(OpImporter &op, const Sizes &sizes, Cell &cell) {
  Builder &b = op.b;
  Value input = op.value(kInput);
  auto index = [&](int64_t number) { return arith::ConstantIndexOp::create(b, number); };
  Value zero = index(0), end = index(sizes.steps), one = index(1);
  Value output =
      tensor::EmptyOp::create(b, op.outputType().getShape(), op.outputType().getElementType());
  auto loop = scf::ForOp::create(b, zero, end, one,
                                 ValueRange{output, op.value(kOutputState), op.value(kCellState)});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  ValueRange carried = loop.getRegionIterArgs();
  SmallVector<OpFoldResult> offsets(3, b.getIndexAttr(0)), strides(3, b.getIndexAttr(1));
  offsets[sizes.isTimeMajor ? 0 : 1] = loop.getInductionVar();
  auto sizesOf = [&](int64_t extent) {
    SmallVector<int64_t> shape = {sizes.batch, 1, extent};
    if (sizes.isTimeMajor)
      std::swap(shape[0], shape[1]);
    return shape;
  };
  SmallVector<int64_t> inputShape = sizesOf(sizes.depth), outputShape = sizesOf(sizes.units);
  Value slice =
      tensor::ExtractSliceOp::create(b, op.inputType(kInput).clone(inputShape), input, offsets,
                                     getAsIndexOpFoldResult(b.getContext(), inputShape), strides);
  State next = cell.step(reshape(b, slice, {sizes.batch, sizes.depth}), {carried[1], carried[2]});
  Value all =
      tensor::InsertSliceOp::create(b, reshape(b, next.hidden, outputShape), carried[0], offsets,
                                    getAsIndexOpFoldResult(b.getContext(), outputShape), strides);
  scf::YieldOp::create(b, ValueRange{all, next.hidden, next.cell});
  return loop;
}

LogicalResult importLstm(OpImporter &op) {
  auto options = op.options<schema::UnidirectionalSequenceLSTMOptions>();
  if (failed(options))
    return failure();
  if ((*options)->activation() != schema::Activation::TANH)
    return op.error() << "the cell's activation is "
                      << schema::EnumNameActivation((*options)->activation())
                      << "; supported: TANH";
  if ((*options)->diagonal_recurrent_tensors())
    return op.error() << "diagonal recurrent weights are not supported";
  FailureOr<Sizes> sizes = readSizes(op, (*options)->time_major());
  if (failed(sizes))
    return failure();
  FloatCell floatCell(op, *sizes);
  QuantizedCell quantizedCell(op, *sizes);
  Cell &cell = isFloat(op.input(kInput)) ? static_cast<Cell &>(floatCell) : quantizedCell;
  if (failed(cell.prepare((*options)->cell_clip())))
    return failure();
  scf::ForOp loop = emitLoop(op, *sizes, cell);
  if (failed(op.setVariable(kOutputState, loop.getResult(1))) ||
      failed(op.setVariable(kCellState, loop.getResult(2))))
    return failure();
  return op.setResult(loop.getResult(0));
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_LSTM, 4,
     "f32 f32 f32 f32 f32 f32 f32 f32 f32 - - - f32 f32 f32 f32 - - f32 f32 - - - - -> f32 | "
     "i8 i8 i8 i8 i8 i8 i8 i8 i8 - - - i32 i32 i32 i32 - - i8 i16 - - - - -> i8",
     importLstm},
};

} // namespace

ArrayRef<OperatorInfo> lstmOperators() { return kOperators; }

} // namespace iree_compiler::tflite
