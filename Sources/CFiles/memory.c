#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CFiles.h"

#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#include <pthread.h>

void imgconv_keep_freed_memory(int block, int total) {
  mallopt(M_MMAP_THRESHOLD, block);
  mallopt(M_TRIM_THRESHOLD, total);
}

void imgconv_keep_threads_small(size_t stack) {
  mallopt(M_ARENA_MAX, 1);
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return;
  if (pthread_attr_setstacksize(&attributes, stack) == 0) pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
}
#else
void imgconv_keep_freed_memory(int block, int total) { (void)block, (void)total; }

void imgconv_keep_threads_small(size_t stack) { (void)stack; }
#endif
