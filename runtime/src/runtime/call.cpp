// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/runtime/call.h"

#include "runtime/loaded_module.h"
#include "vm/schema.h"

using iree::LoadedModule;
namespace schema = iree::schema;

// Followed by the views of arguments and results, by the base addresses of
// arena, constants, state, arguments and results. For code with registers come
// the buffers that are bound to results, the lengths of bases and, by result,
// whether the program has given it its shape.
struct iree_runtime_call_state_t {
  static constexpr size_t fixedBases = 3; // arena, constants, state

  LoadedModule *module;
  iree_hal_device_t *device;
  iree_allocator_t allocator;
  iree_vm_function_info_t function;
  size_t inputCount;  // pushed so far
  size_t outputBegin; // taken so far
  size_t outputEnd;   // 0 before the first invocation

  iree_hal_buffer_view_t **inputs() {
    return reinterpret_cast<iree_hal_buffer_view_t **>(this + 1);
  }
  iree_hal_buffer_view_t **results() { return inputs() + function.argument_count; }
  size_t baseCount() const { return fixedBases + function.argument_count + function.result_count; }
  bool hasRegisters() const {
    return IREE_VM_REGISTERS_ENABLE && iree_vm_function_has_registers(&function);
  }
  iree_hal_buffer_t **bound() {
    return reinterpret_cast<iree_hal_buffer_t **>(bases() + baseCount());
  }
  uint32_t *baseLengths() { return reinterpret_cast<uint32_t *>(bound() + function.result_count); }
  uint32_t &inputLength(size_t ordinal) { return baseLengths()[fixedBases + ordinal]; }
  uint32_t &resultLength(size_t ordinal) {
    return baseLengths()[fixedBases + function.argument_count + ordinal];
  }
  uint8_t *hasShape() { return reinterpret_cast<uint8_t *>(baseLengths() + baseCount()); }
  uint8_t **bases() { return reinterpret_cast<uint8_t **>(results() + function.result_count); }
  uint8_t *&inputBase(size_t ordinal) { return bases()[fixedBases + ordinal]; }
  uint8_t *&resultBase(size_t ordinal) {
    return bases()[fixedBases + function.argument_count + ordinal];
  }
};

// Values in it may not be rounded up.
static_assert(sizeof(iree_runtime_call_state_t) == IREE_MEMORY_CALL_STATE(sizeof(void *)),
              "iree/runtime/memory_size.h says otherwise");

namespace {

// Identifies an argument or a result in messages: "argument 1 'rhs'".
struct ValueRef {
  const char *kind;
  unsigned ordinal;
  iree_string_view_t name;
};
#define VALUE_FORMAT "%s %u '%.*s': "
#define VALUE_ARGS(ref) (ref).kind, (ref).ordinal, IREE_SV_ARGS((ref).name)

bool shapesAreEqual(const iree_vm_value_info_t &expected, const iree_hal_buffer_view_t *given) {
  if (iree_hal_buffer_view_shape_rank(given) != expected.shape_rank)
    return false;
  const iree_hal_dim_t *dims = iree_hal_buffer_view_shape_dims(given);
  for (uint32_t i = 0; i < expected.shape_rank; ++i) {
    if (dims[i] != expected.shape[i] && expected.shape[i] != IREE_VM_DYNAMIC_SIZE)
      return false;
  }
  return true;
}

iree_status_t checkType(const ValueRef &ref, const iree_vm_value_info_t &expected,
                        const iree_hal_buffer_view_t *given) {
  if (shapesAreEqual(expected, given) &&
      iree_hal_element_type_is_compatible(expected.element_type,
                                          iree_hal_buffer_view_element_type(given)))
    return iree_ok_status();
  char expectedText[64], givenText[64];
  if (IREE_STATUS_MODE >= 2) {
    iree_hal_format_shape_u32(expected.shape_rank, expected.shape, expected.element_type,
                              sizeof(expectedText), expectedText);
    iree_hal_format_shape_and_type(
        iree_hal_buffer_view_shape_rank(given), iree_hal_buffer_view_shape_dims(given),
        iree_hal_buffer_view_element_type(given), sizeof(givenText), givenText);
  }
  return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, VALUE_FORMAT "expected %s, given %s",
                          VALUE_ARGS(ref), expectedText, givenText);
}

// The memory fits the value and is not the arena's, which the function uses.
iree_status_t checkMemory(const ValueRef &ref, const iree_vm_value_info_t &expected,
                          const LoadedModule *module, iree_byte_span_t given) {
  if (given.data_length < expected.byte_length)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            VALUE_FORMAT "expected %u bytes, given %zu", VALUE_ARGS(ref),
                            expected.byte_length, given.data_length);
  if (expected.byte_length == 0)
    return iree_ok_status();
  uintptr_t address = reinterpret_cast<uintptr_t>(given.data);
  size_t elementBytes = iree_hal_element_dense_byte_count(expected.element_type);
  if (address % elementBytes != 0)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            VALUE_FORMAT "memory at %zx is not aligned to its %zu-byte elements",
                            VALUE_ARGS(ref), static_cast<size_t>(address), elementBytes);
  const iree_hal_buffer_t *arenas[] = {module->arena, module->grownArena};
  for (const iree_hal_buffer_t *buffer : arenas) {
    iree_byte_span_t arena = buffer ? iree_hal_buffer_contents(buffer) : iree_byte_span_empty();
    uintptr_t arenaAddress = reinterpret_cast<uintptr_t>(arena.data);
    if (address < arenaAddress + arena.data_length && arenaAddress < address + expected.byte_length)
      return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                              VALUE_FORMAT "lies in the module's arena; bind a buffer to the "
                                           "result that it comes from, or copy it",
                              VALUE_ARGS(ref));
  }
  return iree_ok_status();
}

// Bytes of a value of these sizes; false unless they are below 2 GiB even if sizes
// of 0 are counted as 1, so that products of a few of them are, too.
template <typename Dim>
bool denseLength(const iree_vm_value_info_t &value, const Dim *shape, uint32_t *out) {
  uint64_t bytes = iree_hal_element_dense_byte_count(value.element_type);
  bool isEmpty = false;
  for (uint32_t i = 0; i < value.shape_rank; ++i) {
    isEmpty = isEmpty || shape[i] == 0;
    if (shape[i] > INT32_MAX)
      return false;
    bytes *= shape[i] == 0 ? 1u : static_cast<uint32_t>(shape[i]);
    if (bytes > INT32_MAX)
      return false;
  }
  *out = isEmpty ? 0 : static_cast<uint32_t>(bytes);
  return true;
}

// Replaces result `ordinal` by a view of `buffer` from `offset` on.
iree_status_t setResult(iree_runtime_call_state_t *state, iree_allocator_t allocator,
                        size_t ordinal, const iree_vm_value_info_t &value,
                        iree_hal_buffer_t *buffer, iree_device_size_t offset) {
  iree_hal_buffer_t *span = nullptr;
  iree_hal_buffer_view_t *view = nullptr;
  iree_hal_dim_t shape[IREE_VM_MAX_RANK];
  for (uint32_t i = 0; i < value.shape_rank; ++i)
    shape[i] = value.shape[i];
  IREE_RETURN_IF_ERROR(
      iree_hal_buffer_subspan(buffer, offset, value.byte_length, allocator, &span));
  iree_status_t status =
      iree_hal_buffer_view_create(span, value.shape_rank, shape, value.element_type,
                                  IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, allocator, &view);
  if (iree_status_is_ok(status)) {
    iree_hal_buffer_view_release(state->results()[ordinal]);
    state->results()[ordinal] = view;
    state->resultBase(ordinal) = iree_hal_buffer_contents(span).data;
  }
  iree_hal_buffer_release(span);
  return status;
}

iree_status_t setArenaResult(iree_runtime_call_state_t *state, iree_allocator_t allocator,
                             uint32_t ordinal) {
  iree_vm_value_info_t value;
  iree_vm_function_result(&state->function, ordinal, &value);
  if (value.is_dynamic) // the program does it
    return iree_ok_status();
  return setResult(state, allocator, ordinal, value, state->module->arena, value.arena_offset);
}

void initializeBaseLengths(iree_runtime_call_state_t *state) {
  iree_vm_value_info_t value;
  uint32_t *lengths = state->baseLengths();
  *lengths++ = state->function.arena_bytes;
  *lengths++ = static_cast<uint32_t>(state->module->module.constants.data_length);
  *lengths++ = state->module->module.state_bytes;
  for (uint32_t i = 0; i < state->function.argument_count; ++i) {
    iree_vm_function_argument(&state->function, i, &value);
    *lengths++ = value.byte_length;
  }
  for (uint32_t i = 0; i < state->function.result_count; ++i) {
    iree_vm_function_result(&state->function, i, &value);
    *lengths++ = value.byte_length;
  }
}

iree_status_t initializeState(iree_runtime_call_state_t *state, iree_allocator_t allocator) {
  uint8_t **bases = state->bases();
  bases[schema::baseArena] = iree_hal_buffer_contents(state->module->arena).data;
  // Verified code never writes constants.
  bases[schema::baseConstants] = const_cast<uint8_t *>(state->module->module.constants.data);
  if (state->module->state)
    bases[schema::baseState] = iree_hal_buffer_contents(state->module->state).data;
  if (state->hasRegisters())
    initializeBaseLengths(state);
  for (uint32_t i = 0; i < state->function.result_count; ++i)
    IREE_RETURN_IF_ERROR(setArenaResult(state, allocator, i));
  return iree_ok_status();
}

// What the next argument must be.
iree_status_t nextArgument(iree_runtime_call_state_t *state, iree_vm_value_info_t *value) {
  if (state->inputCount == state->function.argument_count)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "function '%.*s' takes %u arguments, given one more",
                            IREE_SV_ARGS(state->function.name), state->function.argument_count);
  iree_vm_function_argument(&state->function, static_cast<uint32_t>(state->inputCount), value);
  return iree_ok_status();
}

void releaseInputs(iree_runtime_call_state_t *state) {
  while (state->inputCount != 0) {
    iree_hal_buffer_view_t *&input = state->inputs()[--state->inputCount];
    iree_hal_buffer_view_release(input);
    input = nullptr;
  }
}

iree_status_t dispatchOnDevice(void *self, uint32_t count, const iree_hal_dispatch_t *dispatches) {
  auto *state = static_cast<iree_runtime_call_state_t *>(self);
  return state->device->vtable->dispatch(state->device, state->module->executable, count,
                                         dispatches);
}

// --- Dynamic shapes ----------------------------------------------------------

uint32_t argumentSize(void *self, uint32_t argument, uint32_t dimension) {
  auto *state = static_cast<iree_runtime_call_state_t *>(self);
  return static_cast<uint32_t>(
      iree_hal_buffer_view_shape_dim(state->inputs()[argument], dimension));
}

void useArena(iree_runtime_call_state_t *state) {
  iree_byte_span_t arena = iree_hal_buffer_contents(iree::currentArena(state->module));
  state->bases()[schema::baseArena] = arena.data;
  state->baseLengths()[schema::baseArena] = static_cast<uint32_t>(arena.data_length);
}

iree_status_t reserveArena(void *self, uint32_t bytes) {
  auto *state = static_cast<iree_runtime_call_state_t *>(self);
  iree_status_t status =
      iree::growArena(state->module, iree_hal_device_allocator(state->device), bytes);
  useArena(state);
  if (iree_status_is_ok(status))
    return status;
  iree_status_consume_code(status);
  return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED,
                          "function '%.*s' needs an arena of %u bytes for these shapes, and there "
                          "is no memory for it",
                          IREE_SV_ARGS(state->function.name), bytes);
}

// Whether the result's view is what it has to be already.
bool isCurrent(const iree_hal_buffer_view_t *view, const iree_vm_value_info_t &value,
               const uint8_t *address) {
  if (!view || !shapesAreEqual(value, view))
    return false;
  iree_byte_span_t contents = iree_hal_buffer_contents(iree_hal_buffer_view_buffer(view));
  return contents.data == address && contents.data_length == value.byte_length;
}

iree_status_t setResultShape(void *self, uint32_t ordinal, uint32_t arenaOffset,
                             const uint32_t *shape) {
  auto *state = static_cast<iree_runtime_call_state_t *>(self);
  iree_vm_value_info_t value;
  iree_vm_function_result(&state->function, ordinal, &value);
  ValueRef ref = {"result", ordinal, value.name};
  for (uint32_t i = 0; i < value.shape_rank; ++i) {
    if (value.shape[i] != IREE_VM_DYNAMIC_SIZE && value.shape[i] != shape[i])
      return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                              VALUE_FORMAT "size %u of dimension %u is not %u", VALUE_ARGS(ref),
                              shape[i], i, value.shape[i]);
  }
  uint32_t length = 0;
  if (!denseLength(value, shape, &length))
    return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED, VALUE_FORMAT "2 GiB or more",
                            VALUE_ARGS(ref));
  value.shape = shape;
  value.byte_length = length;
  iree_hal_buffer_t *buffer = state->bound()[ordinal];
  uint32_t offset = buffer ? 0 : arenaOffset;
  if (buffer) {
    IREE_RETURN_IF_ERROR(checkMemory(ref, value, state->module, iree_hal_buffer_contents(buffer)));
  } else {
    buffer = iree::currentArena(state->module);
    if (!iree::rangeIsWithin(offset, length, state->baseLengths()[schema::baseArena]) ||
        offset % iree_hal_element_dense_byte_count(value.element_type) != 0)
      return iree_make_status(IREE_STATUS_OUT_OF_RANGE,
                              VALUE_FORMAT "%u bytes at %u outside the arena, or unaligned",
                              VALUE_ARGS(ref), length, offset);
  }
  uint8_t *address = iree_hal_buffer_contents(buffer).data + offset;
  state->resultBase(ordinal) = address;
  state->resultLength(ordinal) = length;
  state->hasShape()[ordinal] = 1;
  if (isCurrent(state->results()[ordinal], value, address))
    return iree_ok_status();
  return setResult(state, state->allocator, ordinal, value, buffer, offset);
}

void forgetShapes(iree_runtime_call_state_t *state) {
  iree_vm_value_info_t value;
  useArena(state);
  for (uint32_t i = 0; i < state->function.result_count; ++i) {
    iree_vm_function_result(&state->function, i, &value);
    state->hasShape()[i] = !value.is_dynamic;
    if (value.is_dynamic)
      state->resultLength(i) = 0;
  }
}

iree_status_t verifyShapesAreKnown(iree_runtime_call_state_t *state) {
  for (uint32_t i = 0; i < state->function.result_count; ++i) {
    iree_vm_value_info_t value;
    iree_vm_function_result(&state->function, i, &value);
    if (state->hasShape()[i] == 0)
      return iree_make_status(IREE_STATUS_INTERNAL,
                              "result %u '%.*s': the program has not given it a shape", i,
                              IREE_SV_ARGS(value.name));
  }
  return iree_ok_status();
}

// Remembers the buffer for the program's own decision about shape and place.
void setBound(iree_runtime_call_state_t *state, size_t ordinal, iree_hal_buffer_t *buffer) {
  if (!state->hasRegisters())
    return;
  iree_hal_buffer_retain(buffer);
  iree_hal_buffer_release(state->bound()[ordinal]);
  state->bound()[ordinal] = buffer;
}

void dropResult(iree_runtime_call_state_t *state, size_t ordinal) {
  iree_hal_buffer_view_release(state->results()[ordinal]);
  state->results()[ordinal] = nullptr;
}

} // namespace

iree_status_t iree_runtime_call_initialize(iree_runtime_session_t *session,
                                           iree_vm_function_t function,
                                           iree_runtime_call_t *out_call) {
  *out_call = {};
  LoadedModule *module = iree::findModule(session, function.module);
  if (!module || function.ordinal >= module->module.function_count)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "function of another session");
  iree_vm_function_info_t info;
  iree_vm_bytecode_module_function(&module->module, function.ordinal, &info);
  // Bounded by the module's limits; cannot overflow.
  size_t valueCount = info.argument_count + info.result_count;
  size_t extraBytes = (iree_runtime_call_state_t::fixedBases + 2 * valueCount) * sizeof(void *);
  if (iree_vm_function_has_registers(&info))
    extraBytes += (iree_runtime_call_state_t::fixedBases + valueCount) * sizeof(uint32_t) +
                  info.result_count * (sizeof(void *) + 1);
  iree_runtime_call_state_t *state = nullptr;
  iree_allocator_t allocator = iree_runtime_session_host_allocator(session);
  IREE_RETURN_IF_ERROR(iree::allocateObject(allocator, extraBytes, &state));
  state->module = module;
  state->device = iree_runtime_session_device(session);
  state->allocator = allocator;
  state->function = info;
  *out_call = {session, function, state};
  iree_runtime_session_retain(session);
  iree_status_t status = initializeState(state, allocator);
  if (!iree_status_is_ok(status))
    iree_runtime_call_deinitialize(out_call);
  return status;
}

iree_status_t iree_runtime_call_initialize_by_name(iree_runtime_session_t *session,
                                                   iree_string_view_t full_name,
                                                   iree_runtime_call_t *out_call) {
  iree_vm_function_t function;
  *out_call = {};
  IREE_RETURN_IF_ERROR(iree_runtime_session_lookup_function(session, full_name, &function));
  return iree_runtime_call_initialize(session, function, out_call);
}

void iree_runtime_call_deinitialize(iree_runtime_call_t *call) {
  iree_runtime_call_state_t *state = call->state;
  if (!state)
    return;
  releaseInputs(state);
  for (uint32_t i = 0; i < state->function.result_count; ++i) {
    dropResult(state, i);
    setBound(state, i, nullptr);
  }
  iree_allocator_free(iree_runtime_session_host_allocator(call->session), state);
  iree_runtime_session_release(call->session);
  *call = {};
}

void iree_runtime_call_reset(iree_runtime_call_t *call) {
  releaseInputs(call->state);
  call->state->outputBegin = call->state->outputEnd = 0;
}

iree_status_t iree_runtime_call_inputs_push_back_buffer_view(iree_runtime_call_t *call,
                                                             iree_hal_buffer_view_t *buffer_view) {
  iree_runtime_call_state_t *state = call->state;
  size_t ordinal = state->inputCount;
  iree_vm_value_info_t value;
  IREE_RETURN_IF_ERROR(nextArgument(state, &value));
  ValueRef ref = {"argument", static_cast<unsigned>(ordinal), value.name};
  if (!buffer_view)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, VALUE_FORMAT "no buffer view",
                            VALUE_ARGS(ref));
  iree_byte_span_t memory = iree_hal_buffer_contents(iree_hal_buffer_view_buffer(buffer_view));
  IREE_RETURN_IF_ERROR(checkType(ref, value, buffer_view));
  if (value.is_dynamic &&
      !denseLength(value, iree_hal_buffer_view_shape_dims(buffer_view), &value.byte_length))
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, VALUE_FORMAT "2 GiB or more",
                            VALUE_ARGS(ref));
  IREE_RETURN_IF_ERROR(checkMemory(ref, value, state->module, memory));
  iree_hal_buffer_view_retain(buffer_view);
  state->inputs()[ordinal] = buffer_view;
  state->inputBase(ordinal) = memory.data;
  if (state->hasRegisters())
    state->inputLength(ordinal) = value.byte_length;
  ++state->inputCount;
  return iree_ok_status();
}

iree_status_t iree_runtime_call_inputs_push_back_in_arena(iree_runtime_call_t *call,
                                                          iree_byte_span_t *out_memory) {
  iree_runtime_call_state_t *state = call->state;
  size_t ordinal = state->inputCount;
  *out_memory = iree_byte_span_empty();
  iree_vm_value_info_t value;
  IREE_RETURN_IF_ERROR(nextArgument(state, &value));
  ValueRef ref = {"argument", static_cast<unsigned>(ordinal), value.name};
  if (!value.is_in_arena)
    return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                            VALUE_FORMAT "has no place in the arena; compile with "
                                         "--iree-arguments-in-arena",
                            VALUE_ARGS(ref));
  uint8_t *memory = state->bases()[schema::baseArena] + value.arena_offset;
  *out_memory = iree_make_byte_span(memory, value.byte_length);
  state->inputBase(ordinal) = memory; // code without registers needs no length
  ++state->inputCount;
  return iree_ok_status();
}

iree_status_t iree_runtime_call_bind_output(iree_runtime_call_t *call, iree_host_size_t ordinal,
                                            iree_hal_buffer_t *buffer) {
  iree_runtime_call_state_t *state = call->state;
  iree_allocator_t allocator = iree_runtime_session_host_allocator(call->session);
  if (ordinal >= state->function.result_count)
    return iree_make_status(IREE_STATUS_OUT_OF_RANGE, "function '%.*s' has %u results, not %zu",
                            IREE_SV_ARGS(state->function.name), state->function.result_count,
                            ordinal + 1);
  iree_vm_value_info_t value;
  iree_vm_function_result(&state->function, static_cast<uint32_t>(ordinal), &value);
  if (value.is_dynamic) { // whether it fits turns out with the shape
    setBound(state, ordinal, buffer);
    dropResult(state, ordinal);
    return iree_ok_status();
  }
  if (!buffer) {
    setBound(state, ordinal, nullptr);
    return setArenaResult(state, allocator, static_cast<uint32_t>(ordinal));
  }
  ValueRef ref = {"result", static_cast<unsigned>(ordinal), value.name};
  IREE_RETURN_IF_ERROR(checkMemory(ref, value, state->module, iree_hal_buffer_contents(buffer)));
  IREE_RETURN_IF_ERROR(setResult(state, allocator, ordinal, value, buffer, 0));
  setBound(state, ordinal, buffer);
  return iree_ok_status();
}

iree_status_t iree_runtime_call_invoke(iree_runtime_call_t *call, iree_runtime_call_flags_t) {
  iree_runtime_call_state_t *state = call->state;
  state->outputBegin = state->outputEnd = 0;
  if (state->inputCount != state->function.argument_count) {
    iree_vm_value_info_t missing;
    iree_vm_function_argument(&state->function, static_cast<uint32_t>(state->inputCount), &missing);
    ValueRef ref = {"argument", static_cast<unsigned>(state->inputCount), missing.name};
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            VALUE_FORMAT "missing; function '%.*s' takes %u arguments, given %zu",
                            VALUE_ARGS(ref), IREE_SV_ARGS(state->function.name),
                            state->function.argument_count, state->inputCount);
  }
  bool hasRegisters = state->hasRegisters();
  // Field by field: clearing the whole first takes longer than a small program.
  iree_vm_invocation_t invocation;
  invocation.bases = state->bases();
  invocation.budget = iree::instructionBudget(call->session);
  invocation.dispatch = dispatchOnDevice;
  invocation.self = state;
  invocation.check = iree::checkCallback(call->session);
  // Code without registers uses none of these.
  invocation.base_lengths = hasRegisters ? state->baseLengths() : nullptr;
  invocation.argument_size = hasRegisters ? argumentSize : nullptr;
  invocation.reserve = hasRegisters ? reserveArena : nullptr;
  invocation.set_result = hasRegisters ? setResultShape : nullptr;
  if (hasRegisters)
    forgetShapes(state);
  IREE_RETURN_IF_ERROR(iree_vm_bytecode_execute(&state->function, &invocation));
  if (hasRegisters)
    IREE_RETURN_IF_ERROR(verifyShapesAreKnown(state));
  state->outputEnd = state->function.result_count;
  return iree_ok_status();
}

iree_status_t
iree_runtime_call_outputs_pop_front_buffer_view(iree_runtime_call_t *call,
                                                iree_hal_buffer_view_t **out_buffer_view) {
  iree_runtime_call_state_t *state = call->state;
  *out_buffer_view = nullptr;
  if (state->outputBegin == state->outputEnd)
    return iree_make_status(IREE_STATUS_OUT_OF_RANGE, "no outputs left");
  *out_buffer_view = state->results()[state->outputBegin++];
  iree_hal_buffer_view_retain(*out_buffer_view);
  return iree_ok_status();
}

iree_host_size_t iree_runtime_call_inputs_size(const iree_runtime_call_t *call) {
  return call->state->inputCount;
}

iree_host_size_t iree_runtime_call_outputs_size(const iree_runtime_call_t *call) {
  return call->state->outputEnd - call->state->outputBegin;
}
