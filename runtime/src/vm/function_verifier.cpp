// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What functions and their values say about themselves.
#include "iree/hal/element_type.h"
#include "vm/module_verifier.h"
#include "vm/schema.h"

namespace iree {

namespace {

// Identifies a value in messages.
struct ValueRef {
  const iree_vm_function_info_t *function;
  const char *kind;
  uint32_t ordinal;

  iree_status_t invalid(const char *what) const {
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "module: function '%.*s', %s %u: %s",
                            IREE_SV_ARGS(function->name), kind, ordinal, what);
  }
};

iree_status_t verifyQuantization(const ValueRef &ref, const iree_vm_value_info_t &value) {
  if (!value.is_quantized)
    return iree_ok_status();
  int32_t axis = value.quantization_axis;
  if (axis < -1 || (axis >= 0 && static_cast<uint32_t>(axis) >= value.shape_rank))
    return ref.invalid("quantization axis beyond the rank");
  uint32_t limit = axis < 0 ? 1 : value.shape[axis]; // no limit if it is dynamic
  if (value.scale_count > limit || value.zero_point_count > limit)
    return ref.invalid("more quantization parameters than the axis is long");
  return iree_ok_status();
}

iree_status_t verifyValue(const ValueRef &ref, const iree_vm_value_info_t &value) {
  if (!iree_hal_element_type_is_known(value.element_type))
    return ref.invalid("unknown element type");
  uint32_t bytes = static_cast<uint32_t>(iree_hal_element_dense_byte_count(value.element_type));
  // Sizes that a call decides count as 1.
  for (uint32_t i = 0; i < value.shape_rank; ++i) {
    if (value.shape[i] != IREE_VM_DYNAMIC_SIZE && !checkedMul(bytes, value.shape[i], &bytes))
      return ref.invalid("size overflows");
  }
  if (value.is_dynamic ? value.byte_length != 0 : bytes != value.byte_length)
    return ref.invalid("length is not what shape and element type demand");
  if (value.is_scalar && value.shape_rank != 0)
    return ref.invalid("scalar with a shape");
  return verifyQuantization(ref, value);
}

iree_status_t verifyPlace(const ValueRef &ref, const iree_vm_value_info_t &value) {
  if (!rangeIsWithin(value.arena_offset, value.byte_length, ref.function->arena_bytes))
    return ref.invalid("lies outside the arena");
  if (value.arena_offset % iree_hal_element_dense_byte_count(value.element_type) != 0)
    return ref.invalid("lies unaligned in the arena");
  return iree_ok_status();
}

iree_status_t verifyArgument(const ValueRef &ref, const iree_vm_value_info_t &value) {
  IREE_RETURN_IF_ERROR(verifyValue(ref, value));
  if (!value.is_in_arena)
    return iree_ok_status();
  // Where the arena may grow, there is no place to give out before the call.
  if (value.is_dynamic || iree_vm_function_has_registers(ref.function))
    return ref.invalid("place in the arena, of a dynamic shape or where code has registers");
  return verifyPlace(ref, value);
}

iree_status_t verifyResult(const ValueRef &ref, const iree_vm_value_info_t &value) {
  IREE_RETURN_IF_ERROR(verifyValue(ref, value));
  if (value.is_dynamic && !iree_vm_function_has_registers(ref.function))
    return ref.invalid("dynamic shape, which needs code with registers");
  return verifyPlace(ref, value);
}

iree_status_t verifyFunction(const iree_vm_function_info_t &function) {
  iree_vm_value_info_t value;
  for (uint32_t i = 0; i < function.argument_count; ++i) {
    iree_vm_function_argument(&function, i, &value);
    IREE_RETURN_IF_ERROR(verifyArgument({&function, "argument", i}, value));
  }
  for (uint32_t i = 0; i < function.result_count; ++i) {
    iree_vm_function_result(&function, i, &value);
    IREE_RETURN_IF_ERROR(verifyResult({&function, "result", i}, value));
  }
  return iree_ok_status();
}

iree_status_t verifyNameIsNew(const iree_vm_bytecode_module_t *module, uint32_t ordinal,
                              iree_string_view_t name) {
  if (name.size == 0)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "module: function %u has no name",
                            ordinal);
  for (uint32_t i = 0; i < ordinal; ++i) {
    iree_vm_function_info_t other;
    iree_vm_bytecode_module_function(module, i, &other);
    if (iree_string_view_equal(name, other.name))
      return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "module: two functions '%.*s'",
                              IREE_SV_ARGS(name));
  }
  return iree_ok_status();
}

} // namespace

iree_status_t verifyFunctions(const iree_vm_bytecode_module_t *module) {
  // Functions do not share code, which also bounds the work of checking it.
  uint32_t wordsLeft = module->bytecode_words;
  for (uint32_t i = 0; i < module->function_count; ++i) {
    iree_vm_function_info_t function;
    flat::Table table = flat::tableElement(module->functions, i);
    uint32_t firstWord = table.word(schema::function::firstWord);
    uint32_t wordCount = table.word(schema::function::wordCount);
    if (!rangeIsWithin(firstWord, wordCount, module->bytecode_words) || wordCount > wordsLeft)
      return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                              "module: code of function %u lies outside the bytecode", i);
    wordsLeft -= wordCount;
    iree_vm_bytecode_module_function(module, i, &function);
    IREE_RETURN_IF_ERROR(verifyNameIsNew(module, i, function.name));
    IREE_RETURN_IF_ERROR(verifyFunction(function));
  }
  return iree_ok_status();
}

} // namespace iree
