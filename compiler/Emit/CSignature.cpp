// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/CFunction.h"
#include "compiler/Schedule/Sizes.h"

using namespace mlir;
using namespace iree_compiler;

/// "int8_t" and so on, and how many of them are one element.
static std::pair<std::string, unsigned> cElement(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (auto complex = dyn_cast<ComplexType>(element))
    return {cElement(complex.getElementType()).first, 2};
  if (element.isF32())
    return {"float", 1};
  if (element.isF64())
    return {"double", 1};
  bool isSigned = element.isInteger() && !element.isInteger(1) && !element.isUnsignedInteger();
  return {(isSigned ? "int" : "uint") + std::to_string(8 * elementBytes(element)) + "_t", 1};
}

bool CValue::isDynamic() const {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped && !shaped.hasStaticShape();
}

static std::vector<std::pair<std::string, std::string>> parameters(const CSignature &signature) {
  std::vector<std::pair<std::string, std::string>> list; // name, declaration
  auto array = [&](const CValue &value, StringRef qualifier) {
    std::string start = (qualifier + value.cType).str() + " ";
    uint64_t count = value.bytes / elementBytes(getElementTypeOrSelf(value.type)) * value.repeats;
    list.push_back({value.name, count == 0
                                    ? start + "*" + value.name
                                    : start + value.name + "[" + std::to_string(count) + "]"});
  };
  for (const CValue &value : signature.arguments) {
    array(value, "const ");
    for (const std::string &size : value.sizes)
      list.push_back({size, "int32_t " + size});
  }
  for (const CValue &value : signature.results) {
    array(value, "");
    if (value.isDynamic()) {
      list.push_back({value.capacity, "size_t " + value.capacity});
      list.push_back({value.shape, "int32_t " + value.shape + "[" +
                                       std::to_string(cast<ShapedType>(value.type).getRank()) +
                                       "]"});
    }
  }
  if (signature.hasState)
    list.push_back({"state", "void *state"});
  list.push_back({"arena", "void *arena"});
  if (signature.hasArenaBytes)
    list.push_back({"arena_bytes", "size_t arena_bytes"});
  return list;
}

std::string CSignature::declaration(StringRef functionName) const {
  std::string text = ("int " + functionName + "(").str();
  std::string indent(text.size(), ' ');
  size_t column = text.size();
  for (auto [index, parameter] : llvm::enumerate(parameters(*this))) {
    if (index) {
      text += ",";
      bool fits = column + parameter.second.size() + 3 <= 100;
      text += fits ? " " : "\n" + indent;
      column = fits ? column + 2 : indent.size();
    }
    text += parameter.second;
    column += parameter.second.size();
  }
  return text + ")";
}

std::string CSignature::parameterNames() const {
  std::string text;
  for (const auto &parameter : parameters(*this))
    text += (text.empty() ? "" : ", ") + parameter.first;
  return text;
}

CSignature iree_compiler::signatureForC(program::FuncOp func, const CModule &module, StringRef name,
                                        CScope &macros) {
  CSignature signature;
  signature.name = name.str();
  signature.hasState = module.stateBytes != 0;
  CScope scope;
  reserveCWords(scope);
  scope.reserveBeginning(module.names.macroPrefix + "_");
  for (const std::string &taken : module.names.functions)
    scope.reserve(taken);
  for (const std::string &taken : module.names.kernels)
    scope.reserve(taken);
  auto type = cast<FunctionType>(func.getFunctionType());
  auto describe = [&](StringRef given, Type each) {
    CValue value;
    value.given = given.str();
    value.name = scope.add(given);
    std::tie(value.cType, value.repeats) = cElement(each);
    value.type = each;
    value.bytes = denseBytes(each);
    signature.hasArenaBytes |= value.isDynamic();
    return value;
  };
  auto placeInArena = [&](CValue &value, int64_t offset) {
    value.arenaOffset = static_cast<uint64_t>(offset);
    std::string rest = (name.drop_front(module.names.prefix.size()) + "_" + value.name).str();
    value.offsetMacro = macros.add(StringRef(rest + "_OFFSET").upper(), module.names.macroPrefix);
  };
  std::optional<ArrayRef<int64_t>> argumentOffsets = func.getArgumentOffsets();
  for (auto [number, given, each] :
       llvm::enumerate(func.getArgumentNames().getAsValueRange<StringAttr>(), type.getInputs())) {
    CValue value = describe(given, each);
    if (argumentOffsets && (*argumentOffsets)[number] >= 0)
      placeInArena(value, (*argumentOffsets)[number]);
    if (value.isDynamic())
      for (auto [index, extent] : llvm::enumerate(cast<ShapedType>(each).getShape()))
        if (ShapedType::isDynamic(extent))
          value.sizes.push_back(scope.add(value.name + "_dim" + std::to_string(index)));
    signature.arguments.push_back(value);
  }
  for (auto [given, each, offset] :
       llvm::zip_equal(func.getResultNames().getAsValueRange<StringAttr>(), type.getResults(),
                       func.getResultOffsets())) {
    CValue value = describe(given, each);
    if (value.isDynamic()) {
      value.capacity = scope.add(value.name + "_capacity");
      value.shape = scope.add(value.name + "_shape");
    } else {
      placeInArena(value, offset);
    }
    signature.results.push_back(value);
  }
  func.walk([&](program::ReserveOp) { signature.hasArenaBytes = true; });
  return signature;
}
