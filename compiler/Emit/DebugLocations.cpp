// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/DebugLocations.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace {

/// The place in the model that a location stands for, or null.
FileLineColLoc placeOf(Location location) {
  if (auto file = dyn_cast<FileLineColLoc>(location))
    return file;
  if (auto name = dyn_cast<NameLoc>(location)) {
    if (FileLineColLoc child = placeOf(name.getChildLoc()))
      return child;
    return FileLineColLoc::get(name.getContext(), name.getName(), 1, 0);
  }
  if (auto call = dyn_cast<CallSiteLoc>(location)) {
    if (FileLineColLoc callee = placeOf(call.getCallee()))
      return callee;
    return placeOf(call.getCaller());
  }
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location each : fused.getLocations())
      if (FileLineColLoc place = placeOf(each))
        return place;
  return {};
}

LLVM::DIFileAttr fileOf(FileLineColLoc place) {
  StringRef path = place.getFilename().getValue();
  return LLVM::DIFileAttr::get(place.getContext(), llvm::sys::path::filename(path),
                               llvm::sys::path::parent_path(path));
}

LLVM::DISubprogramAttr createSubprogram(LLVM::LLVMFuncOp func, LLVM::DICompileUnitAttr unit,
                                        FileLineColLoc place) {
  MLIRContext *context = func.getContext();
  auto type = LLVM::DISubroutineTypeAttr::get(context, llvm::dwarf::DW_CC_normal, {});
  auto flags = LLVM::DISubprogramFlags::Optimized | LLVM::DISubprogramFlags::Definition;
  return LLVM::DISubprogramAttr::get(context, DistinctAttr::create(UnitAttr::get(context)), unit,
                                     fileOf(place), func.getNameAttr(), func.getNameAttr(),
                                     fileOf(place), place.getLine(), place.getLine(), flags, type,
                                     {}, {});
}

/// An instruction's line belongs to its function's file unless its scope says
/// otherwise.
void locateBody(LLVM::LLVMFuncOp func, LLVM::DISubprogramAttr subprogram, FileLineColLoc whole) {
  func.walk([&](Operation *op) {
    if (op == func)
      return;
    FileLineColLoc place = placeOf(op->getLoc());
    if (!place)
      place = whole;
    if (place.getFilename() == whole.getFilename())
      return op->setLoc(place);
    auto scope = LLVM::DILexicalBlockFileAttr::get(subprogram, fileOf(place), 0);
    op->setLoc(FusedLoc::get(op->getContext(), {place}, scope));
  });
}

} // namespace

void iree_compiler::addDebugLocations(ModuleOp kernels) {
  MLIRContext *context = kernels.getContext();
  FileLineColLoc main = placeOf(kernels.getLoc());
  if (!main)
    main = FileLineColLoc::get(context, "model", 1, 0);
  auto unit = LLVM::DICompileUnitAttr::get(
      DistinctAttr::create(UnitAttr::get(context)), llvm::dwarf::DW_LANG_C, fileOf(main),
      StringAttr::get(context, "iree-compile"), /*isOptimized=*/true,
      LLVM::DIEmissionKind::LineTablesOnly);
  for (auto func : kernels.getOps<LLVM::LLVMFuncOp>()) {
    if (func.isExternal())
      continue;
    FileLineColLoc place = placeOf(func.getLoc());
    if (!place)
      place = main;
    LLVM::DISubprogramAttr subprogram = createSubprogram(func, unit, place);
    func->setLoc(FusedLoc::get(context, {place}, subprogram));
    locateBody(func, subprogram, place);
  }
}
