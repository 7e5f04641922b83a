// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Modules that are ready to run, behind the runtime's C API.
#ifndef IREE_TOOLS_LOADED_MODULE_H_
#define IREE_TOOLS_LOADED_MODULE_H_

#include "tools/error.h"
#include "tools/quantization.h"
#include "tools/timing_device.h"

#include "iree/runtime/api.h"

#include <memory>
#include <new>

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
  std::string name; ///< MODULE.NAME where several modules are loaded
  std::vector<Parameter> arguments;
  std::vector<Parameter> results;
};

/// A function with its arguments. All functions throw ToolError.
class BoundCall {
public:
  /// `arguments` have the types that the signature states. They are copied to where
  /// the runtime's own buffers would be.
  BoundCall(iree_runtime_session_t *session, FunctionSignature signature,
            const std::vector<Tensor> &arguments);
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
  struct FreeAligned {
    void operator()(uint8_t *data) const {
      ::operator delete[](data, std::align_val_t(IREE_HAL_HEAP_BUFFER_ALIGNMENT));
    }
  };

  void pushArgument(const Tensor &argument, const std::string &context);

  std::vector<std::unique_ptr<uint8_t[], FreeAligned>> storage; ///< of arguments

  FunctionSignature signature;
  iree_runtime_call_t call = {};
};

/// What modules are run on.
struct DeviceChoice {
  std::string name = "local-sync";
  size_t groupCount = 0; ///< threads of local-task; 0: one for each processor
};

/// One session with modules. All functions throw ToolError.
class LoadedModules {
public:
  /// Loads the files, at least one, on that device. The observer,
  /// if there is one, is told of every kernel call.
  LoadedModules(std::vector<std::string> paths, const DeviceChoice &deviceChoice,
                DispatchObserver observer = nullptr);

  /// The function NAME or MODULE.NAME, of which there must be one in all
  /// modules; the only one that there is when the name is empty.
  FunctionSignature function(const std::string &name) const;
  /// All functions of all modules.
  std::vector<FunctionSignature> functions() const;

  /// Argument of BoundCall.
  iree_runtime_session_t *session() const { return sessionHandle.get(); }

  size_t count() const { return paths.size(); }
  /// In the order of the paths.
  const std::string &path(size_t index) const { return paths[index]; }
  /// What the module says about itself.
  const iree_vm_bytecode_module_t &module(size_t index) const;
  /// "embedded-elf x86_64-pc-linux-elf"; "none" for a module without kernels.
  std::string executableInUse(size_t index) const;

private:
  FunctionSignature describe(const iree_vm_function_t &function) const;
  std::string listFunctions() const;

  template <typename T, void (*release)(T *)> struct Releaser {
    void operator()(T *object) const { release(object); }
  };
  template <typename T, void (*release)(T *)>
  using Handle = std::unique_ptr<T, Releaser<T, release>>;

  std::vector<std::string> paths;
  // Released in reverse order: the session holds the others.
  Handle<iree_runtime_instance_t, iree_runtime_instance_release> instance;
  Handle<iree_hal_device_t, iree_hal_device_release> device;
  Handle<iree_runtime_session_t, iree_runtime_session_release> sessionHandle;
};

/// "input[1] (rhs)", or "input[1]" without a name.
std::string label(const char *kind, size_t index, const std::string &name);

} // namespace iree::tools

#endif // IREE_TOOLS_LOADED_MODULE_H_
