// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// numpy's file format (numpy.lib.format), versions 1.0 and 2.0: little-endian,
// C order. bfloat16, which numpy lacks, is '<V2', as ml_dtypes writes it.
#ifndef IREE_TOOLS_NPY_H_
#define IREE_TOOLS_NPY_H_

#include "tools/tensor.h"

namespace iree::tools {

/// The type that a header dictionary states, e.g.
/// "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".
/// Throws ToolError on everything that cannot be used.
TensorType parseNpyHeader(std::string_view header);

/// Reads a whole file; throws ToolError when it is malformed or not of a type
/// that acceptType accepts.
Tensor readNpy(const std::string &path, const Expectation &expected);

/// The bytes of a version 1.0 file.
std::vector<uint8_t> encodeNpy(const Tensor &tensor);

} // namespace iree::tools

#endif // IREE_TOOLS_NPY_H_
