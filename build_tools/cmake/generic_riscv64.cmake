# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# 64-bit RISC-V with GCC:
#   cmake -DCMAKE_TOOLCHAIN_FILE=build_tools/cmake/generic_riscv64.cmake -DIREE_BOARD=riscv64 ...
set(CMAKE_SYSTEM_PROCESSOR riscv64)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_CXX_COMPILER riscv64-unknown-elf-g++)
set(CMAKE_ASM_COMPILER riscv64-unknown-elf-gcc)
if(NOT IREE_BOARD)
  set(IREE_BOARD riscv64)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/generic_board.cmake)
