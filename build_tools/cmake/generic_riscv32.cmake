# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# 32-bit RISC-V with GCC (Debian's is a 64-bit compiler that knows both):
#   cmake -DCMAKE_TOOLCHAIN_FILE=build_tools/cmake/generic_riscv32.cmake -DIREE_BOARD=riscv32 ...
set(CMAKE_SYSTEM_PROCESSOR riscv32)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_CXX_COMPILER riscv64-unknown-elf-g++)
set(CMAKE_ASM_COMPILER riscv64-unknown-elf-gcc)
if(NOT IREE_BOARD)
  set(IREE_BOARD riscv32)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/generic_board.cmake)
