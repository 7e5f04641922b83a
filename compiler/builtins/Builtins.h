// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bitcode of the functions kernels may call, see README.md.
#pragma once

#include <cstddef>

namespace iree_compiler {

struct EmbeddedBitcode {
  const unsigned char *data; // 64-byte aligned, static
  size_t size;
};

// The bitcode for targets with pointers of 32 or 64 bits; empty for any other
// width. The module has no triple, data layout, target attributes or flags.
EmbeddedBitcode builtinsBitcode(unsigned pointerBits);

} // namespace iree_compiler
