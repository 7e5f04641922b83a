// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The two writers of iree-dump-module.
#ifndef IREE_TOOLS_DUMP_H_
#define IREE_TOOLS_DUMP_H_

#include "tools/module_description.h"

#include <cstdio>

namespace iree::tools {

/// For people; the layout may change.
void printMetadata(const ModuleDescription &module, std::FILE *out);
void printDisassembly(const ModuleDescription &module, std::FILE *out);

/// For programs: a JSON document whose keys tools/README.md describes.
std::string toJson(const ModuleDescription &module);

} // namespace iree::tools

#endif // IREE_TOOLS_DUMP_H_
