// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cstring>

#include "test_support.h"

namespace iree::test {
namespace {

std::string message(iree_status_t status) {
  iree_string_view_t view = iree_status_message(status);
  return std::string(view.data, view.size);
}

TEST(Status, OkIsZeroAndHasNoMessage) {
  EXPECT_TRUE(iree_status_is_ok(iree_ok_status()));
  EXPECT_EQ(iree_status_code(iree_ok_status()), IREE_STATUS_OK);
  EXPECT_EQ(toText(iree_ok_status()), "OK");
}

TEST(Status, CarriesCodeLocationAndText) {
  int line = __LINE__ + 1;
  iree_status_t status = iree_make_status(IREE_STATUS_OUT_OF_RANGE, "word %d", 7);
  EXPECT_FALSE(iree_status_is_ok(status));
  EXPECT_EQ(iree_status_code(status), IREE_STATUS_OUT_OF_RANGE);
  EXPECT_EQ(message(status), "word 7");
  EXPECT_EQ(toText(status),
            std::string(__FILE__) + ":" + std::to_string(line) + ": OUT_OF_RANGE; word 7");
}

TEST(Status, MessageIsOptional) {
  iree_status_t status = iree_make_status(IREE_STATUS_UNAVAILABLE);
  EXPECT_EQ(iree_status_code(status), IREE_STATUS_UNAVAILABLE);
  EXPECT_EQ(message(status), "");
  EXPECT_EQ(toText(iree_status_from_code(IREE_STATUS_ABORTED)), "ABORTED");
}

TEST(Status, FormatsEveryConversion) {
  iree_string_view_t view = {"abcdef", 3};
  iree_status_t status = iree_make_status(IREE_STATUS_INTERNAL, "%s %.*s %d %u %x %c %% %zu %ld",
                                          "text", (int)view.size, view.data, -2147483647 - 1,
                                          4294967295u, 0xBEEFu, '!', SIZE_MAX, -5L);
  EXPECT_EQ(message(status), "text abc -2147483648 4294967295 beef ! % 18446744073709551615 -5");
}

TEST(Status, LongMessagesAreCut) {
  std::string text(3 * IREE_STATUS_MESSAGE_CAPACITY, 'x');
  iree_status_t status = iree_make_status(IREE_STATUS_INTERNAL, "%s", text.c_str());
  EXPECT_EQ(message(status), text.substr(0, IREE_STATUS_MESSAGE_CAPACITY - 1));
}

TEST(Status, TextOfOldStatusesIsLostButNotTheirCode) {
  iree_status_t first = iree_make_status(IREE_STATUS_DATA_LOSS, "first");
  for (int i = 0; i < IREE_STATUS_RECORD_COUNT; ++i) {
    EXPECT_EQ(message(first), "first");
    iree_status_ignore(iree_make_status(IREE_STATUS_INTERNAL, "%d", i));
  }
  EXPECT_EQ(message(first), "");
  EXPECT_EQ(iree_status_code(first), IREE_STATUS_DATA_LOSS);
  EXPECT_EQ(toText(first), "DATA_LOSS");
}

TEST(Status, FormatReportsTheFullLength) {
  char buffer[8];
  iree_host_size_t length = 0;
  iree_status_t status = iree_status_from_code(IREE_STATUS_INVALID_ARGUMENT);
  EXPECT_FALSE(iree_status_format(status, sizeof(buffer), buffer, &length));
  EXPECT_STREQ(buffer, "INVALID");
  EXPECT_EQ(length, strlen("INVALID_ARGUMENT"));
  EXPECT_FALSE(iree_status_format(status, 0, nullptr, &length));
}

TEST(Status, CodeNames) {
  EXPECT_STREQ(iree_status_code_string(IREE_STATUS_OK), "OK");
  EXPECT_STREQ(iree_status_code_string(IREE_STATUS_FAILED_PRECONDITION), "FAILED_PRECONDITION");
  EXPECT_STREQ(iree_status_code_string(IREE_STATUS_UNAUTHENTICATED), "UNAUTHENTICATED");
  EXPECT_STREQ(iree_status_code_string(static_cast<iree_status_code_t>(31)), "UNKNOWN");
}

iree_status_t failsSecond(int *steps) {
  IREE_RETURN_IF_ERROR(iree_ok_status());
  ++*steps;
  IREE_RETURN_IF_ERROR(iree_make_status(IREE_STATUS_NOT_FOUND, "here"));
  ++*steps;
  return iree_ok_status();
}

TEST(Status, ReturnIfErrorStopsAtTheFirst) {
  int steps = 0;
  EXPECT_STATUS(failsSecond(&steps), IREE_STATUS_NOT_FOUND, "here");
  EXPECT_EQ(steps, 1);
}

TEST(Time, AdvancesAndWaits) {
  iree_time_t begin = iree_time_now();
  EXPECT_GT(begin, 0);
  EXPECT_TRUE(iree_wait_until(begin + 2000000));
  EXPECT_GE(iree_time_now(), begin + 2000000);
}

} // namespace
} // namespace iree::test
