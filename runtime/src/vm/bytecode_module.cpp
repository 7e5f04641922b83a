// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Descriptions read from a verified module.
#include "iree/vm/bytecode_module.h"

#include "vm/flatbuffer.h"
#include "vm/module_verifier.h"
#include "vm/schema.h"

using iree::flat::Table;
namespace schema = iree::schema;

namespace {

const uint32_t *words(const uint8_t *elements) {
  return reinterpret_cast<const uint32_t *>(elements);
}

void readValue(const uint8_t *values, uint32_t ordinal, iree_vm_value_info_t *out) {
  namespace value = schema::value;
  Table table = iree::flat::tableElement(values, ordinal);
  *out = {};
  table.string(value::name, &out->name);
  out->element_type = table.word(value::elementType);
  out->shape_rank = table.count(value::shape);
  out->shape = words(table.elements(value::shape));
  for (uint32_t i = 0; i < out->shape_rank; ++i)
    out->is_dynamic = out->is_dynamic || out->shape[i] == IREE_VM_DYNAMIC_SIZE;
  out->is_scalar = table.flag(value::scalar);
  out->byte_length = table.word(value::byteLength);
  out->arena_offset = table.word(value::arenaOffset);
  out->is_in_arena = table.flag(value::inArena);
  out->quantization_axis = -1;
  const uint8_t *place = table.target(value::quantization);
  if (!place)
    return;
  Table quantization = {place};
  out->is_quantized = true;
  out->quantization_axis =
      static_cast<int32_t>(quantization.word(schema::quantization::axis, schema::absentAxis));
  out->scale_count = quantization.count(schema::quantization::scales);
  out->scales =
      reinterpret_cast<const float *>(quantization.elements(schema::quantization::scales));
  out->zero_point_count = quantization.count(schema::quantization::zeroPoints);
  out->zero_points =
      reinterpret_cast<const int32_t *>(quantization.elements(schema::quantization::zeroPoints));
}

} // namespace

iree_status_t iree_vm_bytecode_module_lookup_function(const iree_vm_bytecode_module_t *module,
                                                      iree_string_view_t name,
                                                      iree_vm_function_t *out_function) {
  iree_string_view_t bare = name;
  size_t prefix = module->name.size;
  if (name.size > prefix && name.data[prefix] == '.' &&
      iree_string_view_starts_with(name, module->name))
    bare = {name.data + prefix + 1, name.size - prefix - 1};
  for (uint32_t i = 0; i < module->function_count; ++i) {
    iree_vm_function_info_t info;
    iree_vm_bytecode_module_function(module, i, &info);
    if (iree_string_view_equal(info.name, bare) || iree_string_view_equal(info.name, name)) {
      *out_function = {module, i};
      return iree_ok_status();
    }
  }
  return iree_make_status(IREE_STATUS_NOT_FOUND, "no function '%.*s' in module '%.*s'",
                          IREE_SV_ARGS(name), IREE_SV_ARGS(module->name));
}

void iree_vm_bytecode_module_function(const iree_vm_bytecode_module_t *module, uint32_t ordinal,
                                      iree_vm_function_info_t *out_info) {
  namespace function = schema::function;
  Table table = iree::flat::tableElement(module->functions, ordinal);
  table.string(function::name, &out_info->name);
  out_info->argument_count = table.count(function::arguments);
  out_info->result_count = table.count(function::results);
  out_info->arena_bytes = table.word(function::arenaBytes);
  out_info->stack_bytes = table.word(function::stackBytes);
  out_info->code = module->bytecode + table.word(function::firstWord);
  out_info->code_words = table.word(function::wordCount);
#if IREE_VM_REGISTERS_ENABLE
  out_info->register_count = table.count(function::registerTypes);
  out_info->register_types = table.elements(function::registerTypes);
  out_info->block_count = table.count(function::blocks);
  out_info->blocks = words(table.elements(function::blocks));
#endif
  out_info->arguments = table.elements(function::arguments);
  out_info->results = table.elements(function::results);
}

void iree_vm_bytecode_module_kernel(const iree_vm_bytecode_module_t *module, uint32_t ordinal,
                                    iree_vm_kernel_info_t *out_info) {
  Table table = iree::flat::tableElement(module->kernels, ordinal);
  table.string(schema::kernel::name, &out_info->name);
  out_info->binding_count = table.half(schema::kernel::bindingCount);
  out_info->constant_count = table.half(schema::kernel::constantCount);
  table.string(schema::kernel::location, &out_info->location);
}

void iree_vm_bytecode_module_executable(const iree_vm_bytecode_module_t *module, uint32_t ordinal,
                                        iree_vm_executable_info_t *out_info) {
  namespace executable = schema::executable;
  Table table = iree::flat::tableElement(module->executables, ordinal);
  table.string(executable::format, &out_info->format);
  table.string(executable::target, &out_info->target);
  table.string(executable::cpu, &out_info->cpu);
  table.string(executable::features, &out_info->features);
  table.string(executable::abi, &out_info->abi);
  table.string(executable::libraryName, &out_info->library_name);
  out_info->identity = table.word(executable::identity);
  out_info->required_features = table.word(executable::requiredFeatures);
  out_info->image = iree::blobSpan(module, table.at(executable::image));
  out_info->kernel_stack_bytes = words(table.elements(executable::kernelStackBytes));
  out_info->kernel_code_bytes = words(table.elements(executable::kernelCodeBytes));
}

void iree_vm_function_argument(const iree_vm_function_info_t *function, uint32_t ordinal,
                               iree_vm_value_info_t *out_info) {
  readValue(function->arguments, ordinal, out_info);
}

void iree_vm_function_result(const iree_vm_function_info_t *function, uint32_t ordinal,
                             iree_vm_value_info_t *out_info) {
  readValue(function->results, ordinal, out_info);
}
