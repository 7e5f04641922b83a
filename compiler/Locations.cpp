// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Locations.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

static void collect(Location location, SmallVectorImpl<std::string> &texts) {
  if (auto fused = dyn_cast<FusedLoc>(location)) {
    for (Location each : fused.getLocations())
      collect(each, texts);
    return;
  }
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (auto file = dyn_cast<FileLineColLoc>(location))
    stream << llvm::sys::path::filename(file.getFilename()) << ":" << file.getLine() << ":"
           << file.getColumn();
  else if (auto name = dyn_cast<NameLoc>(location))
    stream << name.getName().getValue();
  else
    stream << location;
  if (!llvm::is_contained(texts, text))
    texts.push_back(text);
}

std::string iree_compiler::describeLocation(Location location) {
  SmallVector<std::string> texts;
  collect(location, texts);
  return llvm::join(texts, ", ");
}
