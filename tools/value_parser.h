// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values on the command line. Grammar (docs: tools/README.md):
//
//   value    := type "=" contents | type | element | "@" path.npy
//   contents := "@" path.bin | elements, with brackets as the shape has them
//   type     := (dimension "x")* element type
#ifndef IREE_TOOLS_VALUE_PARSER_H_
#define IREE_TOOLS_VALUE_PARSER_H_

#include "tools/tensor.h"

namespace iree::tools {

/// The value that `text` spells, which must be compatible with `expected`; the
/// result's type is `expected`. Types are compared before memory is allocated
/// for the contents. Throws ToolError otherwise.
Tensor parseValue(std::string_view text, const TensorType &expected);

} // namespace iree::tools

#endif // IREE_TOOLS_VALUE_PARSER_H_
