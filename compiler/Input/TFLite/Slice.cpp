// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parts of tensors, and tensors of parts: PACK, REVERSE_V2, SLICE, SPLIT,
// SPLIT_V, STRIDED_SLICE, UNPACK.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// One dimension of a slice, `count` elements from `begin` on; the step may be
/// negative.
struct Range {
  int64_t begin = 0, count = 0, step = 1;
};

Value slice(ImplicitLocOpBuilder &b, Value value, ArrayRef<Range> ranges) {
  SmallVector<OpFoldResult> offsets, sizes, strides;
  SmallVector<int64_t> shape;
  for (const Range &range : ranges) {
    int64_t last = range.begin + (range.count - 1) * range.step;
    offsets.push_back(b.getIndexAttr(std::min(range.begin, last)));
    sizes.push_back(b.getIndexAttr(range.count));
    strides.push_back(b.getIndexAttr(std::abs(range.step)));
    shape.push_back(range.count);
  }
  auto type = cast<RankedTensorType>(value.getType()).clone(shape);
  if (type != value.getType())
    value = tensor::ExtractSliceOp::create(b, type, value, offsets, sizes, strides);
  for (auto [axis, range] : llvm::enumerate(ranges))
    if (range.step < 0)
      value = tosa::ReverseOp::create(b, type, value, static_cast<uint32_t>(axis));
  return value;
}

/// All of a tensor.
SmallVector<Range> wholeOf(RankedTensorType type) {
  return llvm::map_to_vector(type.getShape(), [](int64_t extent) { return Range{0, extent}; });
}

LogicalResult importReverse(OpImporter &op) {
  if (failed(checkSameShape(op)))
    return failure();
  auto axes = readAxes(op, 1);
  if (failed(axes))
    return failure();
  Value value = op.value(0);
  for (int64_t axis : *axes)
    value = tosa::ReverseOp::create(op.b, op.outputType(), value, static_cast<uint32_t>(axis));
  return op.setResult(value);
}

/// The declared output says how much is taken, the operand from where.
LogicalResult importSlice(OpImporter &op) {
  auto begins = op.integers(1, "the list of first elements");
  if (failed(begins))
    return failure();
  RankedTensorType input = op.inputType(0), output = op.outputType();
  if (output.getRank() != input.getRank() || begins->size() != static_cast<size_t>(input.getRank()))
    return op.error() << "the input, " << input << ", the output, " << output << ", and "
                      << begins->size() << " first elements differ in rank";
  SmallVector<Range> ranges;
  for (auto [i, begin] : llvm::enumerate(*begins)) {
    auto axis = static_cast<unsigned>(i);
    int64_t extent = input.getDimSize(axis), count = output.getDimSize(axis);
    if (begin < 0 || begin > extent - count)
      return op.error() << count << " elements from " << begin << " on exceed dimension " << i
                        << " of the input, " << input;
    ranges.push_back({begin, count});
  }
  return op.setResult(slice(op.b, op.value(0), ranges));
}

/// The elements of one dimension between two bounds, as numpy counts: negative
/// bounds from the end, beyond the ends none. A bound may be left out.
Range rangeBetween(int64_t extent, std::optional<int64_t> begin, std::optional<int64_t> end,
                   int64_t step) {
  int64_t low = step > 0 ? 0 : -1, high = step > 0 ? extent : extent - 1;
  auto place = [&](std::optional<int64_t> bound, int64_t otherwise) {
    if (!bound)
      return otherwise;
    return std::clamp(*bound < 0 ? *bound + extent : *bound, low, high);
  };
  int64_t first = place(begin, step > 0 ? low : high), last = place(end, step > 0 ? high : low);
  int64_t distance = step > 0 ? last - first : first - last, size = std::abs(step);
  return {first, std::max<int64_t>((distance + size - 1) / size, 0), step};
}

/// What the bounds and masks of STRIDED_SLICE take, and the result's shape.
struct StridedSlice {
  SmallVector<Range> ranges; ///< of each dimension of the input
  SmallVector<int64_t> shape;
};

FailureOr<StridedSlice> readStridedSlice(OpImporter &op, const schema::StridedSliceOptions &options,
                                         ArrayRef<int64_t> begins, ArrayRef<int64_t> ends,
                                         ArrayRef<int64_t> steps) {
  RankedTensorType input = op.inputType(0);
  auto isSet = [](int32_t mask, size_t i) { return (static_cast<uint32_t>(mask) >> i & 1) != 0; };
  auto names = [&](size_t i) { // a dimension of the input
    return !isSet(options.ellipsis_mask(), i) && !isSet(options.new_axis_mask(), i);
  };
  size_t named = 0, rank = static_cast<size_t>(input.getRank());
  for (size_t i = 0; i < begins.size(); ++i)
    named += names(i) ? 1 : 0;
  if (named > rank)
    return op.error() << "the bounds name " << named << " dimensions; the input has " << rank;
  StridedSlice result;
  auto takeWhole = [&](size_t count) {
    for (; count > 0; --count) {
      result.shape.push_back(input.getDimSize(static_cast<unsigned>(result.ranges.size())));
      result.ranges.push_back({0, result.shape.back()});
    }
  };
  bool hasEllipsis = false;
  for (size_t i = 0; i < begins.size(); ++i) {
    if (isSet(options.ellipsis_mask(), i)) {
      takeWhole(hasEllipsis ? 0 : rank - named);
      hasEllipsis = true;
    } else if (!names(i)) {
      result.shape.push_back(1);
    } else {
      size_t axis = result.ranges.size();
      int64_t extent = input.getDimSize(static_cast<unsigned>(axis));
      bool isIndex = isSet(options.shrink_axis_mask(), i);
      int64_t step = isIndex ? 1 : steps[i], begin = begins[i];
      int64_t end = options.offset() ? begin + ends[i] : ends[i];
      if (isIndex && begin >= -extent && begin < extent)
        begin += begin < 0 ? extent : 0;
      Range range{begin, 1};
      if (!isIndex && step != 0)
        range = rangeBetween(
            extent, isSet(options.begin_mask(), i) ? std::nullopt : std::optional(begin),
            isSet(options.end_mask(), i) ? std::nullopt : std::optional(end), step);
      if (step == 0 || range.count == 0 || range.begin < 0 || range.begin >= extent)
        return op.error() << "bounds " << begins[i] << " and " << ends[i] << " with the stride "
                          << steps[i] << " take no element of dimension " << axis
                          << " of the input, " << input;
      result.ranges.push_back(range);
      if (!isIndex)
        result.shape.push_back(range.count);
    }
  }
  takeWhole(rank - result.ranges.size());
  return result;
}

LogicalResult importStridedSlice(OpImporter &op) {
  auto options = op.options<schema::StridedSliceOptions>();
  if (failed(options))
    return failure();
  SmallVector<int64_t> bounds[3];
  for (unsigned i = 0; i < 3; ++i) {
    auto integers = op.integers(i + 1, i == 0   ? "the list of first elements"
                                       : i == 1 ? "the list of ends"
                                                : "the list of strides");
    if (failed(integers))
      return failure();
    bounds[i] = *integers;
    if (bounds[i].size() != bounds[0].size() || bounds[i].size() > 32)
      return op.error() << "the lists of bounds have " << bounds[0].size() << " and "
                        << bounds[i].size() << " elements; supported: the same, up to 32";
  }
  auto strided = readStridedSlice(op, **options, bounds[0], bounds[1], bounds[2]);
  if (failed(strided) || failed(op.expectShape(strided->shape)))
    return failure();
  Value value = slice(op.b, op.value(0), strided->ranges);
  return op.setResult(reshape(op.b, value, op.outputType().getShape()));
}

/// Consecutive parts along an axis, as large as the declared outputs; `isUnit`:
/// the outputs do not have that dimension.
LogicalResult splitAlong(OpImporter &op, unsigned input, int64_t axisOption, bool isUnit) {
  RankedTensorType type = op.inputType(input);
  FailureOr<int64_t> axis = checkAxis(op, axisOption, type.getRank());
  if (failed(axis))
    return failure();
  auto dimension = static_cast<unsigned>(*axis);
  SmallVector<Range> ranges = wholeOf(type);
  int64_t begin = 0;
  for (unsigned i = 0; i < op.numOutputs(); ++i) {
    SmallVector<int64_t> shape(op.outputType(i).getShape());
    if (isUnit)
      shape.insert(shape.begin() + std::min<int64_t>(*axis, static_cast<int64_t>(shape.size())), 1);
    bool fits = shape.size() == ranges.size();
    for (size_t j = 0; fits && j < shape.size(); ++j)
      fits = j == dimension ? shape[j] <= type.getDimSize(dimension) - begin
                            : shape[j] == ranges[j].count;
    if (!fits)
      return op.error() << "output " << i << ", " << op.outputType(i)
                        << ", is no part of what the outputs before leave of the input, " << type
                        << ", along dimension " << *axis;
    ranges[dimension] = {begin, shape[dimension]};
    begin += shape[dimension];
    Value part = slice(op.b, op.value(input), ranges);
    if (failed(op.setResult(reshape(op.b, part, op.outputType(i).getShape()), i)))
      return failure();
  }
  if (begin != type.getDimSize(dimension))
    return op.error() << "the outputs have " << begin << " elements along dimension " << *axis
                      << ", the input, " << type << ", has " << type.getDimSize(dimension);
  return success();
}

LogicalResult importSplit(OpImporter &op) {
  FailureOr<int64_t> axis = readInteger(op, 0, "the axis");
  if (failed(axis))
    return failure();
  for (unsigned i = 1; i < op.numOutputs(); ++i)
    if (op.outputType(i) != op.outputType(0))
      return op.error() << "output " << i << ", " << op.outputType(i) << ", differs from output 0, "
                        << op.outputType(0);
  return splitAlong(op, 1, *axis, /*isUnit=*/false);
}

LogicalResult importSplitV(OpImporter &op) {
  FailureOr<int64_t> axis = readInteger(op, 2, "the axis");
  return failed(axis) ? failure() : splitAlong(op, 0, *axis, /*isUnit=*/false);
}

LogicalResult importUnpack(OpImporter &op) {
  auto options = op.options<schema::UnpackOptions>();
  return failed(options) ? failure() : splitAlong(op, 0, (*options)->axis(), /*isUnit=*/true);
}

LogicalResult importPack(OpImporter &op) {
  auto options = op.options<schema::PackOptions>();
  if (failed(options))
    return failure();
  FailureOr<int64_t> axis = checkAxis(op, (*options)->axis(), op.inputType(0).getRank() + 1);
  if (failed(axis))
    return failure();
  SmallVector<int64_t> unit(op.inputType(0).getShape());
  unit.insert(unit.begin() + *axis, 1);
  SmallVector<Value> parts;
  for (unsigned i = 0; i < op.numInputs(); ++i) {
    if (op.inputType(i) != op.inputType(0))
      return op.error() << "operand " << i << ", " << op.inputType(i)
                        << ", differs from operand 0, " << op.inputType(0);
    parts.push_back(reshape(op.b, op.value(i), unit));
  }
  unit[static_cast<size_t>(*axis)] = static_cast<int64_t>(parts.size());
  if (failed(op.expectShape(unit)))
    return failure();
  return op.setResult(parts.size() == 1 ? parts[0]
                                        : tensor::ConcatOp::create(op.b, *axis, parts).getResult());
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::PACK, 4, "T... -> T", importPack},
    {BuiltinOperator::REVERSE_V2, 3, "T i32 -> T", importReverse},
    {BuiltinOperator::SLICE, 5, "T i32 i32 -> T | T i64 i64 -> T", importSlice},
    {BuiltinOperator::SPLIT, 4, "i32 T -> T...", importSplit},
    {BuiltinOperator::SPLIT_V, 2, "T i32 i32 -> T...", importSplitV},
    {BuiltinOperator::STRIDED_SLICE, 8, "T i32 i32 i32 -> T", importStridedSlice},
    {BuiltinOperator::UNPACK, 4, "T -> T...", importUnpack},
};

} // namespace

ArrayRef<OperatorInfo> sliceOperators() { return kOperators; }

} // namespace iree_compiler::tflite
