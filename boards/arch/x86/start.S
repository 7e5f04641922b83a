// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Start of an x86 machine that is booted by PVH: in 32-bit protected mode with
// flat segments and without paging. Ends in 64-bit mode if compiled for it, with
// paging, SSE and, where there is one, AVX. Registers and bits: Intel 64 and
// IA-32 Architectures Software Developer's Manual, volume 3; the note: Xen's PVH
// boot ABI.

#ifdef __x86_64__
#define FULL_AX %rax
#define CODE_SEGMENT 0x00AF9B000000FFFF
#else
#define FULL_AX %eax
#define CODE_SEGMENT 0x00CF9B000000FFFF
#endif
#define DATA_SEGMENT 0x00CF93000000FFFF

  .section .note.Xen, "a", @note
  .balign 4
  .long 4, 8, 18 // sizes of name and value, XEN_ELFNOTE_PHYS32_ENTRY
  .asciz "Xen"
  .long board_start, 0

  .section .start, "ax"
  .code32
  .globl board_start
board_start:
  movl $__stack_end, %esp
  lgdt gdt_pointer
  movl $0x620, %eax // CR4: PAE, OSFXSR, OSXMMEXCPT
  movl %eax, %cr4
  movl $page_map, %eax
  movl %eax, %cr3
#ifdef __x86_64__
  movl $0xC0000080, %ecx // EFER
  rdmsr
  orl $0x100, %eax // LME
  wrmsr
#endif
  movl $0x80010033, %eax // CR0: PG, WP, NE, ET, MP, PE; EM and TS are clear
  movl %eax, %cr0
  ljmp $8, $1f
#ifdef __x86_64__
  .code64
#endif
1:
  movl $16, %eax
  movl %eax, %ds
  movl %eax, %es
  movl %eax, %ss
  movl $1, %eax
  cpuid
  btl $26, %ecx // XSAVE
  jnc 2f
  movl $0x40620, %eax // CR4: OSXSAVE too
  mov FULL_AX, %cr4
  // All of x87, SSE, AVX and AVX-512 that the processor has.
  movl $0xD, %eax
  xorl %ecx, %ecx
  cpuid
  andl $0xE7, %eax
  xorl %edx, %edx
  xorl %ecx, %ecx // XCR0
  xsetbv
2:
  call board_prepare_memory
  call x86_catch_faults
  call main
#ifdef __x86_64__
  movl %eax, %edi
#else
  subl $12, %esp // the argument is to lie at a multiple of 16
  pushl %eax
#endif
  call board_exit

// Identity map in pages of 2 MiB. Flash is read and execute only, and what is
// neither flash nor RAM is unmapped: a stray store, or a stack that grew below
// RAM, is a page fault. Marked as accessed and written already, so that the
// processor does not write here.
#define PRESENT_ACCESSED 0x21
#define WRITABLE 0x42
#define LARGE 0x80
  .section .rodata.page_map, "a"
  .balign 4096
#ifdef __x86_64__
page_map:
  .quad page_directories + PRESENT_ACCESSED + WRITABLE
  .zero 4096 - 8
page_directories:
  .quad page_directory + PRESENT_ACCESSED + WRITABLE
  .zero 4096 - 8
#else
page_map: // of four page directories, which have a bit for presence only
  .long page_directory + 1, 0, 0, 0, 0, 0, 0, 0
  .balign 4096
#endif
page_directory:
  .set page, 0
  .rept 512
  .if page >= 2 << 20 && page < 16 << 20
  .quad page + PRESENT_ACCESSED + LARGE
  .elseif page >= 16 << 20 && page < 32 << 20
  .quad page + PRESENT_ACCESSED + WRITABLE + LARGE
  .else
  .quad 0
  .endif
  .set page, page + (2 << 20)
  .endr

// Until x86_catch_faults() loads another one.
gdt:
  .quad 0, CODE_SEGMENT, DATA_SEGMENT
gdt_pointer:
  .short gdt_pointer - gdt - 1
  .long gdt

// One entry for each exception, 16 bytes apart: has the error code, or a 0 in
// its place, and the vector on the stack, above what the processor pushed.
  .section .text.x86_fault_entries, "ax"
  .balign 16
  .globl x86_fault_entries
x86_fault_entries:
  .set vector, 0
  .rept 32
  .balign 16
  .if !((1 << vector) & 0x60227D00)
  push $0
  .endif
  push $vector
  jmp fault
  .set vector, vector + 1
  .endr
fault:
#ifdef __x86_64__
  popq %rdi // vector
  popq %rsi // error code
  popq %rdx // instruction
  andq $-16, %rsp
#else
  popl %eax
  popl %edx
  popl %ecx
  andl $-16, %esp
  subl $4, %esp
  pushl %ecx
  pushl %edx
  pushl %eax
#endif
  call board_report_fault
