// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Builtins.h"

extern "C" {
#include "iree_builtins32.h"
#include "iree_builtins64.h"
}

namespace iree_compiler {

EmbeddedBitcode builtinsBitcode(unsigned pointerBits) {
  if (pointerBits == 32)
    return {iree_builtins32, iree_builtins32_size};
  if (pointerBits == 64)
    return {iree_builtins64, iree_builtins64_size};
  return {nullptr, 0};
}

} // namespace iree_compiler
