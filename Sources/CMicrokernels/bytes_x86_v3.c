// Sums of bytes on x86-64-v3: AVX2, vectors of 32 bytes.
#if defined(__x86_64__)
#include "levels.h"

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

#define BYTES_TABLE imgconv_bytes_x86_v3
#define VECTOR_BYTES 32
#define VECTORS_IN_BAND 2
#define DOT(sum, pair, weight) ((sum) + (lanes)_mm256_madd_epi16((__m256i)(pair), (__m256i)(weight)))
#define ANY(mask) (_mm256_movemask_ps((__m256)(mask)) != 0)
#include "bytes.h"

#pragma clang attribute pop
#endif
