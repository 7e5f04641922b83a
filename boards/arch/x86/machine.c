// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Console, exit, time and faults of an x86 machine. Layouts of descriptors:
// Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3.
#include "board.h"
#include "memory.h"
#include "text.h"

#define FAULT_STATUS 125
#define MAXIMUM_STATUS 127

#define SERIAL_DATA 0x3F8 // 16550: the first serial port
#define SERIAL_STATUS 0x3FD
#define SERIAL_READY 0x20
#define DEBUG_EXIT 0xF4 // QEMU's isa-debug-exit

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

// The emulator ends with twice the value and one, in 8 bits.
void board_exit(int status) {
  const uint32_t low = (uint32_t)status & 0xFF;
  const uint32_t value = low > MAXIMUM_STATUS ? MAXIMUM_STATUS : low;
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

struct gate {
  uint16_t offset_low, selector;
  uint8_t stack, type;
  uint16_t offset_middle;
  uint32_t offset_high, reserved;
};

struct __attribute__((packed)) task_state {
  uint32_t reserved;
  uint64_t unused[4];
  uint64_t stacks[7]; // numbered from 1
  uint64_t rest[2];
};

struct __attribute__((packed)) table_pointer {
  uint16_t limit;
  const void *base;
};

enum { CODE_SELECTOR = 8, TASK_SELECTOR = 24 };
enum { EXCEPTION_COUNT = 32, ENTRY_BYTES = 16 };
#define INTERRUPT_GATE 0x8E
#define TASK_DESCRIPTOR 0x0000890000000000u

extern const char x86_fault_entries[];
static struct gate gates[EXCEPTION_COUNT];
static struct task_state task;
static uint64_t descriptors[5] = {0, 0x00AF9B000000FFFFu, 0x00CF93000000FFFFu}; // 64-bit code, data

void x86_catch_faults(void);
void board_report_fault(uint64_t vector, uint64_t error, uint64_t pc, uint64_t address);

// Any exception is fatal. The stack may be what failed: the report gets a
// fresh one, which takes a task state.
void x86_catch_faults(void) {
  task.stacks[0] = (uintptr_t)__stack_end;
  const uintptr_t base = (uintptr_t)&task;
  descriptors[3] = TASK_DESCRIPTOR | (sizeof(task) - 1) | (base & 0xFFFFFF) << 16 |
                   (base >> 24 & 0xFF) << 56;
  descriptors[4] = base >> 32;
  for (size_t i = 0; i < EXCEPTION_COUNT; ++i) {
    const uintptr_t entry = (uintptr_t)x86_fault_entries + i * ENTRY_BYTES;
    gates[i] = (struct gate){(uint16_t)entry, CODE_SELECTOR, 1, INTERRUPT_GATE,
                             (uint16_t)(entry >> 16), (uint32_t)(entry >> 32), 0};
  }
  const struct table_pointer descriptor_table = {sizeof(descriptors) - 1, descriptors};
  const struct table_pointer gate_table = {sizeof(gates) - 1, gates};
  __asm__ volatile("lgdt %0\n\tltr %1\n\tlidt %2" ::"m"(descriptor_table),
                   "r"((uint16_t)TASK_SELECTOR), "m"(gate_table)
                   : "memory");
}

void board_report_fault(uint64_t vector, uint64_t error, uint64_t pc, uint64_t address) {
  text_string("fault: exception ");
  text_unsigned((uint32_t)vector);
  text_string(", error code ");
  text_hex(error);
  text_string(", pc ");
  text_hex(pc);
  text_string(", address ");
  text_hex(address);
  text_string("\n");
  board_exit(FAULT_STATUS);
}
