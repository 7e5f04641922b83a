// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/element.h"
#include "iree/check/api.h"

namespace {

bool isClose(double actual, double expected, const iree_vm_check_t *check) {
  if (actual == expected) // infinities too
    return true;
  double difference = actual - expected;
  double magnitude = expected < 0 ? -expected : expected;
  if (magnitude == __builtin_inf() || actual - actual != 0)
    return false;
  double bound = static_cast<double>(check->atol) + static_cast<double>(check->rtol) * magnitude;
  return (difference < 0 ? -difference : difference) <= bound;
}

bool isAlmostEqual(const iree_vm_check_t *check, iree_hal_element_type_t type,
                   const uint8_t *actual, const uint8_t *expected) {
  if (iree::isComplex(type)) {
    iree_hal_element_type_t part = iree::partType(type);
    size_t bytes = iree_hal_element_dense_byte_count(part);
    return isAlmostEqual(check, part, actual, expected) &&
           isAlmostEqual(check, part, actual + bytes, expected + bytes);
  }
  if (iree::isReal(type))
    return isClose(iree::realElement(type, actual), iree::realElement(type, expected), check);
  return __builtin_memcmp(actual, expected, iree_hal_element_dense_byte_count(type)) == 0;
}

bool holds(const iree_vm_check_t *check, const uint8_t *actual, const uint8_t *expected,
           size_t bytes) {
  switch (check->kind) {
  case IREE_VM_CHECK_KIND_EQUAL:
    return __builtin_memcmp(actual, expected, bytes) == 0;
  case IREE_VM_CHECK_KIND_ALMOST_EQUAL:
    return isAlmostEqual(check, check->element_type, actual, expected);
  default: {
    uint8_t bits = 0;
    for (size_t i = 0; i < bytes; ++i)
      bits |= actual[i];
    return (bits != 0) == (check->kind == IREE_VM_CHECK_KIND_ALL_TRUE);
  }
  }
}

} // namespace

iree_check_mismatch_t iree_check_compare(const iree_vm_check_t *check) {
  iree_check_mismatch_t mismatch = {0, 0};
  size_t bytes = iree_hal_element_dense_byte_count(check->element_type);
  size_t count = check->actual.data_length / bytes;
  for (size_t i = 0; i < count; ++i) {
    if (holds(check, check->actual.data + i * bytes, check->expected.data + i * bytes, bytes))
      continue;
    if (mismatch.count++ == 0)
      mismatch.first = i;
  }
  return mismatch;
}

iree_host_size_t iree_check_describe(const iree_vm_check_t *check,
                                     const iree_check_mismatch_t *mismatch,
                                     iree_host_size_t capacity, char *buffer) {
  iree::TextBuffer text(buffer, capacity);
  size_t bytes = iree_hal_element_dense_byte_count(check->element_type);
  const uint8_t *actual = check->actual.data + mismatch->first * bytes;
  if (check->shape_rank != 0) {
    text.appendText("element [");
    size_t rest = mismatch->first, below = check->actual.data_length / bytes;
    for (uint32_t i = 0; i < check->shape_rank; ++i) {
      below /= check->shape[i];
      text.appendFormat("%s%zu", i == 0 ? "" : ", ", rest / below);
      rest %= below;
    }
    text.appendText("] of ");
  }
  for (uint32_t i = 0; i < check->shape_rank; ++i)
    text.appendFormat("%ux", check->shape[i]);
  if (iree::isComplex(check->element_type))
    text.appendFormat("complex<%s>",
                      iree_hal_element_type_string(iree::partType(check->element_type)));
  else
    text.appendText(iree_hal_element_type_string(check->element_type));
  text.appendText(": expected ");
  switch (check->kind) {
  case IREE_VM_CHECK_KIND_ALL_TRUE:
    text.appendText("other than 0");
    break;
  case IREE_VM_CHECK_KIND_ALL_FALSE:
    text.append('0');
    break;
  default:
    iree::appendElement(text, check->element_type, check->expected.data + mismatch->first * bytes);
  }
  text.appendText(", actual ");
  iree::appendElement(text, check->element_type, actual);
  if (check->kind == IREE_VM_CHECK_KIND_ALMOST_EQUAL) {
    text.appendText(", tolerance ");
    iree::appendReal(text, static_cast<double>(check->atol), 6);
    text.appendText(" + ");
    iree::appendReal(text, static_cast<double>(check->rtol), 6);
    text.appendText(" * |expected|");
  }
  if (mismatch->count > 1)
    text.appendFormat(" (and %zu more)", mismatch->count - 1);
  return text.fullLength();
}
