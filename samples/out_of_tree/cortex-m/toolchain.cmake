# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Cortex-M4 with FPU, GCC. The flags of the C compiler and of the models agree on
# processor and float ABI.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_BUILD_TYPE MinSizeRel CACHE STRING "Size counts.")

set(_machine "-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16")
# No clock: nothing in a synchronous program waits.
set(_iree "-DIREE_PLATFORM_GENERIC -DIREE_SYNCHRONIZATION_DISABLE_UNSAFE=1 -DIREE_FILE_IO_ENABLE=0 \
-DIREE_TIME_NOW_FN=\"\{ return 0;\}\" -D\"IREE_WAIT_UNTIL_FN(ns)=false\"")
set(_size "-ffreestanding -fbuiltin -fno-tree-loop-distribute-patterns -ffunction-sections -fdata-sections")
set(CMAKE_C_FLAGS_INIT "${_machine} ${_size} ${_iree}")
set(CMAKE_CXX_FLAGS_INIT "${_machine} ${_size} ${_iree}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "${_machine} -nostdlib -Wl,--gc-sections")
set(CMAKE_C_STANDARD_LIBRARIES_INIT "-lgcc")
set(CMAKE_CXX_STANDARD_LIBRARIES_INIT "-lgcc")

set(MODEL_FLAGS --iree-llvm-target-triple=thumbv7em-none-eabihf --iree-llvm-target-cpu=cortex-m4
  --iree-llvm-target-float-abi=hard)
set(MACHINE_SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.c)
set_source_files_properties(${MACHINE_SOURCES} PROPERTIES COMPILE_OPTIONS -mgeneral-regs-only)
set(LINKER_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/link.ld)
