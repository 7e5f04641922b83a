// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel as bytecode on this machine: y[i] = x[i] * x[i] in a loop, then
// y += x with a microkernel.
#include "check.h"
#include "iree/hal/local/loaders/vmvx_module_loader.h"

// docs/module-format.md, "Kernels as bytecode"; schemas/bytecode.def.
static const uint32_t image[] __attribute__((aligned(64))) = {
    0x584D5649,
    1,
    39,
    1,
    7,
    9,
    0,
    0, // needs f32 and microkernels
    // Code: 18 words from 21 on; two bindings, eight registers; tables and name (bytes).
    21,
    18,
    2 | 8 << 16,
    16,
    18,
    19,
    1,
    80,
    0x00000000,
    0x02000000, // r0 to r6 i32, r7 f32
    0x00000404, // both bindings aligned to 4
    5,          // block 0
    0x006D7573, // "sum"
    0x0001001B, // range r0, r1
    0x00000214,
    1, // const.i32 r2, 1
    0x00000314,
    4, // const.i32 r3, 4
    0x00000729,
    0,          // block 0: load.f32 r7, base 0, r0
    0x07070782, // mul.f32 r7, r7, r7
    0x00010739,
    0, // store.f32 r7, base 1, r0
    0x02010012,
    0, // next r0, r1, r2, block 0
    // map add.f32: outer r2 = 1, inner r3 = 4; y, y, x with offset 0, stride 1.
    0x030280E0,
    0x00090909,
    0x02040401,
    0x02040401,
    0x02040400,
    0, // return
};

static iree_status_t load(iree_allocator_t allocator, iree_hal_executable_t **out_executable) {
  iree_hal_executable_loader_t *loader = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_vmvx_module_loader_create(allocator, &loader));
  iree_hal_executable_params_t params = {
      IREE_SV("vmvx-bytecode"), IREE_SV("sum"), 7, 0, 1, {(const uint8_t *)image, sizeof(image)}};
  iree_status_t status = loader->vtable->try_load(loader, &params, allocator, out_executable);
  iree_hal_executable_loader_release(loader);
  return status;
}

void test_bytecode_kernel(void) {
  static float x[4] = {1.0f, 2.0f, -3.0f, 0.5f}, y[4];
  iree_hal_executable_t *executable = NULL;
  iree_status_t status = load(check_fresh_memory(), &executable);
#if !IREE_VM_EXT_F32_ENABLE || !IREE_VMVX_MICROKERNELS
  CHECK_STATUS(status, IREE_STATUS_UNAVAILABLE, "this runtime was built without");
  return;
#endif
  CHECK_OK(status);
  if (!executable)
    return;
  void *bindings[] = {x, y};
  uint32_t lengths[] = {sizeof(x), sizeof(y)};
  uint64_t budget = UINT64_MAX;
  iree_hal_dispatch_t dispatch = {0, 4, bindings, lengths, NULL, &budget};
  CHECK_OK(executable->vtable->call(executable, &dispatch, 0, 4));
  CHECK(y[0] == 2.0f && y[1] == 6.0f && y[2] == 6.0f && y[3] == 0.75f);
  lengths[1] = 12;
  CHECK_STATUS(executable->vtable->call(executable, &dispatch, 0, 4), IREE_STATUS_OUT_OF_RANGE,
               "kernel 'sum', word 8");
  bindings[0] = (uint8_t *)x + 2;
  CHECK_STATUS(executable->vtable->call(executable, &dispatch, 0, 4), IREE_STATUS_INVALID_ARGUMENT,
               "binding 0 is not aligned to 4 bytes");
  iree_hal_executable_release(executable);
}
