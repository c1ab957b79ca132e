#include "CFiles.h"

#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

void imgconv_return_freed_memory(void) {
#if defined(__GLIBC__)
  // Left alone, glibc raises both numbers with each large block that is freed, up to 32 and 64 MiB a thread.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
#endif
}
