// Sums of bytes on x86-64-v4: AVX-512, vectors of 64 bytes.
#if defined(__x86_64__)
#include "levels.h"

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)

#define BYTES_TABLE imgconv_bytes_x86_v4
#define VECTOR_BYTES 64
#define VECTORS_IN_BAND 4
#define DOT(sum, pair, weight) ((sum) + (lanes)_mm512_madd_epi16((__m512i)(pair), (__m512i)(weight)))
#define ANY(mask) (_mm512_movepi32_mask((__m512i)(mask)) != 0)
#include "bytes.h"

#pragma clang attribute pop
#endif
