// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/flags.h"

#include "test_values.h"

namespace iree::tools {
namespace {

struct Parsed {
  std::string text = "default";
  std::vector<std::string> list;
  bool flag = false;
  size_t count = 7;
  double number = 0.5;
  std::vector<std::string> passedOn;
  std::string file;
  bool goesOn = false;
};

Parsed parse(std::vector<const char *> arguments) {
  Parsed parsed;
  FlagSet flags("tool", "FILE", "A test.");
  flags.add("text", parsed.text, "Text.");
  flags.add("list", parsed.list, "List.");
  flags.add("flag", parsed.flag, "Switch.");
  flags.add("count", parsed.count, "Count.");
  flags.add("number", parsed.number, "Number.");
  flags.addPrefix("other_", parsed.passedOn, "Flags of others.");
  flags.addPositional("FILE", parsed.file);
  arguments.insert(arguments.begin(), "tool");
  parsed.goesOn = flags.parse(static_cast<int>(arguments.size()), arguments.data());
  return parsed;
}

std::string parseError(std::vector<const char *> arguments) {
  return errorOf([&] { parse(arguments); });
}

TEST(Flags, Prefix) {
  Parsed parsed = parse({"--other_a=1", "file", "--other_b", "--count=2"});
  EXPECT_EQ(parsed.passedOn, (std::vector<std::string>{"--other_a=1", "--other_b"}));
  EXPECT_EQ(parsed.count, 2u);
  EXPECT_EQ(parseError({"file", "--othera=1"}), "unknown flag --othera; see --help");
}

TEST(Flags, Defaults) {
  Parsed parsed = parse({"file"});
  EXPECT_EQ(parsed.text, "default");
  EXPECT_EQ(parsed.count, 7u);
  EXPECT_EQ(parsed.file, "file");
  EXPECT_TRUE(parsed.goesOn);
}

TEST(Flags, Values) {
  Parsed parsed = parse({"--text=a=b", "--list=1", "file", "--list=", "--flag", "--count=12",
                         "--number=1e-4", "--text=c"});
  EXPECT_EQ(parsed.text, "c");
  EXPECT_EQ(parsed.list, (std::vector<std::string>{"1", ""}));
  EXPECT_TRUE(parsed.flag);
  EXPECT_EQ(parsed.count, 12u);
  EXPECT_EQ(parsed.number, 1e-4);
  EXPECT_FALSE(parse({"--flag", "--flag=false", "-"}).flag);
}

TEST(Flags, Help) {
  testing::internal::CaptureStdout();
  EXPECT_FALSE(parse({"--help"}).goesOn);
  EXPECT_NE(testing::internal::GetCapturedStdout().find("--count=..."), std::string::npos);
}

TEST(Flags, Errors) {
  EXPECT_EQ(parseError({}), "FILE is missing; see --help");
  EXPECT_EQ(parseError({"--nothing=1"}), "unknown flag --nothing; see --help");
  EXPECT_EQ(parseError({"--text"}), "--text needs a value: --text=...");
  EXPECT_EQ(parseError({"a", "b"}), "unexpected argument 'b'; see --help");
  EXPECT_EQ(parseError({"-text=1"}), "unexpected argument '-text=1'; see --help");
  EXPECT_EQ(parseError({"--flag=yes"}), "--flag: 'yes' is neither true nor false");
  for (const char *flag : {"--count=", "--count=-1", "--count= 1", "--count=1x", "--count=1e3",
                           "--count=99999999999999999999", "--number=", "--number=-1",
                           "--number=inf", "--number=1x", "--=", "--="})
    EXPECT_NE(parseError({flag, "file"}), "") << flag;
}

} // namespace
} // namespace iree::tools
