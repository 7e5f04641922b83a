// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_TOOLS_VALUE_PRINTER_H_
#define IREE_TOOLS_VALUE_PRINTER_H_

#include "tools/tensor.h"

namespace iree::tools {

/// "2x2xi32=[1 2][3 4]": the type and the elements, each dimension but the
/// innermost in brackets. After `maxElements` elements follows "...".
std::string formatTensor(const Tensor &tensor, size_t maxElements);

} // namespace iree::tools

#endif // IREE_TOOLS_VALUE_PRINTER_H_
