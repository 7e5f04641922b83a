// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Single elements: text to bytes and back.
#ifndef IREE_TOOLS_ELEMENT_H_
#define IREE_TOOLS_ELEMENT_H_

#include "iree/hal/api.h"

#include <cstdint>
#include <string>

namespace iree::tools {

bool isFloat(iree_hal_element_type_t type);

/// Writes the element that `text` spells to `target`, of the element's size.
/// Integers: decimal or 0x, of the type's range (signless ones of both
/// ranges); i1: 0, 1, true, false; floats: what strtod takes, rounded to
/// nearest even. Throws ToolError on anything else.
void parseElement(iree_hal_element_type_t type, const std::string &text, uint8_t *target);

enum class Precision {
  Short, ///< six digits, as IREE prints
  Exact  ///< as many digits as tell neighbours apart
};

/// Floats as %G, integers in decimal (signless as signed), i1 as 0 or 1.
std::string formatElement(iree_hal_element_type_t type, const uint8_t *source,
                          Precision precision = Precision::Short);

/// The value of an integer element, signless ones as signed; of an unsigned one
/// of 64 bits, the bits.
int64_t decodeInteger(iree_hal_element_type_t type, const uint8_t *source);

/// The value of a floating-point element.
double decodeFloat(iree_hal_element_type_t type, const uint8_t *source);

} // namespace iree::tools

#endif // IREE_TOOLS_ELEMENT_H_
