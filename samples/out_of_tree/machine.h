// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the application asks of its machine.
#ifndef MACHINE_H_
#define MACHINE_H_

// Writes NUL-terminated text to the console.
void machine_print(const char *text);

// Ends the program with an exit status.
void machine_exit(int status);

#endif // MACHINE_H_
