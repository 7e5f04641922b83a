// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A module that is ready to run, behind the runtime's C API.
#ifndef IREE_TOOLS_LOADED_MODULE_H_
#define IREE_TOOLS_LOADED_MODULE_H_

#include "tools/error.h"
#include "tools/quantization.h"

#include "iree/runtime/api.h"

#include <memory>

namespace iree::tools {

/// An argument or a result of a function.
struct Parameter {
  std::string name; ///< may be empty
  TensorType type;
  bool isScalar = false; ///< the source function has the bare scalar
  std::optional<Quantization> quantization;
};

struct FunctionSignature {
  iree_vm_function_t handle;
  std::string name;
  std::vector<Parameter> arguments;
  std::vector<Parameter> results;
};

/// A function with its arguments. All functions throw ToolError.
class BoundCall {
public:
  /// `arguments` have the types that the signature states; they are used in
  /// place and must outlive the call.
  BoundCall(iree_runtime_session_t *session, FunctionSignature signature,
            std::vector<Tensor> &arguments);
  ~BoundCall() { iree_runtime_call_deinitialize(&call); }
  BoundCall(const BoundCall &) = delete;
  BoundCall &operator=(const BoundCall &) = delete;

  /// As often as wanted; allocates nothing unless it fails.
  void invoke() {
    iree_status_t status = iree_runtime_call_invoke(&call, 0);
    if (!iree_status_is_ok(status))
      throwIfError(status, "@" + signature.name);
  }
  /// What the last invocation has left, once.
  std::vector<Tensor> takeResults();

private:
  void pushArgument(Tensor &argument, const std::string &context);

  FunctionSignature signature;
  iree_runtime_call_t call = {};
};

/// All functions throw ToolError.
class LoadedModule {
public:
  /// Loads the file on the device of that name. With `dispatchNanoseconds`,
  /// every kernel call appends the time that it took.
  LoadedModule(const std::string &path, const std::string &deviceName,
               std::vector<int64_t> *dispatchNanoseconds = nullptr);

  /// The function of that name; the module's only one when the name is empty.
  FunctionSignature function(const std::string &name) const;
  /// All functions.
  std::vector<FunctionSignature> functions() const;

  /// Argument of BoundCall.
  iree_runtime_session_t *session() const { return sessionHandle.get(); }

  /// What the module says about itself.
  const iree_vm_bytecode_module_t &module() const;
  /// "embedded-elf x86_64-pc-linux-elf"; "none" for a module without kernels.
  std::string executableInUse() const;

private:
  std::string listFunctions() const;

  template <typename T, void (*release)(T *)> struct Releaser {
    void operator()(T *object) const { release(object); }
  };
  template <typename T, void (*release)(T *)>
  using Handle = std::unique_ptr<T, Releaser<T, release>>;

  // Released in reverse order: the session holds the others.
  Handle<iree_runtime_instance_t, iree_runtime_instance_release> instance;
  Handle<iree_hal_device_t, iree_hal_device_release> device;
  Handle<iree_runtime_session_t, iree_runtime_session_release> sessionHandle;
};

/// "input[1] (rhs)", or "input[1]" without a name.
std::string label(const char *kind, size_t index, const std::string &name);

} // namespace iree::tools

#endif // IREE_TOOLS_LOADED_MODULE_H_
