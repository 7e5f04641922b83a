// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Geometry of sliding windows: convolutions and poolings.
#ifndef IREE_COMPILER_INPUT_TFLITE_WINDOW_H_
#define IREE_COMPILER_INPUT_TFLITE_WINDOW_H_

#include "compiler/Input/TFLite/OpImporter.h"

namespace iree_compiler::tflite {

/// One spatial dimension, in elements.
struct WindowDimension {
  int64_t input = 0, filter = 0, stride = 1, dilation = 1;
  int64_t output = 0, padLow = 0, padHigh = 0;
};

struct Window {
  WindowDimension height, width;
};

/// Fills in outputs and padding. An error if filter, stride or dilation is not
/// positive, or if no window fits.
mlir::LogicalResult placeWindow(OpImporter &op, schema::Padding padding, Window &window);

/// Adds the window's padding, elements `padding`, to an NHWC value.
mlir::Value padForWindow(OpImporter &op, mlir::Value value, const Window &window,
                         mlir::Value padding);

/// Attributes of linalg's convolutions and poolings.
llvm::SmallVector<mlir::NamedAttribute> windowAttributes(mlir::Builder &builder,
                                                         const Window &window);

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_WINDOW_H_
