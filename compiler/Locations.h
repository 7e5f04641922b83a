// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_LOCATIONS_H_
#define IREE_COMPILER_LOCATIONS_H_

#include "mlir/IR/Location.h"
#include <string>

namespace iree_compiler {

/// The places in the model that a location is made of, each once, separated by
/// commas: "model.mlir:3:8" or the layer's name.
std::string describeLocation(mlir::Location location);

} // namespace iree_compiler

#endif // IREE_COMPILER_LOCATIONS_H_
