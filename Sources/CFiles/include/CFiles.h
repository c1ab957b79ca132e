// The calls that Swift's view of the C library does not show.
#pragma once

#include <stddef.h>

// Gives a file another name in one step, unless that name is taken. Returns 0, or the error number: EEXIST where the name is taken,
// ENOSYS, EINVAL or ENOTSUP where the system or the file system cannot do it so.
int imgconv_rename_to_free_name(const char *from, const char *to);

// Tells malloc to keep freed memory for what is allocated next, instead of handing it back to the system: blocks smaller than `block`
// bytes, and up to `total` bytes at the end of each heap. Without effect where the C library is not glibc.
void imgconv_keep_freed_memory(int block, int total);

// Gives the threads that are started from now on stacks of so many bytes and one heap for all, instead of 8 MiB and 64 MiB of address space
// each. Without effect where the C library is not glibc.
void imgconv_keep_threads_small(size_t stack);
