// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// QEMU plugin: counts the instructions a guest executes between the function
// entries `begin` and `end`, summed over all such intervals:
//
//   -plugin libinsn_count.so,begin=0x..,end=0x..[,stack_start=0x..,stack_end=0x..]
//   -d plugin -D FILE
//
// writes `instructions=N intervals=N`, and with a stack range `stack_bytes=N`:
// the distance from stack_end down to the lowest store into it within the
// intervals. The first instruction of `begin` is counted, that of `end` is not.
// `code_low=N code_high=N` are the lowest and highest address of instructions
// first met within an interval: where its code lies.
//
// With `kernels_start=0x..,kernels_end=0x..`, a range of code, writes
// `calls=N` and a line `call_I=M` for each call into the range within the
// intervals, in order: M instructions were executed in the range until the next
// call. What the range calls outside of itself ends a call.
//
// Debian ships QEMU 7.2 with plugin API version 1 but without its header, so
// that the functions used are declared here.
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS = 0 };
enum qemu_plugin_mem_rw { QEMU_PLUGIN_MEM_W = 2 };
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 = 0 };

typedef void (*qemu_plugin_udata_cb_t)(qemu_plugin_id_t id, void *data);
typedef void (*qemu_plugin_vcpu_udata_cb_t)(unsigned vcpu, void *data);
typedef void (*qemu_plugin_vcpu_mem_cb_t)(unsigned vcpu, qemu_plugin_meminfo_t info,
                                          uint64_t address, void *data);
typedef void (*qemu_plugin_vcpu_tb_trans_cb_t)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_tb_trans_cb_t cb);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, qemu_plugin_vcpu_udata_cb_t cb,
                                          enum qemu_plugin_cb_flags flags, void *data);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_udata_cb_t cb, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
                                            qemu_plugin_vcpu_udata_cb_t cb,
                                            enum qemu_plugin_cb_flags flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn,
                                                enum qemu_plugin_op op, void *target,
                                                uint64_t value);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, qemu_plugin_vcpu_mem_cb_t cb,
                                      enum qemu_plugin_cb_flags flags, enum qemu_plugin_mem_rw rw,
                                      void *data);
void qemu_plugin_outs(const char *text);

EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
                               char **argv);

static struct {
  uint64_t begin, end;                 // function entries
  uint64_t stack_start, stack_end;     // watched range; empty: not watched
  uint64_t kernels_start, kernels_end; // range whose calls are told apart; empty: none
} options;

enum { MAX_CALLS = 65536 };

static uint64_t executed; // all instructions so far; advanced by generated code
static uint64_t interval_start;
static bool in_interval;
static uint64_t counted, interval_count;
static uint64_t lowest_store;
static uint64_t code_low = UINT64_MAX, code_high;
static uint64_t kernels_executed;            // of `executed`, those in the range of kernels
static uint64_t outside_before = UINT64_MAX; // executed elsewhere when a call began
static uint64_t call_start;                  // kernels_executed then
static uint64_t call_count, calls[MAX_CALLS];

static void end_call(void) {
  if (call_count > 0 && call_count <= MAX_CALLS && outside_before != UINT64_MAX)
    calls[call_count - 1] = kernels_executed - call_start;
  outside_before = UINT64_MAX;
}

// A block of the range is about to run: a call, if other code ran since the last.
static void on_kernel_block(unsigned vcpu, void *data) {
  (void)vcpu, (void)data;
  uint64_t outside = executed - kernels_executed;
  if (!in_interval || outside == outside_before)
    return;
  end_call();
  ++call_count;
  outside_before = outside;
  call_start = kernels_executed;
}

static void on_begin(unsigned vcpu, void *data) {
  (void)vcpu, (void)data;
  interval_start = executed;
  in_interval = true;
}

static void on_end(unsigned vcpu, void *data) {
  (void)vcpu, (void)data;
  if (!in_interval)
    return;
  in_interval = false;
  end_call();
  counted += executed - interval_start;
  ++interval_count;
}

static void on_store(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t address, void *data) {
  (void)vcpu, (void)info, (void)data;
  if (in_interval && address >= options.stack_start && address < lowest_store) {
    lowest_store = address;
  }
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
  (void)id;
  size_t count = qemu_plugin_tb_n_insns(tb);
  uint64_t first = count ? qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0)) : 0;
  bool is_kernel = first >= options.kernels_start && first < options.kernels_end;
  if (is_kernel)
    qemu_plugin_register_vcpu_tb_exec_cb(tb, on_kernel_block, QEMU_PLUGIN_CB_NO_REGS, NULL);
  for (size_t i = 0; i < count; ++i) {
    struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
    uint64_t address = qemu_plugin_insn_vaddr(insn);
    if (in_interval) {
      code_low = address < code_low ? address : code_low;
      code_high = address > code_high ? address : code_high;
    }
    // Counter and callbacks of one instruction keep their order at both ends,
    // so that the difference is exact whatever the order is.
    qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &executed, 1);
    if (is_kernel) {
      qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
                                                 &kernels_executed, 1);
    }
    if (address == options.begin) {
      qemu_plugin_register_vcpu_insn_exec_cb(insn, on_begin, QEMU_PLUGIN_CB_NO_REGS, NULL);
    } else if (address == options.end) {
      qemu_plugin_register_vcpu_insn_exec_cb(insn, on_end, QEMU_PLUGIN_CB_NO_REGS, NULL);
    }
    if (options.stack_end != 0) {
      qemu_plugin_register_vcpu_mem_cb(insn, on_store, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_W,
                                       NULL);
    }
  }
}

static void report_calls(void) {
  char text[160];
  snprintf(text, sizeof(text), "calls=%" PRIu64 "\n", call_count);
  qemu_plugin_outs(text);
  for (uint64_t i = 0; i < call_count && i < MAX_CALLS; ++i) {
    snprintf(text, sizeof(text), "call_%" PRIu64 "=%" PRIu64 "\n", i, calls[i]);
    qemu_plugin_outs(text);
  }
}

static void on_exit_report(qemu_plugin_id_t id, void *data) {
  (void)id, (void)data;
  char text[160];
  snprintf(text, sizeof(text), "instructions=%" PRIu64 " intervals=%" PRIu64 "\n", counted,
           interval_count);
  qemu_plugin_outs(text);
  snprintf(text, sizeof(text), "code_low=%" PRIu64 " code_high=%" PRIu64 "\n", code_low, code_high);
  qemu_plugin_outs(text);
  if (options.stack_end != 0) {
    snprintf(text, sizeof(text), "stack_bytes=%" PRIu64 "\n", options.stack_end - lowest_store);
    qemu_plugin_outs(text);
  }
  if (options.kernels_end != 0)
    report_calls();
}

static bool parse_option(const char *argument) {
  static const struct {
    const char *prefix;
    uint64_t *target;
  } known[] = {{"begin=", &options.begin},
               {"end=", &options.end},
               {"stack_start=", &options.stack_start},
               {"stack_end=", &options.stack_end},
               {"kernels_start=", &options.kernels_start},
               {"kernels_end=", &options.kernels_end}};
  for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); ++i) {
    size_t length = strlen(known[i].prefix);
    if (strncmp(argument, known[i].prefix, length) != 0)
      continue;
    char *rest;
    *known[i].target = strtoull(argument + length, &rest, 0);
    return rest != argument + length && *rest == '\0';
  }
  return false;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
                        char **argv) {
  (void)info;
  for (int i = 0; i < argc; ++i) {
    if (!parse_option(argv[i])) {
      fprintf(stderr, "insn_count: bad option '%s'\n", argv[i]);
      return -1;
    }
  }
  lowest_store = options.stack_end;
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
  qemu_plugin_register_atexit_cb(id, on_exit_report, NULL);
  return 0;
}
