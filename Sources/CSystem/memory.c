#include "CSystem.h"

#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>

void imgconv_keep_freed_memory(int bytes) {
  mallopt(M_MMAP_THRESHOLD, bytes);
  mallopt(M_TRIM_THRESHOLD, bytes);
}
#else
void imgconv_keep_freed_memory(int bytes) { (void)bytes; }
#endif
