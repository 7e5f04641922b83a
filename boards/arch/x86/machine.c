// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Console, exit and time of an x86 machine with a serial port and QEMU's
// isa-debug-exit.
#include "board.h"

#define MAXIMUM_STATUS 126

#define SERIAL_DATA 0x3F8 // 16550: the first serial port
#define SERIAL_STATUS 0x3FD
#define SERIAL_READY 0x20
#define DEBUG_EXIT 0xF4

static void out_byte(uint16_t port, uint8_t value) {
  __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

static uint8_t in_byte(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

void board_write(const char *text, size_t size_bytes) {
  for (size_t i = 0; i < size_bytes; ++i) {
    while ((in_byte(SERIAL_STATUS) & SERIAL_READY) == 0) {
    }
    out_byte(SERIAL_DATA, (uint8_t)text[i]);
  }
}

// The emulator ends with 2 * value + 1, in 8 bits. A value of 0 would look like
// an emulator that could not start.
void board_exit(int status) {
  const uint32_t low = (uint32_t)status & 0xFF;
  const uint32_t value = (low > MAXIMUM_STATUS ? MAXIMUM_STATUS : low) + 1;
  for (;;)
    __asm__ volatile("outl %0, %1" ::"a"(value), "Nd"((uint16_t)DEBUG_EXIT));
}

// The time stamp counter, which the emulator advances once an instruction, and
// that every nanosecond.
uint64_t board_time_now(void) {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return (uint64_t)high << 32 | low;
}
