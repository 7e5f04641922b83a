// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/format.h"
#include "base/internal.h"
#include "iree/base/time.h"
#include "iree/check/api.h"

namespace {

// googletest's * and ?.
bool matchesPattern(iree_string_view_t pattern, iree_string_view_t name) {
  size_t at = 0, position = 0;
  size_t star = SIZE_MAX, starPosition = 0;
  while (position < name.size) {
    if (at < pattern.size && pattern.data[at] == '*') {
      star = at++;
      starPosition = position;
    } else if (at < pattern.size &&
               (pattern.data[at] == '?' || pattern.data[at] == name.data[position])) {
      ++at;
      ++position;
    } else if (star != SIZE_MAX) {
      at = star + 1;
      position = ++starPosition;
    } else {
      return false;
    }
  }
  while (at < pattern.size && pattern.data[at] == '*')
    ++at;
  return at == pattern.size;
}

bool matchesAny(iree_string_view_t patterns, iree_string_view_t name) {
  size_t begin = 0;
  for (size_t end = 0; end <= patterns.size; ++end) {
    if (end != patterns.size && patterns.data[end] != ':')
      continue;
    if (matchesPattern(iree_make_string_view(patterns.data + begin, end - begin), name))
      return true;
    begin = end + 1;
  }
  return false;
}

bool isSelected(iree_string_view_t filter, iree_string_view_t name) {
  size_t minus = 0;
  while (minus < filter.size && filter.data[minus] != '-')
    ++minus;
  bool isIncluded = minus == 0 || matchesAny(iree_make_string_view(filter.data, minus), name);
  return isIncluded &&
         (minus >= filter.size ||
          !matchesAny(iree_make_string_view(filter.data + minus + 1, filter.size - minus - 1),
                      name));
}

const char *plural(uint32_t count) { return count == 1 ? "" : "s"; }

unsigned long millisecondsSince(iree_time_t begin) {
  return static_cast<unsigned long>((iree_time_now() - begin) / 1000000);
}

class Run {
public:
  Run(iree_runtime_session_t *runSession, const iree_check_options_t *runOptions)
      : session(runSession), options(runOptions) {}

  iree_status_t countTests();
  void listTests();
  iree_status_t runTests();
  iree_check_result_t result = {0, 0};

private:
  static constexpr size_t kLineBytes = 512;

  // One after the other: false when there are no more.
  bool nextTest();
  bool isTest();
  void runTest();
  void printSummary(iree_time_t begin);
  iree_status_t noteCheck(const iree_vm_check_t *check);
  void print(const char *format, ...);

  const iree_vm_bytecode_module_t *module() const {
    return iree_runtime_session_module(session, moduleIndex);
  }

  iree_runtime_session_t *session;
  const iree_check_options_t *options;
  // The current test.
  size_t moduleIndex = 0;
  uint32_t nextOrdinal = 0;
  uint32_t testIndex = 0; // among the selected ones, one more
  iree_vm_function_info_t function = {};
  iree_string_view_t name = {}; // "module.function"
  char nameText[kLineBytes];
  bool hasFailed = false;
  uint32_t testCount = 0, moduleCount = 0;
  uint8_t failedTests[(IREE_CHECK_MAX_TESTS + 7) / 8] = {};
};

void Run::print(const char *format, ...) {
  char line[kLineBytes];
  iree::TextBuffer text(line, sizeof(line));
  va_list args;
  va_start(args, format);
  text.appendFormatV(format, args);
  va_end(args);
  options->print(options->self, iree_make_string_view(line, text.storedLength()));
}

bool Run::isTest() {
  bool isPrivate =
      function.name.size >= 2 && function.name.data[0] == '_' && function.name.data[1] == '_';
  if (isPrivate || function.argument_count != 0 || function.result_count != 0)
    return false;
  iree::TextBuffer text(nameText, sizeof(nameText));
  text.appendFormat("%.*s.%.*s", IREE_SV_ARGS(module()->name), IREE_SV_ARGS(function.name));
  name = iree_make_string_view(nameText, text.storedLength());
  return isSelected(options->filter, name);
}

bool Run::nextTest() {
  for (; moduleIndex < iree_runtime_session_module_count(session); ++moduleIndex, nextOrdinal = 0)
    while (nextOrdinal < module()->function_count) {
      iree_vm_bytecode_module_function(module(), nextOrdinal++, &function);
      if (!isTest())
        continue;
      ++testIndex;
      return true;
    }
  moduleIndex = nextOrdinal = testIndex = 0;
  return false;
}

iree_status_t Run::countTests() {
  size_t lastModule = SIZE_MAX;
  while (nextTest()) {
    ++testCount;
    moduleCount += moduleIndex != lastModule;
    lastModule = moduleIndex;
  }
  if (testCount > IREE_CHECK_MAX_TESTS)
    return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED,
                            "%u tests; one run takes up to %u (IREE_CHECK_MAX_TESTS)", testCount,
                            static_cast<unsigned>(IREE_CHECK_MAX_TESTS));
  return iree_ok_status();
}

void Run::listTests() {
  size_t lastModule = SIZE_MAX;
  while (nextTest()) {
    if (moduleIndex != lastModule)
      print("%.*s.\n", IREE_SV_ARGS(module()->name));
    lastModule = moduleIndex;
    print("  %.*s\n", IREE_SV_ARGS(function.name));
  }
}

iree_status_t Run::noteCheck(const iree_vm_check_t *check) {
  iree_check_mismatch_t mismatch = iree_check_compare(check);
  if (mismatch.count == 0)
    return iree_ok_status();
  hasFailed = true;
  char text[kLineBytes];
  iree_check_describe(check, &mismatch, sizeof(text), text);
  static const char *const kinds[] = {"expect_eq", "expect_almost_eq", "expect_all_true",
                                      "expect_all_false"};
  print("%.*s: Failure\n", IREE_SV_ARGS(check->location));
  print("%s: %s\n", kinds[check->kind], text);
  return iree_ok_status();
}

void Run::runTest() {
  print("[ RUN      ] %.*s\n", IREE_SV_ARGS(name));
  hasFailed = false;
  iree_time_t begin = iree_time_now();
  iree_runtime_call_t call;
  iree_vm_function_t handle = {module(), nextOrdinal - 1};
  iree_status_t status = iree_runtime_call_initialize(session, handle, &call);
  if (iree_status_is_ok(status)) {
    status = iree_runtime_call_invoke(&call, 0);
    iree_runtime_call_deinitialize(&call);
  }
  if (!iree_status_is_ok(status)) {
    char text[kLineBytes];
    iree_host_size_t length = 0;
    iree_status_format(status, sizeof(text), text, &length);
    print("invocation failed: %s\n", text);
    iree_status_ignore(status);
    hasFailed = true;
  }
  ++result.run_count;
  if (hasFailed) {
    ++result.failed_count;
    failedTests[(testIndex - 1) / 8] |= static_cast<uint8_t>(1u << (testIndex - 1) % 8);
  }
  print(hasFailed ? "[  FAILED  ] %.*s (%lu ms)\n" : "[       OK ] %.*s (%lu ms)\n",
        IREE_SV_ARGS(name), millisecondsSince(begin));
}

void Run::printSummary(iree_time_t begin) {
  print("[==========] %u test%s from %u test suite%s ran. (%lu ms total)\n", testCount,
        plural(testCount), moduleCount, plural(moduleCount), millisecondsSince(begin));
  uint32_t passed = result.run_count - result.failed_count;
  print("[  PASSED  ] %u test%s.\n", passed, plural(passed));
  if (result.failed_count == 0)
    return;
  print("[  FAILED  ] %u test%s, listed below:\n", result.failed_count,
        plural(result.failed_count));
  while (nextTest())
    if (failedTests[(testIndex - 1) / 8] >> (testIndex - 1) % 8 & 1)
      print("[  FAILED  ] %.*s\n", IREE_SV_ARGS(name));
  print("\n %u FAILED TEST%s\n", result.failed_count, result.failed_count == 1 ? "" : "S");
}

iree_status_t Run::runTests() {
  iree_vm_check_callback_t callback = {[](void *self, const iree_vm_check_t *check) {
                                         return static_cast<Run *>(self)->noteCheck(check);
                                       },
                                       this};
  iree_runtime_session_set_check_callback(session, callback);
  print("[==========] Running %u test%s from %u test suite%s.\n", testCount, plural(testCount),
        moduleCount, plural(moduleCount));
  iree_time_t begin = iree_time_now();
  while (nextTest())
    runTest();
  printSummary(begin);
  iree_runtime_session_set_check_callback(session, {nullptr, nullptr});
  return iree_ok_status();
}

} // namespace

iree_status_t iree_check_run(iree_runtime_session_t *session, const iree_check_options_t *options,
                             iree_check_result_t *out_result) {
  *out_result = {0, 0};
  Run run(session, options);
  IREE_RETURN_IF_ERROR(run.countTests());
  if (options->list_tests) {
    run.listTests();
    return iree_ok_status();
  }
  IREE_RETURN_IF_ERROR(run.runTests());
  *out_result = run.result;
  return iree_ok_status();
}
