# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# RV32IMC without FPU, GCC. The flags of the C compiler and of the models agree on
# extensions and ABI.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv32)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_CXX_COMPILER riscv64-unknown-elf-g++)
set(CMAKE_ASM_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_BUILD_TYPE MinSizeRel CACHE STRING "Size counts.")

set(_machine "-misa-spec=2.2 -march=rv32imc -mabi=ilp32")
# No clock: nothing in a synchronous program waits.
set(_iree "-DIREE_PLATFORM_GENERIC -DIREE_SYNCHRONIZATION_DISABLE_UNSAFE=1 -DIREE_FILE_IO_ENABLE=0 \
-DIREE_TIME_NOW_FN=\"\{ return 0;\}\" -D\"IREE_WAIT_UNTIL_FN(ns)=false\"")
set(_size "-ffreestanding -fbuiltin -fno-tree-loop-distribute-patterns -ffunction-sections -fdata-sections")
set(CMAKE_C_FLAGS_INIT "${_machine} ${_size} ${_iree}")
set(CMAKE_CXX_FLAGS_INIT "${_machine} ${_size} ${_iree}")
set(CMAKE_ASM_FLAGS_INIT "${_machine}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "${_machine} -nostdlib -Wl,--gc-sections")
set(CMAKE_C_STANDARD_LIBRARIES_INIT "-lgcc")
set(CMAKE_CXX_STANDARD_LIBRARIES_INIT "-lgcc")

set(MODEL_FLAGS --iree-llvm-target-triple=riscv32-none-elf --iree-llvm-target-cpu=generic-rv32
  --iree-llvm-target-cpu-features=+m,+c --iree-llvm-target-abi=ilp32)
set(MACHINE_SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S)
set(LINKER_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/link.ld)
