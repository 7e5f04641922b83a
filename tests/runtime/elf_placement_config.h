/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * IREE_USER_CONFIG_H of elf_placement_test: the test sees what is flushed. */
#ifdef __cplusplus
extern "C"
#endif
    void recordFlush(char *begin, char *end);
#define IREE_MEMORY_FLUSH_ICACHE recordFlush
