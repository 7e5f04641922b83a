// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values on the command line. Grammar (docs: tools/README.md):
//
//   value    := type "=" contents | type | element | "@" path.npy
//   contents := "@" path.npy | "@" path | elements, with brackets as the shape has them
//   type     := (dimension "x")* element type
#ifndef IREE_TOOLS_VALUE_PARSER_H_
#define IREE_TOOLS_VALUE_PARSER_H_

#include "tools/tensor.h"

namespace iree::tools {

/// The value that `text` spells, of the type that acceptType chooses. Types are
/// compared before memory is allocated for the contents. Throws ToolError on
/// everything else.
Tensor parseValue(std::string_view text, const Expectation &expected);

} // namespace iree::tools

#endif // IREE_TOOLS_VALUE_PARSER_H_
