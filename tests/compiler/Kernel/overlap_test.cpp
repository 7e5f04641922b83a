// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels run on this machine with their results over their arguments, at each
// offset that overlapsOf allows, against sums computed here.
#include "compiler/Kernel/Overlap.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Emit/KernelCodegen.h"
#include "compiler/Pipeline.h"
#include "compiler/Target/Target.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "schemas/kernel_abi.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <sys/mman.h>

using namespace iree_compiler;
using mlir::func::FuncOp;

namespace {

using Bytes = std::vector<int8_t>;

[[noreturn]] void stop(const std::string &message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(1);
}

/// A module of one kernel, `@k`, in linalg form.
class Kernel {
public:
  explicit Kernel(const std::string &text, const char *triple = "", const char *cpu = "") {
    mlir::DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    module = mlir::parseSourceString<mlir::ModuleOp>(
        "module { module @kernels {\n" + text + "\n} }", &context);
    TargetOptions options;
    options.triple = triple;
    options.cpu = cpu;
    std::string error;
    if (!module || !Target::resolve(options, target, error))
      stop("invalid kernel or target " + error);
    target.attachTo(*module);
  }

  mlir::ModuleOp kernels() { return *module->getOps<mlir::ModuleOp>().begin(); }
  FuncOp function() { return kernels().lookupSymbol<FuncOp>("k"); }

  llvm::SmallVector<Overlap> overlaps() { return overlapsOf(function()); }

  Overlap overlap(unsigned argument) {
    for (const Overlap &each : overlaps())
      if (each.argument == argument)
        return each;
    stop("no overlap");
  }

  /// The Kernel stage.
  bool lower() {
    mlir::PassManager passes(&context);
    addStage(passes, Stage::Kernel, Options());
    return mlir::succeeded(passes.run(*module));
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  Target target;
};

/// Machine code in memory.
class Code {
public:
  explicit Code(Kernel &kernel) {
    auto function = kernel.kernels().lookupSymbol("k");
    auto number = [&](llvm::StringRef name) {
      auto value = function->getAttrOfType<mlir::IntegerAttr>(name);
      return value ? static_cast<uint32_t>(value.getInt()) : 0;
    };
    range = number(program::kRangeAttrName);
    scratch.resize(number(program::kScratchAttrName));
    function->setAttr(program::kBindingsAttrName,
                      mlir::Builder(&kernel.context).getI64IntegerAttr(0));
    auto library = buildKernelLibrary(kernel.kernels(), {"k"}, "test", kernel.target, Options());
    if (mlir::failed(library))
      stop("no kernel library");
    const std::string &image = library->image;
    size = image.size();
    memory =
        mmap(nullptr, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
      stop("no memory for code");
    std::memcpy(memory, image.data(), size);
    uint64_t entry;
    std::memcpy(&entry, image.data() + 24, sizeof(entry));
    auto query = reinterpret_cast<iree_kernel_library_query_fn_t>(bytes() + entry);
    iree_kernel_environment_t environment = {0xFFFFFFFFu};
    auto *table = query(IREE_KERNEL_ABI_VERSION_MAX, &environment);
    auto *exports = reinterpret_cast<const iree_kernel_export_t *>(follow(table->exports));
    run = reinterpret_cast<iree_kernel_fn_t>(const_cast<char *>(follow(exports[0].entry)));
  }
  ~Code() { munmap(memory, size); }
  Code(const Code &) = delete;
  Code &operator=(const Code &) = delete;

  /// The bytes of the result, which lies `difference` bytes before argument
  /// `over`; at a place of its own without one.
  Bytes call(const std::vector<Bytes> &arguments, size_t resultBytes, int over = -1,
             int64_t difference = 0) {
    std::vector<Bytes> own = arguments;
    std::vector<void *> bindings;
    for (Bytes &each : own)
      bindings.push_back(each.data());
    Bytes result(resultBytes), both;
    void *output = result.data();
    if (over >= 0) {
      auto position = static_cast<size_t>(over);
      int64_t length = static_cast<int64_t>(own[position].size());
      int64_t start = std::min<int64_t>(0, difference);
      int64_t end = std::max<int64_t>(static_cast<int64_t>(resultBytes), difference + length);
      both.resize(static_cast<size_t>(end - start));
      output = both.data() - start;
      bindings[position] = both.data() - start + difference;
      std::memcpy(bindings[position], own[position].data(), own[position].size());
    }
    bindings.push_back(output);
    bindings.push_back(scratch.data());
    EXPECT_EQ(run(bindings.data(), nullptr, 0, range), 0);
    std::memcpy(result.data(), output, resultBytes);
    return result;
  }

  uint32_t range = 0;

private:
  char *bytes() const { return static_cast<char *>(memory); }
  static const char *follow(const iree_self_relative_t &reference) {
    return reinterpret_cast<const char *>(&reference) + reference;
  }

  void *memory;
  size_t size;
  iree_kernel_fn_t run;
  std::vector<int8_t> scratch;
};

Bytes noise(size_t count, unsigned seed) {
  std::mt19937 source(seed);
  Bytes values(count);
  for (int8_t &value : values)
    value = static_cast<int8_t>(source());
  return values;
}

std::string tensor(int64_t h, int64_t w, int64_t c, const char *type = "i8") {
  return "tensor<1x" + std::to_string(h) + "x" + std::to_string(w) + "x" + std::to_string(c) + "x" +
         type + ">";
}

/// The low byte of each sum, plus what is read from a residual.
enum class Epilogue { Low, Residual };

/// Height, width and channels in and out of a convolution; stride of both. The
/// image may be padded, by 5, and be assembled from tensors that have one more row
/// above those that are used.
struct Layer {
  int64_t h, w, c, f, k, stride;
  bool depthwise = false;
  Epilogue epilogue = Epilogue::Low;
  int64_t top = 0, left = 0, bottom = 0, right = 0;
  std::vector<int64_t> parts = {}; ///< rows of each; none: one tensor

  int64_t outH() const { return (top + h + bottom - k) / stride + 1; }
  int64_t outW() const { return (left + w + right - k) / stride + 1; }
  size_t images() const { return parts.empty() ? 1 : parts.size(); }

  static std::string numbers(int64_t a, int64_t b) {
    return "[0, " + std::to_string(a) + ", " + std::to_string(b) + ", 0]";
  }

  /// The operations that assemble `image` from %x0, ...
  std::string assembly(std::string &arguments, std::string &image) const {
    std::string steps, list, types;
    image = "%x0";
    for (size_t i = 0; i < parts.size(); ++i) {
      std::string number = std::to_string(i), whole = tensor(parts[i] + 1, w, c);
      arguments += "%x" + number + ": " + whole + ", ";
      steps += "%s" + number + " = tensor.extract_slice %x" + number + "[0, 1, 0, 0] [1, " +
               std::to_string(parts[i]) + ", " + std::to_string(w) + ", " + std::to_string(c) +
               "] [1, 1, 1, 1] : " + whole + " to " + tensor(parts[i], w, c) + "\n";
      list += (i ? ", %s" : "%s") + number;
      types += (i ? ", " : "") + tensor(parts[i], w, c);
    }
    if (parts.empty()) {
      arguments += "%x0: " + tensor(h, w, c) + ", ";
    } else {
      steps += "%joined = tensor.concat dim(1) " + list + " : (" + types + ") -> " +
               tensor(h, w, c) + "\n";
      image = "%joined";
    }
    if (top + left + bottom + right == 0)
      return steps;
    steps += "%five = arith.constant 5 : i8\n%padded = tensor.pad " + image + " low" +
             numbers(top, left) + " high" + numbers(bottom, right) +
             " {\n^bb0(%d0: index, %d1: index, %d2: index, %d3: index):\n"
             "tensor.yield %five : i8\n} : " +
             tensor(h, w, c) + " to " + tensor(top + h + bottom, left + w + right, c) + "\n";
    image = "%padded";
    return steps;
  }

  std::string text() const {
    std::string arguments, image, steps = assembly(arguments, image);
    std::string in = tensor(top + h + bottom, left + w + right, c),
                sums = tensor(outH(), outW(), f, "i32"), out = tensor(outH(), outW(), f),
                size = std::to_string(k);
    std::string weights = depthwise
                              ? "tensor<" + size + "x" + size + "x" + std::to_string(c) + "xi8>"
                              : "tensor<" + std::to_string(f) + "x" + size + "x" + size + "x" +
                                    std::to_string(c) + "xi8>";
    bool adds = epilogue == Epilogue::Residual;
    std::string by = std::to_string(stride), map = "affine_map<(n, h, w, c) -> (n, h, w, c)>";
    return "func.func @k(" + arguments + "%w: " + weights + (adds ? ", %r: " + out : "") + ") -> " +
           out + " attributes {program.kernel} {\n" + steps +
           "%zero = arith.constant 0 : i32\n"
           "%e = tensor.empty() : " +
           sums + "\n%i = linalg.fill ins(%zero : i32) outs(%e : " + sums + ") -> " + sums +
           "\n%s = linalg." + (depthwise ? "depthwise_conv_2d_nhwc_hwc" : "conv_2d_nhwc_fhwc") +
           " {dilations = dense<1> : tensor<2xi64>, strides = dense<" + by +
           "> : tensor<2xi64>} ins(" + image + ", %w : " + in + ", " + weights +
           ") outs(%i : " + sums + ") -> " + sums + "\n%o = tensor.empty() : " + out +
           "\n%y = linalg.generic {indexing_maps = [" + map + ", " + (adds ? map + ", " : "") +
           map + "], iterator_types = [\"parallel\", \"parallel\", \"parallel\", \"parallel\"]} " +
           "ins(%s" + (adds ? ", %r" : "") + " : " + sums + (adds ? ", " + out : "") +
           ") outs(%o : " + out + ") {\n^bb0(%a: i32, " + (adds ? "%b: i8, " : "") +
           "%old: i8):\n%low = arith.trunci %a : i32 to i8\n" +
           (adds ? "%sum = arith.addi %low, %b : i8\nlinalg.yield %sum : i8\n"
                 : "linalg.yield %low : i8\n") +
           "} -> " + out + "\nreturn %y : " + out + "\n}";
  }

  std::vector<Bytes> arguments() const {
    std::vector<Bytes> values;
    for (int64_t rows : parts)
      values.push_back(noise(size_t((rows + 1) * w * c), unsigned(10 + values.size())));
    if (parts.empty())
      values.push_back(noise(size_t(h * w * c), 1));
    values.push_back(noise(size_t(k * k * c * (depthwise ? 1 : f)), 2));
    if (epilogue == Epilogue::Residual)
      values.push_back(noise(size_t(outH() * outW() * f), 3));
    return values;
  }

  /// An element of the image, counted without padding.
  int8_t element(const std::vector<Bytes> &in, int64_t y, int64_t x, int64_t channel) const {
    if (y < 0 || y >= h || x < 0 || x >= w)
      return 5;
    size_t part = 0;
    for (; part < parts.size() && y >= parts[part]; ++part)
      y -= parts[part];
    return in[part][size_t(((y + (parts.empty() ? 0 : 1)) * w + x) * c + channel)];
  }

  Bytes expected(const std::vector<Bytes> &in) const {
    Bytes result;
    for (int64_t y = 0; y < outH(); ++y)
      for (int64_t x = 0; x < outW(); ++x)
        for (int64_t o = 0; o < f; ++o) {
          int64_t sum = 0;
          for (int64_t i = 0; i < k; ++i)
            for (int64_t j = 0; j < k; ++j)
              for (int64_t d = depthwise ? o : 0; d < (depthwise ? o + 1 : c); ++d) {
                int64_t weight = depthwise ? (i * k + j) * c + d : ((o * k + i) * k + j) * c + d;
                sum += int64_t(element(in, y * stride + i - top, x * stride + j - left, d)) *
                       in[images()][size_t(weight)];
              }
          if (epilogue == Epilogue::Residual)
            sum += in[images() + 1][result.size()];
          result.push_back(static_cast<int8_t>(sum));
        }
    return result;
  }
};

/// Runs the kernel over the argument at all allowed differences; returns how many
/// bytes less than allowed make a wrong result. Above 1 only because a kernel
/// happens to read most of a tile before it writes any of it.
int64_t runsAtAllDistances(const std::string &text, const std::vector<Bytes> &in,
                           const Bytes &expected, unsigned argument) {
  Kernel kernel(text);
  Overlap overlap = kernel.overlap(argument);
  requireOverlap(kernel.function(), argument, 0, overlap.distance);
  EXPECT_TRUE(kernel.lower());
  Code code(kernel);
  EXPECT_EQ(code.range, 1u);
  EXPECT_EQ(code.call(in, expected.size()), expected);
  int64_t end = static_cast<int64_t>(expected.size());
  for (int64_t difference = overlap.distance; difference <= end; ++difference)
    EXPECT_EQ(code.call(in, expected.size(), int(argument), difference), expected)
        << "at " << difference << ", the least being " << overlap.distance;
  if (overlap.sameElements) {
    EXPECT_EQ(code.call(in, expected.size(), int(argument), 0), expected);
  }
  int64_t less = 1;
  while (less < 100 &&
         code.call(in, expected.size(), int(argument), overlap.distance - less) == expected)
    ++less;
  return less;
}

int64_t runsAtAllDistances(const Layer &layer, unsigned argument = 0) {
  std::vector<Bytes> in = layer.arguments();
  return runsAtAllDistances(layer.text(), in, layer.expected(in), argument);
}

// Tiles are at least a pixel and at most a row: what is written by the end of
// the last one, less what it begins to read.
TEST(Overlap, PointwiseExpanding) {
  for (const char *triple : {"x86_64-none-elf", "thumbv7em-none-eabihf", "riscv32-none-elf"}) {
    Kernel kernel(Layer{8, 6, 8, 16, 1, 1}.text(), triple);
    Overlap overlap = kernel.overlap(0);
    EXPECT_GE(overlap.distance, 48 * 16 - 47 * 8);
    EXPECT_LE(overlap.distance, 48 * 16 - 42 * 8);
    EXPECT_FALSE(overlap.sameElements);
  }
  EXPECT_LE(runsAtAllDistances(Layer{8, 6, 8, 16, 1, 1}), 16);
}

// The first tile needs most: it writes up to a row of 8 bytes a pixel.
TEST(Overlap, PointwiseShrinking) {
  int64_t distance = Kernel(Layer{8, 6, 16, 8, 1, 1}.text()).overlap(0).distance;
  EXPECT_GE(distance, 8);
  EXPECT_LE(distance, 6 * 8);
  EXPECT_LT(runsAtAllDistances(Layer{8, 6, 16, 8, 1, 1}), 100);
}

// Row y of 24 bytes is written while row y of 32 bytes is the first that is needed.
TEST(Overlap, Convolution) {
  int64_t distance = Kernel(Layer{10, 8, 4, 4, 3, 1}.text()).overlap(0).distance;
  EXPECT_GE(distance, 4);
  EXPECT_LE(distance, 24);
  runsAtAllDistances(Layer{10, 8, 4, 4, 3, 1});
  runsAtAllDistances(Layer{11, 9, 4, 8, 3, 2});
}

TEST(Overlap, Depthwise) {
  runsAtAllDistances(Layer{10, 8, 8, 8, 3, 1, true});
  runsAtAllDistances(Layer{11, 9, 8, 8, 3, 2, true});
}

// The residual is read where the result is written, the image is not.
TEST(Overlap, ResidualAdd) {
  Layer layer{8, 6, 8, 16, 1, 1, false, Epilogue::Residual};
  EXPECT_TRUE(Kernel(layer.text()).overlap(2).sameElements);
  EXPECT_FALSE(Kernel(layer.text()).overlap(0).sameElements);
  runsAtAllDistances(layer, 0);
  runsAtAllDistances(layer, 2);
  layer = {10, 8, 4, 8, 3, 1, false, Epilogue::Residual};
  runsAtAllDistances(layer, 2);
}

// With a window, row y of the result is written when row y + 2 of the image has
// been read, and row y + 3 is the next: three rows of 6 * 4 bytes may be left out.
TEST(Overlap, PaddedConvolution) {
  Layer layer{8, 6, 4, 4, 3, 1, false, Epilogue::Low, 1, 1, 1, 1};
  Overlap overlap = Kernel(layer.text()).overlap(0);
  EXPECT_EQ(overlap.distance, -24);
  EXPECT_TRUE(overlap.sameElements);
  EXPECT_LT(runsAtAllDistances(layer), 100);
  // Every second row is written when two more have been read; 12 bytes for 2 * 28.
  layer = {9, 7, 4, 4, 3, 2, false, Epilogue::Low, 0, 0, 1, 1};
  overlap = Kernel(layer.text()).overlap(0);
  EXPECT_EQ(overlap.distance, 3 * 4 - 3 * 28);
  EXPECT_FALSE(overlap.sameElements);
  runsAtAllDistances(layer);
  // All rows at once.
  runsAtAllDistances(Layer{3, 6, 4, 8, 4, 1, false, Epilogue::Low, 1, 1, 0, 2});
  // The window slides by more than its height.
  runsAtAllDistances(Layer{8, 8, 4, 4, 2, 3, false, Epilogue::Low, 1, 1, 1, 1});
  // Above and below there is nothing but padding.
  runsAtAllDistances(Layer{2, 4, 4, 4, 3, 1, false, Epilogue::Low, 4, 1, 5, 1});
  runsAtAllDistances(Layer{8, 6, 4, 16, 3, 1, false, Epilogue::Residual, 1, 1, 1, 1}, 0);
  runsAtAllDistances(Layer{8, 6, 4, 16, 3, 1, false, Epilogue::Residual, 1, 1, 1, 1}, 2);
}

TEST(Overlap, PaddedDepthwise) {
  // Blocks of channels, each of which lies where it has been read.
  Layer layer{8, 6, 16, 16, 3, 1, true, Epilogue::Low, 1, 1, 1, 1};
  EXPECT_TRUE(Kernel(layer.text()).overlap(0).sameElements);
  runsAtAllDistances(layer);
  // Rows, and blocks in each.
  layer = {9, 7, 16, 16, 3, 2, true, Epilogue::Low, 0, 0, 1, 1};
  Overlap overlap = Kernel(layer.text()).overlap(0);
  EXPECT_FALSE(overlap.sameElements);
  EXPECT_LE(overlap.distance, 4 * 16);
  EXPECT_LT(runsAtAllDistances(layer), 100);
}

// Each part is read in turn: over the first one, rows may lie as far as they do
// over an image of the same rows, over the last one, all.
TEST(Overlap, AssembledImage) {
  Layer layer{8, 6, 4, 4, 3, 1, false, Epilogue::Low, 1, 1, 1, 1, {3, 1, 4}};
  for (unsigned part : {0u, 1u, 2u})
    runsAtAllDistances(layer, part);
  layer = {5, 6, 8, 8, 3, 1, true, Epilogue::Low, 0, 1, 1, 1, {2, 3}};
  for (unsigned part : {0u, 1u})
    runsAtAllDistances(layer, part);
  layer = {7, 7, 4, 8, 3, 2, false, Epilogue::Low, 0, 0, 0, 0, {3, 4}};
  for (unsigned part : {0u, 1u})
    runsAtAllDistances(layer, part);
}

// Where a layer has enough to compute, a tile of its argument may be copied before
// anything is written over it. Tiles are at least a pixel and at most a row.
TEST(Overlap, CopiedTiles) {
  // As many channels as before: in place.
  Layer layer{4, 6, 64, 64, 1, 1};
  for (const char *cpu : {"", "cortex-m4"}) {
    Kernel kernel(layer.text(), *cpu ? "thumbv7em-none-eabihf" : "", cpu);
    Overlap overlap = kernel.overlap(0);
    EXPECT_EQ(overlap.distance, 0) << cpu;
    EXPECT_GE(overlap.distanceWithoutCopies, 64) << cpu;
    EXPECT_TRUE(overlap.needsCopies(0) && overlap.needsCopies(overlap.distanceWithoutCopies - 1));
    EXPECT_FALSE(overlap.needsCopies(overlap.distanceWithoutCopies));
  }
  EXPECT_EQ(runsAtAllDistances(layer), 1);
  // Before the last tile, all others are written, and only it is not read.
  Layer expanding{4, 6, 32, 128, 1, 1};
  int64_t distance = Kernel(expanding.text()).overlap(0).distance;
  EXPECT_GE(distance, 18 * (128 - 32));
  EXPECT_LE(distance, 23 * (128 - 32));
  EXPECT_EQ(runsAtAllDistances(expanding), 1);
  // After the first one.
  Layer shrinking{4, 6, 128, 32, 1, 1};
  distance = Kernel(shrinking.text()).overlap(0).distance;
  EXPECT_GE(distance, -6 * (128 - 32));
  EXPECT_LE(distance, -(128 - 32));
  EXPECT_EQ(runsAtAllDistances(shrinking), 1);
  // Tiles that are left over at the end of a row.
  EXPECT_EQ(runsAtAllDistances(Layer{5, 5, 64, 64, 1, 1}), 1);
  runsAtAllDistances(Layer{4, 6, 64, 64, 1, 1, false, Epilogue::Residual}, 0);
  runsAtAllDistances(Layer{4, 6, 64, 64, 1, 1, false, Epilogue::Residual}, 2);
}

TEST(Overlap, TilesAreNotCopiedWithoutNeed) {
  // Copies of few channels would cost more than they save.
  for (const Layer &layer : {Layer{8, 6, 8, 8, 1, 1}, Layer{8, 6, 64, 64, 3, 1}}) {
    Overlap overlap = Kernel(layer.text()).overlap(0);
    EXPECT_EQ(overlap.distance, overlap.distanceWithoutCopies);
  }
}

std::string maxPooling(int64_t h, int64_t w, int64_t c, int64_t outH, int64_t outW) {
  std::string out = tensor(outH, outW, c);
  return "func.func @k(%x: " + tensor(h, w, c) + ") -> " + out +
         " attributes {program.kernel} {\n%least = arith.constant -128 : i8\n"
         "%e = tensor.empty() : " +
         out + "\n%i = linalg.fill ins(%least : i8) outs(%e : " + out + ") -> " + out +
         "\n%window = tensor.empty() : tensor<3x3xi8>\n"
         "%y = linalg.pooling_nhwc_max {dilations = dense<1> : tensor<2xi64>, "
         "strides = dense<2> : tensor<2xi64>} ins(%x, %window : " +
         tensor(h, w, c) + ", tensor<3x3xi8>) outs(%i : " + out + ") -> " + out +
         "\nreturn %y : " + out + "\n}";
}

// Rows of 5 * 8 bytes from every second one of 11 * 8: the first one counts.
TEST(Overlap, Pooling) {
  std::string text = maxPooling(9, 11, 8, 4, 5);
  EXPECT_EQ(Kernel(text).overlap(0).distance, 5 * 8);
  std::vector<Bytes> in = {noise(9 * 11 * 8, 4)};
  Bytes expected;
  for (size_t y = 0; y < 4; ++y)
    for (size_t x = 0; x < 5; ++x)
      for (size_t c = 0; c < 8; ++c) {
        int8_t most = -128;
        for (size_t i = 0; i < 3; ++i)
          for (size_t j = 0; j < 3; ++j)
            most = std::max(most, in[0][((2 * y + i) * 11 + 2 * x + j) * 8 + c]);
        expected.push_back(most);
      }
  EXPECT_EQ(runsAtAllDistances(text, in, expected, 0), 1);
}

const char *kElementwise = R"(
func.func @k(%x: tensor<6x10xi8>) -> tensor<6x10xi8> attributes {program.kernel} {
  %e = tensor.empty() : tensor<6x10xi8>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<6x10xi8>) outs(%e : tensor<6x10xi8>) {
  ^bb0(%a: i8, %old: i8):
    %0 = arith.muli %a, %a : i8
    linalg.yield %0 : i8
  } -> tensor<6x10xi8>
  return %y : tensor<6x10xi8>
})";

TEST(Overlap, Elementwise) {
  Overlap overlap = Kernel(kElementwise).overlap(0);
  EXPECT_EQ(overlap.distance, 10); // a row
  EXPECT_TRUE(overlap.sameElements);
  EXPECT_TRUE(overlap.allows(10) && overlap.allows(0));
  EXPECT_FALSE(overlap.allows(9) || overlap.allows(-1));
  std::vector<Bytes> in = {noise(60, 5)};
  Bytes expected;
  for (int8_t value : in[0])
    expected.push_back(static_cast<int8_t>(value * value));
  EXPECT_LT(runsAtAllDistances(kElementwise, in, expected, 0), 12);
}

// Row i of 6 bytes is column i of the argument, which begins at byte i: at the
// last one, 60 bytes are written and byte 9 is needed.
TEST(Overlap, Transpose) {
  const char *text = R"(
func.func @k(%x: tensor<6x10xi8>) -> tensor<10x6xi8> attributes {program.kernel} {
  %e = tensor.empty() : tensor<10x6xi8>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<6x10xi8>) outs(%e : tensor<10x6xi8>) {
  ^bb0(%a: i8, %old: i8):
    linalg.yield %a : i8
  } -> tensor<10x6xi8>
  return %y : tensor<10x6xi8>
})";
  Overlap overlap = Kernel(text).overlap(0);
  EXPECT_EQ(overlap.distance, 51);
  EXPECT_FALSE(overlap.sameElements);
  std::vector<Bytes> in = {noise(60, 6)};
  Bytes expected;
  for (size_t i = 0; i < 10; ++i)
    for (size_t j = 0; j < 6; ++j)
      expected.push_back(in[0][j * 10 + i]);
  runsAtAllDistances(text, in, expected, 0);
}

TEST(Overlap, NoneWhereTheOrderIsNotKnown) {
  // Elements of a table are read from within the body.
  auto overlaps = Kernel(R"(
func.func @k(%x: tensor<8xi8>, %t: tensor<8xi8>) -> tensor<8xi8> attributes {program.kernel} {
  %e = tensor.empty() : tensor<8xi8>
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                       iterator_types = ["parallel"]}
      ins(%x : tensor<8xi8>) outs(%e : tensor<8xi8>) {
  ^bb0(%a: i8, %old: i8):
    %i = arith.index_cast %a : i8 to index
    %0 = tensor.extract %t[%i] : tensor<8xi8>
    linalg.yield %0 : i8
  } -> tensor<8xi8>
  return %y : tensor<8xi8>
})")
                      .overlaps();
  ASSERT_EQ(overlaps.size(), 1u);
  EXPECT_EQ(overlaps[0].argument, 0u);
  // The initial value is copied to the result before anything is read.
  EXPECT_TRUE(Kernel(R"(
func.func @k(%x: tensor<4x8xf32>, %s: tensor<4xf32>) -> tensor<4xf32> attributes {program.kernel} {
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
                       iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%s : tensor<4xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %0 = arith.addf %a, %sum : f32
    linalg.yield %0 : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
})")
                  .overlaps()
                  .empty());
}

TEST(Overlap, TheStageRejectsWhatIsNotAllowed) {
  std::string messages;
  auto lowers = [&](int64_t difference) {
    Kernel kernel(kElementwise);
    mlir::ScopedDiagnosticHandler handler(
        &kernel.context, [&](mlir::Diagnostic &diagnostic) { messages = diagnostic.str(); });
    requireOverlap(kernel.function(), 0, 0, 10);
    requireOverlap(kernel.function(), 0, 0, difference);
    return kernel.lower();
  };
  EXPECT_TRUE(lowers(0));
  EXPECT_TRUE(lowers(11));
  EXPECT_FALSE(lowers(9));
  EXPECT_EQ(messages, "internal: result 0 of '@k' lies 9 bytes before argument 0, which it may "
                      "overwrite before it is read");
}

} // namespace
