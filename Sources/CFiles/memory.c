#include "CFiles.h"

#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>

void imgconv_keep_freed_memory(int block, int total) {
  mallopt(M_MMAP_THRESHOLD, block);
  mallopt(M_TRIM_THRESHOLD, total);
}
#else
void imgconv_keep_freed_memory(int block, int total) { (void)block, (void)total; }
#endif
