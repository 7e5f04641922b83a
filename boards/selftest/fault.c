// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A fault ends the program with a failing status and says where it was.
#include "text.h"

int main(void) {
  text_string("executing an undefined instruction\n");
  __builtin_trap();
}
