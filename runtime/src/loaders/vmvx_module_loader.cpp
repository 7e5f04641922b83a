// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/local/loaders/vmvx_module_loader.h"

#include "base/internal.h"
#include "vmvx/executor.h"

namespace {

struct VmvxLoader {
  iree_hal_executable_loader_t base;
  iree_allocator_t host_allocator;
};

struct VmvxExecutable {
  iree_hal_executable_t base;
  const uint32_t *image;
};

iree::vmvx::Kernel kernelOf(const iree_hal_executable_t *base, uint32_t ordinal) {
  iree::vmvx::Kernel kernel;
  iree::vmvx::readKernel(reinterpret_cast<const VmvxExecutable *>(base)->image, ordinal, &kernel);
  return kernel;
}

IREE_ASSERT_MEMORY_SIZE(VmvxLoader, IREE_MEMORY_VMVX_LOADER);
IREE_ASSERT_MEMORY_SIZE(VmvxExecutable, IREE_MEMORY_VMVX_EXECUTABLE);

void destroyExecutable(iree_hal_executable_t *base) {
  iree_allocator_free(base->host_allocator, base);
}

void describeKernel(const iree_hal_executable_t *base, uint32_t ordinal,
                    iree_hal_kernel_info_t *out_info) {
  iree::vmvx::Kernel kernel = kernelOf(base, ordinal);
  *out_info = {kernel.name, kernel.bindingCount, kernel.constantCount};
}

iree_status_t callKernel(const iree_hal_executable_t *base, const iree_hal_dispatch_t *dispatch,
                         uint32_t begin, uint32_t end) {
  return iree::vmvx::callKernel(kernelOf(base, dispatch->ordinal), dispatch, begin, end);
}

const iree_hal_executable_vtable_t executableVtable = {destroyExecutable, describeKernel,
                                                       callKernel};

void destroyLoader(iree_hal_executable_loader_t *base) {
  auto *loader = reinterpret_cast<VmvxLoader *>(base);
  iree_allocator_free(loader->host_allocator, loader);
}

bool querySupport(iree_hal_executable_loader_t *, iree_string_view_t format) {
  return iree_string_view_equal(format, IREE_SV("vmvx-bytecode"));
}

iree_status_t tryLoad(iree_hal_executable_loader_t *, const iree_hal_executable_params_t *params,
                      iree_allocator_t host_allocator, iree_hal_executable_t **out_executable) {
  VmvxExecutable *executable = nullptr;
  IREE_RETURN_IF_ERROR(iree::vmvx::verifyImage(params));
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, 0, &executable));
  // Kernels check the alignment of each binding themselves.
  executable->base = {1, 1, &executableVtable, host_allocator, nullptr};
  executable->image = reinterpret_cast<const uint32_t *>(params->image.data);
  *out_executable = &executable->base;
  return iree_ok_status();
}

const iree_hal_executable_loader_vtable_t loaderVtable = {destroyLoader, querySupport, tryLoad};

} // namespace

iree_status_t iree_hal_vmvx_module_loader_create(iree_allocator_t host_allocator,
                                                 iree_hal_executable_loader_t **out_loader) {
  VmvxLoader *loader = nullptr;
  *out_loader = nullptr;
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, 0, &loader));
  *loader = {{1, &loaderVtable}, host_allocator};
  *out_loader = &loader->base;
  return iree_ok_status();
}
