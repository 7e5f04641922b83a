// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/loaded_module.h"

#include "tools/error.h"
#include "tools/file.h"

#include <algorithm>
#include <utility>

namespace iree::tools {

namespace {

Parameter describeValue(const iree_vm_value_info_t &info) {
  Parameter parameter;
  parameter.name = printable(info.name);
  parameter.type.elementType = info.element_type;
  parameter.type.shape.assign(info.shape, info.shape + info.shape_rank);
  parameter.isScalar = info.is_scalar;
  parameter.quantization = quantizationOf(info);
  return parameter;
}

} // namespace

BoundCall::BoundCall(iree_runtime_session_t *session, FunctionSignature signatureToCall,
                     const std::vector<Tensor> &arguments)
    : signature(std::move(signatureToCall)) {
  throwIfError(iree_runtime_call_initialize(session, signature.handle, &call),
               "cannot call @" + signature.name);
  try {
    for (size_t i = 0; i < arguments.size(); ++i)
      pushArgument(arguments[i], label("input", i, signature.arguments[i].name));
  } catch (...) {
    iree_runtime_call_deinitialize(&call); // there will be no destructor
    throw;
  }
}

void BoundCall::pushArgument(const Tensor &argument, const std::string &context) {
  size_t length = argument.data.size();
  storage.emplace_back(new (std::align_val_t(IREE_HAL_HEAP_BUFFER_ALIGNMENT)) uint8_t[length]);
  uint8_t *data = storage.back().get();
  std::copy(argument.data.begin(), argument.data.end(), data);
  std::vector<iree_hal_dim_t> shape(argument.type.shape.begin(), argument.type.shape.end());
  iree_hal_buffer_view_t *view = nullptr;
  throwIfError(iree_hal_buffer_view_wrap(iree_make_byte_span(data, length), shape.size(),
                                         shape.data(), argument.type.elementType,
                                         IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR,
                                         iree_allocator_system(), &view),
               context);
  iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(&call, view);
  iree_hal_buffer_view_release(view);
  throwIfError(status, context);
}

std::vector<Tensor> BoundCall::takeResults() {
  std::vector<Tensor> results;
  for (size_t i = 0; i < signature.results.size(); ++i) {
    iree_hal_buffer_view_t *view = nullptr;
    throwIfError(iree_runtime_call_outputs_pop_front_buffer_view(&call, &view),
                 label("result", i, signature.results[i].name));
    iree_byte_span_t contents = iree_hal_buffer_contents(iree_hal_buffer_view_buffer(view));
    Tensor &result = results.emplace_back();
    result.type.elementType = signature.results[i].type.elementType;
    const iree_hal_dim_t *shape = iree_hal_buffer_view_shape_dims(view);
    for (size_t dim = 0; dim < iree_hal_buffer_view_shape_rank(view); ++dim)
      result.type.shape.push_back(static_cast<uint32_t>(shape[dim]));
    result.data.assign(contents.data, contents.data + contents.data_length);
    iree_hal_buffer_view_release(view);
  }
  return results;
}

LoadedModules::LoadedModules(std::vector<std::string> modulePaths, const DeviceChoice &deviceChoice,
                             DispatchObserver observer)
    : paths(std::move(modulePaths)) {
  for (const std::string &path : paths)
    checkIsRegularFile(path);
  iree_runtime_instance_options_t instanceOptions;
  iree_runtime_instance_options_initialize(&instanceOptions);
  iree_runtime_instance_options_use_all_available_drivers(&instanceOptions);
  instanceOptions.task_topology_group_count = static_cast<uint32_t>(deviceChoice.groupCount);
  iree_runtime_instance_t *newInstance = nullptr;
  throwIfError(
      iree_runtime_instance_create(&instanceOptions, iree_allocator_system(), &newInstance),
      "cannot set up the runtime");
  instance.reset(newInstance);

  iree_hal_device_t *newDevice = nullptr;
  throwIfError(iree_runtime_instance_try_create_default_device(
                   newInstance,
                   iree_make_string_view(deviceChoice.name.data(), deviceChoice.name.size()),
                   &newDevice),
               "--device=" + deviceChoice.name);
  device.reset(newDevice);
  if (observer) {
    newDevice = createTimingDevice(device.get(), std::move(observer));
    device.reset(newDevice);
  }

  iree_runtime_session_options_t sessionOptions;
  iree_runtime_session_options_initialize(&sessionOptions);
  iree_runtime_session_t *newSession = nullptr;
  throwIfError(iree_runtime_session_create_with_device(newInstance, &sessionOptions, newDevice,
                                                       iree_allocator_system(), &newSession),
               "cannot set up the runtime");
  sessionHandle.reset(newSession);
  for (const std::string &path : paths)
    throwIfError(iree_runtime_session_append_bytecode_module_from_file(newSession, path.c_str()),
                 path);
}

FunctionSignature LoadedModules::describe(const iree_vm_function_t &function) const {
  iree_vm_function_info_t info;
  iree_vm_bytecode_module_function(function.module, function.ordinal, &info);
  FunctionSignature signature;
  signature.handle = function;
  signature.name =
      (count() > 1 ? printable(function.module->name) + "." : "") + printable(info.name);
  iree_vm_value_info_t value;
  for (uint32_t i = 0; i < info.argument_count; ++i) {
    iree_vm_function_argument(&info, i, &value);
    signature.arguments.push_back(describeValue(value));
  }
  for (uint32_t i = 0; i < info.result_count; ++i) {
    iree_vm_function_result(&info, i, &value);
    signature.results.push_back(describeValue(value));
  }
  return signature;
}

FunctionSignature LoadedModules::function(const std::string &name) const {
  const char *owner = count() > 1 ? "the modules" : "the module";
  if (name.empty()) {
    std::vector<FunctionSignature> all = functions();
    if (all.size() != 1)
      throw ToolError(std::string("--function= must name one of ") + owner +
                      (count() > 1 ? "'" : "'s") + " functions:" + listFunctions());
    return all.front();
  }
  iree_string_view_t wanted = iree_make_string_view(name.data(), name.size());
  std::string holders;
  iree_vm_function_t found = {};
  for (size_t i = 0; i < count(); ++i) {
    iree_vm_function_t candidate;
    iree_status_t status = iree_vm_bytecode_module_lookup_function(&module(i), wanted, &candidate);
    if (iree_status_consume_code(status) != IREE_STATUS_OK)
      continue;
    if (found.module)
      throw ToolError("function '" + name + "' is in " + holders + " and in " + path(i) +
                      "; give its module's name too, which must then differ: MODULE.NAME");
    found = candidate;
    holders = path(i);
  }
  if (!found.module)
    throw ToolError(std::string(owner) + (count() > 1 ? " have" : " has") + " no function '" +
                    name + "'; " + (count() > 1 ? "they have:" : "it has:") + listFunctions());
  return describe(found);
}

std::string LoadedModules::listFunctions() const {
  std::string text;
  for (const FunctionSignature &function : functions())
    text += (text.empty() ? " " : ", ") + function.name;
  return text.empty() ? " none" : text;
}

std::vector<FunctionSignature> LoadedModules::functions() const {
  std::vector<FunctionSignature> all;
  for (size_t i = 0; i < count(); ++i)
    for (uint32_t ordinal = 0; ordinal < module(i).function_count; ++ordinal)
      all.push_back(describe({&module(i), ordinal}));
  return all;
}

const iree_vm_bytecode_module_t &LoadedModules::module(size_t index) const {
  return *iree_runtime_session_module(session(), index);
}

std::string LoadedModules::executableInUse(size_t index) const {
  uint32_t ordinal = iree_runtime_session_module_executable(session(), index);
  if (ordinal == UINT32_MAX)
    return "none";
  iree_vm_executable_info_t info;
  iree_vm_bytecode_module_executable(&module(index), ordinal, &info);
  return printable(info.format) + " " + printable(info.target);
}

std::string label(const char *kind, size_t index, const std::string &name) {
  std::string text = kind;
  text += "[" + std::to_string(index) + "]";
  return name.empty() ? text : text + " (" + name + ")";
}

} // namespace iree::tools
