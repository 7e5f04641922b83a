// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/Window.h"

#include "compiler/Input/TFLite/Builders.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

LogicalResult place(OpImporter &op, schema::Padding padding, WindowDimension &dimension,
                    StringRef name) {
  if (dimension.filter <= 0 || dimension.stride <= 0 || dimension.dilation <= 0)
    return op.error() << name << " of the window has filter " << dimension.filter << ", stride "
                      << dimension.stride << ", dilation " << dimension.dilation
                      << "; supported: positive numbers";
  int64_t extent = (dimension.filter - 1) * dimension.dilation + 1;
  if (padding == schema::Padding::VALID) {
    if (dimension.input < extent)
      return op.error() << name << " of the input is " << dimension.input
                        << ", less than that of the window, " << extent;
    dimension.output = (dimension.input - extent) / dimension.stride + 1;
    return success();
  }
  if (padding != schema::Padding::SAME)
    return op.error() << "unknown padding " << static_cast<int>(padding);
  dimension.output = llvm::divideCeil(dimension.input, dimension.stride);
  int64_t missing =
      std::max<int64_t>((dimension.output - 1) * dimension.stride + extent - dimension.input, 0);
  dimension.padLow = missing / 2;
  dimension.padHigh = missing - dimension.padLow;
  return success();
}

} // namespace

LogicalResult placeWindow(OpImporter &op, schema::Padding padding, Window &window) {
  if (failed(place(op, padding, window.height, "the height")))
    return failure();
  return place(op, padding, window.width, "the width");
}

Value padForWindow(OpImporter &op, Value value, const Window &window, Value padding) {
  return pad(op.b, value, {0, window.height.padLow, window.width.padLow, 0},
             {0, window.height.padHigh, window.width.padHigh, 0}, padding);
}

SmallVector<NamedAttribute> windowAttributes(Builder &builder, const Window &window) {
  auto pair = [&](int64_t height, int64_t width) {
    return builder.getI64TensorAttr({height, width});
  };
  return {builder.getNamedAttr("strides", pair(window.height.stride, window.width.stride)),
          builder.getNamedAttr("dilations", pair(window.height.dilation, window.width.dilation))};
}

} // namespace iree_compiler::tflite
