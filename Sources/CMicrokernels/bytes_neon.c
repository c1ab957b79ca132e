// Sums of bytes on 64-bit ARM: NEON, vectors of 16 bytes.
#if defined(__aarch64__)
#include "levels.h"

#define BYTES_TABLE imgconv_bytes_neon
#define VECTOR_BYTES 16
#define VECTORS_IN_BAND 4
#define DOT(sum, pair, weight) ((sum) + ((pair) & 0xffff) * ((weight) << 16 >> 16) + ((pair) >> 16) * ((weight) >> 16))
#define ANY(mask) (__builtin_reduce_or(mask) != 0)
#include "bytes.h"
#endif
