// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any exception is fatal. The stack may be what failed, so that the report
// needs a fresh one, which takes a task state: in 64-bit mode all exceptions
// switch stacks; in 32-bit mode the double fault, in which a stack overflow
// ends, switches tasks. Layouts: Intel 64 and IA-32 Architectures Software
// Developer's Manual, volume 3.
#include "board.h"
#include "memory.h"
#include "text.h"

#define FAULT_STATUS 125
#define DOUBLE_FAULT 8

enum { EXCEPTION_COUNT = 32, ENTRY_BYTES = 16 };
enum { CODE_SELECTOR = 8, DATA_SELECTOR = 16, TASK_SELECTOR = 24, FAULT_TASK_SELECTOR = 32 };
#define INTERRUPT_GATE 0x8E
#define TASK_GATE 0x85
#define TASK_DESCRIPTOR 0x0000890000000000u
#define DATA_DESCRIPTOR 0x00CF93000000FFFFu

struct __attribute__((packed)) table_pointer {
  uint16_t limit;
  const void *base;
};

extern const char x86_fault_entries[];

void x86_catch_faults(void);
void board_report_fault(uintptr_t vector, uintptr_t error, uintptr_t pc);

// The low half of a task state's descriptor, which is all of it in 32-bit mode.
static uint64_t task_descriptor(const void *task, uint32_t size_bytes) {
  const uint64_t base = (uintptr_t)task;
  return TASK_DESCRIPTOR | (size_bytes - 1) | (base & 0xFFFFFF) << 16 | (base >> 24 & 0xFF) << 56;
}

#if defined(__x86_64__)

#define CODE_DESCRIPTOR 0x00AF9B000000FFFFu

struct gate {
  uint16_t offset_low, selector;
  uint8_t stack, type;
  uint16_t offset_middle;
  uint32_t offset_high, reserved;
};

static struct __attribute__((packed)) {
  uint32_t reserved;
  uint64_t unused[4];
  uint64_t stacks[7]; // numbered from 1
  uint64_t rest[2];
} task;

static struct gate gate_to(uint32_t vector) {
  const uintptr_t entry = (uintptr_t)x86_fault_entries + vector * ENTRY_BYTES;
  return (struct gate){(uint16_t)entry,         CODE_SELECTOR,           1, INTERRUPT_GATE,
                       (uint16_t)(entry >> 16), (uint32_t)(entry >> 32), 0};
}

static void describe_tasks(uint64_t descriptors[2]) {
  task.stacks[0] = (uintptr_t)__stack_end;
  descriptors[0] = task_descriptor(&task, sizeof(task));
  descriptors[1] = (uintptr_t)&task >> 32;
}

static uintptr_t interrupted_pc(uintptr_t vector, uintptr_t pc) {
  (void)vector;
  return pc;
}

#else

#define CODE_DESCRIPTOR 0x00CF9B000000FFFFu
#define FLAGS_ALWAYS_SET 2u

struct gate {
  uint16_t offset_low, selector;
  uint8_t reserved, type;
  uint16_t offset_high;
};

static struct task_state {
  uint32_t unused[7], page_map, pc, flags, registers[4], stack, more_registers[3];
  uint32_t es, cs, ss, ds, fs, gs, rest[2];
} task, fault_task;

static struct gate gate_to(uint32_t vector) {
  if (vector == DOUBLE_FAULT)
    return (struct gate){0, FAULT_TASK_SELECTOR, 0, TASK_GATE, 0};
  const uintptr_t entry = (uintptr_t)x86_fault_entries + vector * ENTRY_BYTES;
  return (struct gate){(uint16_t)entry, CODE_SELECTOR, 0, INTERRUPT_GATE, (uint16_t)(entry >> 16)};
}

static void describe_tasks(uint64_t descriptors[2]) {
  uint32_t page_map;
  __asm__ volatile("mov %%cr3, %0" : "=r"(page_map));
  // The entry pops vector, error code and instruction; the processor pushes no
  // instruction here, so that a word is left for it.
  const uint32_t stack = (uint32_t)(__stack_end - 4);
  const uint32_t entry = (uint32_t)x86_fault_entries + DOUBLE_FAULT * ENTRY_BYTES;
  fault_task = (struct task_state){.page_map = page_map,
                                   .pc = entry,
                                   .flags = FLAGS_ALWAYS_SET,
                                   .stack = stack,
                                   .es = DATA_SELECTOR,
                                   .cs = CODE_SELECTOR,
                                   .ss = DATA_SELECTOR,
                                   .ds = DATA_SELECTOR};
  descriptors[0] = task_descriptor(&task, sizeof(task));
  descriptors[1] = task_descriptor(&fault_task, sizeof(fault_task));
}

static uintptr_t interrupted_pc(uintptr_t vector, uintptr_t pc) {
  return vector == DOUBLE_FAULT ? task.pc : pc;
}

#endif

void x86_catch_faults(void) {
  static struct gate gates[EXCEPTION_COUNT];
  static uint64_t descriptors[5] = {0, CODE_DESCRIPTOR, DATA_DESCRIPTOR};
  describe_tasks(&descriptors[3]);
  for (uint32_t vector = 0; vector < EXCEPTION_COUNT; ++vector)
    gates[vector] = gate_to(vector);
  const struct table_pointer descriptor_table = {sizeof(descriptors) - 1, descriptors};
  const struct table_pointer gate_table = {sizeof(gates) - 1, gates};
  __asm__ volatile("lgdt %0\n\tltr %1\n\tlidt %2" ::"m"(descriptor_table),
                   "r"((uint16_t)TASK_SELECTOR), "m"(gate_table)
                   : "memory");
}

void board_report_fault(uintptr_t vector, uintptr_t error, uintptr_t pc) {
  uintptr_t address;
  __asm__ volatile("mov %%cr2, %0" : "=r"(address));
  text_string("fault: exception ");
  text_unsigned((uint32_t)vector);
  text_string(", error code ");
  text_hex(error);
  text_string(", pc ");
  text_hex(interrupted_pc(vector, pc));
  text_string(", address ");
  text_hex(address);
  text_string("\n");
  board_exit(FAULT_STATUS);
}
