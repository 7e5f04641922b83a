// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Vector table and reset of a Cortex-M4. Compiled without FPU, which is off at
// reset.
#include <stdint.h>

#include "machine.h"

extern uint32_t data_begin[], data_end[], bss_begin[], bss_end[], stack_end[];
extern const uint32_t data_load[];

int main(void);
void reset(void);

static void fault(void) {
  machine_print("fault\n");
  machine_exit(125);
}

__attribute__((section(".vectors"), used)) static const struct {
  const void *stack;
  void (*handlers[15])(void);
} vectors = {
    stack_end,
    {reset, fault, fault, fault, fault, fault, fault, 0, 0, 0, fault, fault, 0, fault, fault}};

void reset(void) {
  const uint32_t *source = data_load;
  for (uint32_t *word = data_begin; word < data_end; ++word)
    *word = *source++;
  for (uint32_t *word = bss_begin; word < bss_end; ++word)
    *word = 0;
  *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20; // CPACR: coprocessors 10 and 11
  __asm__ volatile("dsb\n\tisb" ::: "memory");
  machine_exit(main());
}
