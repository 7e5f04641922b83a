// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/base/status.h"

#include "base/format.h"
#include "base/internal.h"

#if IREE_STATUS_MODE >= 1

namespace {

// A status is code | serial << 5. Its record is the one at serial modulo the
// ring's size, as long as that record still has the same serial.
struct Record {
  uintptr_t serial;
  const char *file;
  int line;
  size_t length;
#if IREE_STATUS_MODE >= 2
  char message[IREE_STATUS_MESSAGE_CAPACITY];
#else
  char message[1];
#endif
};

static_assert((IREE_STATUS_RECORD_COUNT & (IREE_STATUS_RECORD_COUNT - 1)) == 0,
              "the ring is indexed by the low bits of the serial");

// Records are written and formatted one at a time.
iree::SpinLock recordsLock;
Record records[IREE_STATUS_RECORD_COUNT];
uintptr_t lastSerial;

uintptr_t nextSerial() {
#if IREE_SYNCHRONIZATION_DISABLE_UNSAFE
  uintptr_t serial = ++lastSerial;
#else
  uintptr_t serial = __atomic_add_fetch(&lastSerial, 1, __ATOMIC_RELAXED);
#endif
  return serial & (UINTPTR_MAX >> 5);
}

const Record *findRecord(iree_status_t status) {
  uintptr_t serial = reinterpret_cast<uintptr_t>(status) >> 5;
  if (serial == 0)
    return nullptr;
  const Record &record = records[serial % IREE_STATUS_RECORD_COUNT];
  return record.serial == serial ? &record : nullptr;
}

} // namespace

iree_status_t iree_status_allocate_f(const char *file, int line, int code, ...) {
  uintptr_t serial = nextSerial();
  uintptr_t low = static_cast<uintptr_t>(code) & IREE_STATUS_CODE_MASK;
  if (low == 0)
    return iree_ok_status();
  // Serial 0 means "no record", which is what the code alone looks like.
  recordsLock.lock();
  Record &record = records[serial % IREE_STATUS_RECORD_COUNT];
  record.serial = serial;
  record.file = file;
  record.line = line;
  va_list args;
  va_start(args, code);
  const char *format = va_arg(args, const char *);
  iree::TextBuffer text(record.message, sizeof(record.message));
  text.appendFormatV(format, args);
  va_end(args);
  record.length = text.storedLength();
  recordsLock.unlock();
  return reinterpret_cast<iree_status_t>(serial << 5 | low);
}

#endif // IREE_STATUS_MODE

const char *iree_status_code_string(iree_status_code_t code) {
  // One string without pointers to its parts needs no relocation.
  static const char names[] = "OK\0CANCELLED\0UNKNOWN\0INVALID_ARGUMENT\0DEADLINE_EXCEEDED\0"
                              "NOT_FOUND\0ALREADY_EXISTS\0PERMISSION_DENIED\0"
                              "RESOURCE_EXHAUSTED\0FAILED_PRECONDITION\0ABORTED\0OUT_OF_RANGE\0"
                              "UNIMPLEMENTED\0INTERNAL\0UNAVAILABLE\0DATA_LOSS\0UNAUTHENTICATED";
  unsigned remaining = static_cast<unsigned>(code);
  if (remaining > IREE_STATUS_UNAUTHENTICATED)
    return "UNKNOWN";
  const char *name = names;
  while (remaining-- != 0) {
    while (*name++ != 0) {
    }
  }
  return name;
}

iree_string_view_t iree_status_message(iree_status_t status) {
#if IREE_STATUS_MODE >= 1
  recordsLock.lock();
  const Record *record = findRecord(status);
  iree_string_view_t message = iree_string_view_empty();
  if (record)
    message = iree_make_string_view(record->message, record->length);
  recordsLock.unlock();
  return message;
#else
  (void)status;
  return iree_string_view_empty();
#endif
}

bool iree_status_format(iree_status_t status, iree_host_size_t buffer_capacity, char *buffer,
                        iree_host_size_t *out_buffer_length) {
  iree::TextBuffer text(buffer, buffer_capacity);
#if IREE_STATUS_MODE >= 1
  recordsLock.lock();
  const Record *record = findRecord(status);
  if (record)
    text.appendFormat("%s:%d: ", record->file, record->line);
#endif
  text.appendText(iree_status_code_string(iree_status_code(status)));
#if IREE_STATUS_MODE >= 1
  if (record && record->length != 0)
    text.appendFormat("; %s", record->message);
  recordsLock.unlock();
#endif
  if (out_buffer_length)
    *out_buffer_length = text.fullLength();
  return text.fullLength() < buffer_capacity;
}
