// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/value_printer.h"

#include "tools/element.h"

namespace iree::tools {

namespace {

class Printer {
public:
  Printer(const Tensor &valueToPrint, size_t maxElements)
      : tensor(valueToPrint), elementsLeft(maxElements) {}

  std::string print() {
    text = toString(tensor.type) + "=";
    if (!tensor.data.empty())
      printDimension(0);
    return std::move(text);
  }

private:
  void printDimension(size_t dimension) {
    const std::vector<uint32_t> &shape = tensor.type.shape;
    if (dimension == shape.size())
      return printElement();
    bool isInnermost = dimension + 1 == shape.size();
    for (uint32_t i = 0; i < shape[dimension]; ++i) {
      if (elementsLeft == 0) {
        text += "...";
        return;
      }
      if (!isInnermost)
        text += '[';
      else if (i > 0)
        text += ' ';
      printDimension(dimension + 1);
      if (!isInnermost)
        text += ']';
    }
  }

  void printElement() {
    if (elementsLeft == 0) { // a limit of 0, rank 0
      text += "...";
      return;
    }
    --elementsLeft;
    text += formatElement(tensor.type.elementType, tensor.data.data() + position);
    position += iree_hal_element_dense_byte_count(tensor.type.elementType);
  }

  const Tensor &tensor;
  size_t elementsLeft;
  size_t position = 0; ///< bytes
  std::string text;
};

} // namespace

std::string formatTensor(const Tensor &tensor, size_t maxElements) {
  return Printer(tensor, maxElements).print();
}

} // namespace iree::tools
