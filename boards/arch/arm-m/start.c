// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reset, faults and the system timer of Armv6-M, Armv7-M and Armv8-M. Built
// with general registers only: the FPU is off until board_start() enables it.
// Registers and bits: the Architecture Reference Manuals of the three. Assembly
// keeps to the instructions of Armv6-M.
#include "board.h"
#include "memory.h"
#include "semihosting.h"
#include "text.h"

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))
#define SYSTICK_CSR REGISTER(0xE000E010)
#define SYSTICK_RVR REGISTER(0xE000E014)
#define SYSTICK_CVR REGISTER(0xE000E018)
#define SCB_ICSR REGISTER(0xE000ED04)
#define SCB_CCR REGISTER(0xE000ED14)
#define SCB_CPACR REGISTER(0xE000ED88)
#define SCB_CFSR REGISTER(0xE000ED28)
#define SCB_BFAR REGISTER(0xE000ED38)

#define SYSTICK_PERIOD 0x1000000u // 24 bits
#define ICSR_PENDSTSET (1u << 26)
#define CCR_UNALIGN_TRP (1u << 3)

#define FAULT_STATUS 125

void board_start(void);
void board_fault(void);
void board_report_fault(const uint32_t *frame);
void board_systick(void);

typedef void (*vector_t)(void);
__attribute__((section(".vectors"), used)) static const struct {
  const void *initial_stack;
  vector_t handlers[15]; // exceptions 1 to 15; no interrupt is ever enabled
} vectors = {
    __stack_end,
    {board_start, board_fault, board_fault, board_fault, board_fault, board_fault, board_fault, 0,
     0, 0, board_fault, board_fault, 0, board_fault, board_systick},
};

static volatile uint32_t systick_wraps;

void board_start(void) {
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
  __asm__ volatile("msr msplim, %0" ::"r"(__stack_start));
#endif
#if defined(__ARM_ARCH_6M__)
  SCB_CCR |= CCR_UNALIGN_TRP; // always set in Armv6-M; not in the core that QEMU has for it
#else
  SCB_CPACR |= 0xFu << 20; // CP10 and CP11: FPU, and MVE where there is one
#endif
  __asm__ volatile("dsb\n\tisb" ::: "memory");
  board_prepare_memory();
  SYSTICK_RVR = SYSTICK_PERIOD - 1;
  SYSTICK_CVR = 0;
  SYSTICK_CSR = 7; // processor clock, interrupt, enable
  board_exit(main());
}

void board_systick(void) { systick_wraps = systick_wraps + 1; }

uint64_t board_time_now(void) {
  // Read again if a wrap came between the two reads.
  uint32_t wraps, ticks;
  do {
    wraps = systick_wraps;
    ticks = (0u - SYSTICK_CVR) & (SYSTICK_PERIOD - 1); // counts down from 0 over the top
  } while (wraps != systick_wraps || (SCB_ICSR & ICSR_PENDSTSET) != 0);
  // Quarters of nanoseconds keep the division out.
  return (((uint64_t)wraps << 24) + ticks) * BOARD_TICK_QUARTER_NS >> 2;
}

// The stack may be what failed: without room for the report, starts a fresh
// one, and the frame is lost.
__attribute__((naked)) void board_fault(void) {
  __asm__ volatile("mrs r0, msp\n\t"
                   "ldr r1, =__stack_start + 512\n\t"
                   "cmp r0, r1\n\t"
                   "bhs 1f\n\t"
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
                   "movs r0, #0\n\t"
                   "msr msplim, r0\n\t"
#endif
                   "movs r0, #0\n\t"
                   "ldr r1, =__stack_end\n\t"
                   "mov sp, r1\n"
                   "1:\n\t"
                   "ldr r1, =board_report_fault\n\t"
                   "bx r1\n\t"
                   ".ltorg");
}

void board_report_fault(const uint32_t *frame) {
  uint32_t exception;
  __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
  text_string("fault: exception ");
  text_unsigned(exception);
#if !defined(__ARM_ARCH_6M__)
  text_string(", status ");
  text_hex(SCB_CFSR);
  text_string(", bus address ");
  text_hex(SCB_BFAR);
#endif
  // The hardware's frame: r0-r3, r12, lr, pc, xpsr.
  if (frame != NULL) {
    text_string(", pc ");
    text_hex(frame[6]);
    text_string(", lr ");
    text_hex(frame[5]);
  }
  text_string("\n");
  board_exit(FAULT_STATUS);
}

__attribute__((naked)) uintptr_t semihosting_call(__attribute__((unused)) uintptr_t operation,
                                                  __attribute__((unused)) const void *arguments) {
  __asm__ volatile("bkpt 0xAB\n\tbx lr");
}
