// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads one byte behind an allocation: shows that a sanitised build is one.
#include <stdlib.h>

int main(int argc, char **argv) {
  (void)argv;
  volatile char *byte = (volatile char *)malloc((size_t)argc);
  return byte == NULL ? 0 : byte[argc];
}
