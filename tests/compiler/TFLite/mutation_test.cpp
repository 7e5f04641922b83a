// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Broken .tflite files: the importer returns a module or reports errors; it
// never crashes. A few hundred mutations of each model, or as many as
// IREE_TFLITE_MUTATIONS says.
#include "compiler/Input/TFLite/Import.h"
#include "compiler/Pipeline.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

using namespace mlir;
using namespace iree_compiler;

namespace {

constexpr int kDefaultMutations = 300;
constexpr size_t kOffsetBytes = 4;

std::string environment(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : "";
}

/// The .tflite files of a directory.
std::vector<std::string> modelsIn(const std::string &directory) {
  std::vector<std::string> paths;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator it(directory, error), end; it != end && !error;
       it.increment(error))
    if (llvm::sys::path::extension(it->path()) == ".tflite")
      paths.push_back(it->path());
  llvm::sort(paths);
  return paths;
}

class Mutator {
public:
  explicit Mutator(unsigned seed) : random(seed) {}

  std::string mutate(const std::string &file) {
    std::string data = file;
    switch (below(6)) {
    case 0: // cut off
      data.resize(below(data.size()));
      return data;
    case 1: // two words exchanged: offsets, lengths
      swapWords(at(data), at(data));
      return data;
    case 2: // a word replaced by a number with an edge
      writeWord(data, kEdges[below(std::size(kEdges))]);
      return data;
    case 3: // a word changed a little
      adjustWord(data);
      return data;
    default: // a few bytes flipped
      for (size_t i = 0, count = 1 + below(8); i < count; ++i)
        data[below(data.size())] ^= static_cast<char>(1u << below(8));
      return data;
    }
  }

private:
  static constexpr uint32_t kEdges[] = {
      0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE};

  size_t below(size_t count) { return std::uniform_int_distribution<size_t>(0, count - 1)(random); }

  /// Tables and vectors lie aligned, most of the graph at the end of the file
  /// or, with other writers, at its beginning.
  char *at(std::string &data) {
    size_t span = below(2) ? std::min<size_t>(data.size(), 8192) : data.size();
    size_t start = below(2) ? data.size() - span : 0;
    size_t offset = start + below(span);
    offset -= offset % kOffsetBytes;
    return data.data() + std::min(offset, data.size() - kOffsetBytes);
  }

  static void swapWords(char *first, char *second) {
    for (size_t i = 0; i < kOffsetBytes; ++i)
      std::swap(first[i], second[i]);
  }

  void writeWord(std::string &data, uint32_t value) {
    llvm::support::endian::write32le(at(data), value);
  }

  void adjustWord(std::string &data) {
    char *word = at(data);
    uint32_t value = llvm::support::endian::read32le(word);
    llvm::support::endian::write32le(word, value + static_cast<uint32_t>(below(9)) - 4);
  }

  std::mt19937 random;
};

void checkMutations(const std::string &path) {
  auto file = llvm::MemoryBuffer::getFile(path);
  ASSERT_TRUE(file) << path;
  std::string original = (*file)->getBuffer().str();
  std::string wanted = environment("IREE_TFLITE_MUTATIONS");
  int count = wanted.empty() ? kDefaultMutations : std::stoi(wanted);
  Mutator mutator(1);
  int imported = 0;
  for (int i = -1; i < count; ++i) { // the first one is the model itself
    std::string data = i < 0 ? original : mutator.mutate(original);
    DialectRegistry registry;
    registerDialects(registry);
    MLIRContext context(registry, MLIRContext::Threading::DISABLED);
    int errors = 0;
    std::string text;
    context.getDiagEngine().registerHandler([&](Diagnostic &diagnostic) {
      errors += diagnostic.getSeverity() == DiagnosticSeverity::Error;
      text += diagnostic.str() + "\n";
    });
    OwningOpRef<ModuleOp> module = tflite::importModel(data, path, context, {});
    if (i < 0)
      ASSERT_TRUE(module) << path << "\n" << text;
    if (!module) {
      ASSERT_EQ(errors, 1) << path << ", mutation " << i << "\n" << text;
      continue;
    }
    ASSERT_EQ(errors, 0) << path << ", mutation " << i;
    ASSERT_TRUE(succeeded(verify(*module))) << path << ", mutation " << i << "\n" << text;
    ++imported;
  }
  // Otherwise the mutations would test the first check only.
  EXPECT_GT(imported, 1) << path;
  EXPECT_LT(imported, count) << path;
}

TEST(TFLiteMutation, SmallModels) {
  std::vector<std::string> paths = modelsIn(environment("IREE_TFLITE_SMALL_MODELS"));
  ASSERT_FALSE(paths.empty()) << "IREE_TFLITE_SMALL_MODELS names no directory of models";
  for (const std::string &path : paths)
    checkMutations(path);
}

TEST(TFLiteMutation, PublishedModels) {
  std::string directory = environment("IREE_TEST_MODELS_DIR");
  if (directory.empty())
    directory = IREE_SOURCE_DIR "/../shared/models";
  std::vector<std::string> paths = modelsIn(directory);
  if (paths.empty())
    GTEST_SKIP() << "skipped: no model files";
  for (const std::string &path : paths)
    checkMutations(path);
}

} // namespace
