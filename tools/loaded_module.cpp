// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/loaded_module.h"

#include "tools/error.h"
#include "tools/file.h"
#include "tools/timing_device.h"

#include <utility>

namespace iree::tools {

namespace {

Parameter describe(const iree_vm_value_info_t &info) {
  Parameter parameter;
  parameter.name = printable(info.name);
  parameter.type.elementType = info.element_type;
  parameter.type.shape.assign(info.shape, info.shape + info.shape_rank);
  parameter.isScalar = info.is_scalar;
  parameter.quantization = quantizationOf(info);
  return parameter;
}

FunctionSignature describe(const iree_vm_function_t &function) {
  iree_vm_function_info_t info;
  iree_vm_bytecode_module_function(function.module, function.ordinal, &info);
  FunctionSignature signature;
  signature.handle = function;
  signature.name = printable(info.name);
  iree_vm_value_info_t value;
  for (uint32_t i = 0; i < info.argument_count; ++i) {
    iree_vm_function_argument(&info, i, &value);
    signature.arguments.push_back(describe(value));
  }
  for (uint32_t i = 0; i < info.result_count; ++i) {
    iree_vm_function_result(&info, i, &value);
    signature.results.push_back(describe(value));
  }
  return signature;
}

} // namespace

BoundCall::BoundCall(iree_runtime_session_t *session, FunctionSignature signatureToCall,
                     std::vector<Tensor> &arguments)
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

void BoundCall::pushArgument(Tensor &argument, const std::string &context) {
  std::vector<iree_hal_dim_t> shape(argument.type.shape.begin(), argument.type.shape.end());
  iree_hal_buffer_view_t *view = nullptr;
  throwIfError(iree_hal_buffer_view_wrap(
                   iree_make_byte_span(argument.data.data(), argument.data.size()), shape.size(),
                   shape.data(), argument.type.elementType, IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR,
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
    result.type = signature.results[i].type;
    result.data.assign(contents.data, contents.data + contents.data_length);
    iree_hal_buffer_view_release(view);
  }
  return results;
}

LoadedModule::LoadedModule(const std::string &path, const std::string &deviceName,
                           std::vector<int64_t> *dispatchNanoseconds) {
  checkIsRegularFile(path);
  iree_runtime_instance_options_t instanceOptions;
  iree_runtime_instance_options_initialize(&instanceOptions);
  iree_runtime_instance_options_use_all_available_drivers(&instanceOptions);
  iree_runtime_instance_t *newInstance = nullptr;
  throwIfError(
      iree_runtime_instance_create(&instanceOptions, iree_allocator_system(), &newInstance),
      "cannot set up the runtime");
  instance.reset(newInstance);

  iree_hal_device_t *newDevice = nullptr;
  throwIfError(
      iree_runtime_instance_try_create_default_device(
          newInstance, iree_make_string_view(deviceName.data(), deviceName.size()), &newDevice),
      "--device=" + deviceName);
  device.reset(newDevice);
  if (dispatchNanoseconds) {
    newDevice = createTimingDevice(device.get(), dispatchNanoseconds);
    device.reset(newDevice);
  }

  iree_runtime_session_options_t sessionOptions;
  iree_runtime_session_options_initialize(&sessionOptions);
  iree_runtime_session_t *newSession = nullptr;
  throwIfError(iree_runtime_session_create_with_device(newInstance, &sessionOptions, newDevice,
                                                       iree_allocator_system(), &newSession),
               "cannot set up the runtime");
  sessionHandle.reset(newSession);
  throwIfError(iree_runtime_session_append_bytecode_module_from_file(newSession, path.c_str()),
               path);
}

FunctionSignature LoadedModule::function(const std::string &name) const {
  iree_vm_function_t found{&module(), 0};
  if (name.empty()) {
    if (module().function_count != 1)
      throw ToolError("--function= must name one of the module's functions:" + listFunctions());
  } else {
    iree_status_t status = iree_runtime_session_lookup_function(
        session(), iree_make_string_view(name.data(), name.size()), &found);
    if (iree_status_consume_code(status) != IREE_STATUS_OK)
      throw ToolError("the module has no function '" + name + "'; it has:" + listFunctions());
  }
  return describe(found);
}

std::string LoadedModule::listFunctions() const {
  std::string text;
  iree_vm_function_info_t info;
  for (uint32_t i = 0; i < module().function_count; ++i) {
    iree_vm_bytecode_module_function(&module(), i, &info);
    text += (i ? ", " : " ") + printable(info.name);
  }
  return text.empty() ? " none" : text;
}

std::vector<FunctionSignature> LoadedModule::functions() const {
  std::vector<FunctionSignature> all;
  all.reserve(module().function_count);
  for (uint32_t i = 0; i < module().function_count; ++i)
    all.push_back(describe({&module(), i}));
  return all;
}

const iree_vm_bytecode_module_t &LoadedModule::module() const {
  return *iree_runtime_session_module(session(), 0);
}

std::string LoadedModule::executableInUse() const {
  uint32_t ordinal = iree_runtime_session_module_executable(session(), 0);
  if (ordinal == UINT32_MAX)
    return "none";
  iree_vm_executable_info_t info;
  iree_vm_bytecode_module_executable(&module(), ordinal, &info);
  return printable(info.format) + " " + printable(info.target);
}

std::string label(const char *kind, size_t index, const std::string &name) {
  std::string text = kind;
  text += "[" + std::to_string(index) + "]";
  return name.empty() ? text : text + " (" + name + ")";
}

} // namespace iree::tools
