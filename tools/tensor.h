// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dense row-major values in host memory, as the tools read and write them.
#ifndef IREE_TOOLS_TENSOR_H_
#define IREE_TOOLS_TENSOR_H_

#include "iree/runtime/api.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iree::tools {

/// A size that is known at run time only, in the types of arguments and results.
constexpr uint32_t kDynamicSize = IREE_VM_DYNAMIC_SIZE;

struct TensorType {
  iree_hal_element_type_t elementType = IREE_HAL_ELEMENT_TYPE_NONE;
  std::vector<uint32_t> shape; ///< empty: rank 0
};

struct Tensor {
  TensorType type;
  std::vector<uint8_t> data; ///< byteLength(type) bytes
};

/// "4x2xf32"; "f32" for rank 0; "?x2xf32" if the first size is dynamic.
std::string toString(const TensorType &type);

/// The type that `text` spells as above, or nothing when it is no type.
std::optional<TensorType> parseTensorType(std::string_view text);

// Throw ToolError when the number does not fit a size_t.
size_t elementCount(const TensorType &type);
size_t byteLength(const TensorType &type);

/// Whether a size of the type is dynamic: no value has this type.
bool isDynamic(const TensorType &type);

/// What a value on the command line may be.
struct Expectation {
  TensorType type;
  bool acceptsReals = false;   ///< a floating-point type of that shape will do too
  std::string whyNoReals = {}; ///< said to who gives one where an integer is wanted
};

/// The type to store a value of type `given` as: the expected one, when they
/// are compatible (iree_hal_element_type_is_compatible, equal shapes), or
/// `given`, when it is one of real numbers and those are accepted. Throws
/// ToolError otherwise.
TensorType acceptType(const Expectation &expected, const TensorType &given);

} // namespace iree::tools

#endif // IREE_TOOLS_TENSOR_H_
