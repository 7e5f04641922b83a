// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/KernelCodegen.h"
#include "compiler/Schedule/Sizes.h"
#include "schemas/kernel_abi.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace iree_compiler;

namespace {

/// Builds tables whose references are relative to the field that holds them.
class TableBuilder {
public:
  TableBuilder(llvm::Module &module, unsigned pointerBits)
      : module(module), context(module.getContext()), i16(llvm::Type::getInt16Ty(context)),
        i32(llvm::Type::getInt32Ty(context)), address(llvm::Type::getIntNTy(context, pointerBits)) {
  }

  llvm::Constant *number(uint64_t value) { return llvm::ConstantInt::get(i32, value); }
  llvm::Constant *shortNumber(uint64_t value) { return llvm::ConstantInt::get(i16, value); }

  /// target - address of field `field` in element `element` of `holder`.
  llvm::Constant *relative(llvm::Constant *target, llvm::GlobalVariable *holder,
                           llvm::ArrayRef<uint64_t> path) {
    llvm::SmallVector<llvm::Constant *> indices = {number(0)};
    for (uint64_t index : path)
      indices.push_back(number(index));
    llvm::Constant *field =
        llvm::ConstantExpr::getInBoundsGetElementPtr(holder->getValueType(), holder, indices);
    llvm::Constant *difference =
        llvm::ConstantExpr::getSub(llvm::ConstantExpr::getPtrToInt(target, address),
                                   llvm::ConstantExpr::getPtrToInt(field, address));
    return address == i32 ? difference : llvm::ConstantExpr::getTrunc(difference, i32);
  }

  llvm::GlobalVariable *string(llvm::StringRef text, llvm::StringRef name) {
    auto *data = llvm::ConstantDataArray::getString(context, text);
    auto *global = constant(data->getType(), name);
    global->setInitializer(data);
    global->setAlignment(llvm::Align(1));
    return global;
  }

  llvm::GlobalVariable *constant(llvm::Type *type, llvm::StringRef name) {
    return new llvm::GlobalVariable(module, type, /*isConstant=*/true,
                                    llvm::GlobalValue::InternalLinkage, nullptr, name);
  }

  llvm::Module &module;
  llvm::LLVMContext &context;
  llvm::Type *i16, *i32, *address;
};

/// query(max_version, environment) returns the table unless it is too new.
void createQuery(TableBuilder &tables, llvm::GlobalVariable *table, llvm::StringRef name) {
  auto *pointer = llvm::PointerType::getUnqual(tables.context);
  auto *type = llvm::FunctionType::get(pointer, {tables.i32, pointer}, false);
  auto *query =
      llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, name, tables.module);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(tables.context, "entry", query));
  llvm::Value *knows =
      builder.CreateICmpUGE(query->getArg(0), tables.number(IREE_KERNEL_ABI_VERSION_MAX));
  builder.CreateRet(builder.CreateSelect(knows, table, llvm::ConstantPointerNull::get(pointer)));
}

} // namespace

std::unique_ptr<llvm::Module>
iree_compiler::createLibraryTable(llvm::LLVMContext &context, llvm::ArrayRef<LibraryExport> exports,
                                  llvm::StringRef libraryName, llvm::StringRef queryName,
                                  uint32_t identity, const Target &target,
                                  const llvm::DataLayout &layout) {
  auto module = std::make_unique<llvm::Module>("library_table", context);
  module->setDataLayout(layout);
  TableBuilder tables(*module, target.pointerBits);
  auto *exportType =
      llvm::StructType::get(context, {tables.i32, tables.i32, tables.i16, tables.i16, tables.i32});
  auto *exportsType = llvm::ArrayType::get(exportType, exports.size());
  llvm::GlobalVariable *exportTable = tables.constant(exportsType, "exports");
  llvm::SmallVector<llvm::Constant *> rows;
  auto *kernelType = llvm::FunctionType::get(tables.i32, false);
  for (size_t i = 0; i < exports.size(); ++i) {
    auto *entry = llvm::Function::Create(kernelType, llvm::GlobalValue::ExternalLinkage,
                                         exports[i].name, *module);
    entry->setVisibility(llvm::GlobalValue::HiddenVisibility);
    entry->setDSOLocal(true);
    llvm::GlobalVariable *name = tables.string(exports[i].name, "name");
    rows.push_back(llvm::ConstantStruct::get(
        exportType,
        {tables.relative(entry, exportTable, {i, 0}), tables.relative(name, exportTable, {i, 1}),
         tables.shortNumber(exports[i].bindingCount), tables.shortNumber(exports[i].constantCount),
         tables.number(exports[i].stackBytes)}));
  }
  exportTable->setInitializer(llvm::ConstantArray::get(exportsType, rows));
  exportTable->setAlignment(llvm::Align(4));

  llvm::SmallVector<llvm::Type *> fields(8, tables.i32);
  auto *tableType = llvm::StructType::get(context, fields);
  llvm::GlobalVariable *table = tables.constant(tableType, "library");
  llvm::GlobalVariable *name = tables.string(libraryName, "library_name");
  table->setInitializer(llvm::ConstantStruct::get(
      tableType,
      {tables.number(IREE_KERNEL_LIBRARY_MAGIC), tables.number(IREE_KERNEL_ABI_VERSION_MAX),
       tables.relative(name, table, {2}), tables.number(target.requiredFeatures),
       tables.number(identity), tables.number(static_cast<uint32_t>(target.bufferAlignment())),
       tables.number(exports.size()), tables.relative(exportTable, table, {7})}));
  table->setAlignment(llvm::Align(4));
  createQuery(tables, table, queryName);
  return module;
}
