// The calls that Swift's view of the C library does not show.
#pragma once

// Gives a file another name in one step, unless that name is taken. Returns 0, or the error number: EEXIST where the name is taken,
// ENOSYS, EINVAL or ENOTSUP where the system or the file system cannot do it so.
int imgconv_rename_to_free_name(const char *from, const char *to);

// Keeps a process with many threads small: blocks of 1 MiB and more go back to the system when they are freed, and no thread keeps
// more than 4 MiB of freed smaller ones. Only glibc needs to be told.
void imgconv_return_freed_memory(void);
