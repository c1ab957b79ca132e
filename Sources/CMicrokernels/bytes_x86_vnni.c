// Sums of bytes on x86-64-v4 with VNNI, whose one instruction multiplies pairs, or fours, and adds them to sums, and VBMI, whose one
// instruction puts bytes in any order.
#if defined(__x86_64__)
#include "levels.h"

#include <immintrin.h>

#pragma clang attribute push(                                                                             \
    __attribute__((target("avx2,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vbmi"))), \
    apply_to = function)

// The sums of `vectors` times 16 places from `in` on. Sixteen bytes of a load are moved so that each lane has the four that its sum needs; a load
// of 64 bytes serves three vectors.
static inline __attribute__((always_inline)) void filter_block(float *out, const uint8_t *in, const int vectors,
                                                               __mmask16 stored, const __m512i *places,
                                                               const imgconv_byte_filter *filter) {
  __m512i high[6], middle[6], low[6];
  _Pragma("unroll") for (int v = 0; v < vectors; v++) high[v] = middle[v] = low[v] = _mm512_setzero_si512();
  for (ptrdiff_t quad = 0; quad < filter->quad_count; quad++) {
    const uint8_t *run = in + 4 * quad * filter->step;
    const int32_t *weights = filter->weights + 3 * quad;
    const __m512i w_high = _mm512_set1_epi32(weights[0]), w_middle = _mm512_set1_epi32(weights[1]),
                  w_low = _mm512_set1_epi32(weights[2]);
    _Pragma("unroll") for (int v = 0; v < vectors; v++) {
      const __m512i bytes = _mm512_permutexvar_epi8(places[v % 3], _mm512_loadu_si512(run + v / 3 * 48));
      high[v] = _mm512_dpbusd_epi32(high[v], bytes, w_high);
      middle[v] = _mm512_dpbusd_epi32(middle[v], bytes, w_middle);
      low[v] = _mm512_dpbusd_epi32(low[v], bytes, w_low);
    }
  }
  _Pragma("unroll") for (int v = 0; v < vectors; v++) {
    const __m512 lower =
        _mm512_fmadd_ps(_mm512_cvtepi32_ps(middle[v]), _mm512_set1_ps(256.0f), _mm512_cvtepi32_ps(low[v]));
    const __m512 sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(high[v]), _mm512_set1_ps(65536.0f), lower);
    const __m512 scaled = _mm512_mul_ps(sum, _mm512_set1_ps(filter->scale));
    if (v == vectors - 1) _mm512_mask_storeu_ps(out + 16 * v, stored, scaled);
    else _mm512_storeu_ps(out + 16 * v, scaled);
  }
}

static void filter_bytes(float *out, const uint8_t *in, ptrdiff_t count, const imgconv_byte_filter *filter) {
  uint8_t order[3][64];
  for (int v = 0; v < 3; v++) {
    for (int lane = 0; lane < 16; lane++) {
      for (int tap = 0; tap < 4; tap++) order[v][4 * lane + tap] = (uint8_t)(16 * v + lane + tap * filter->step);
    }
  }
  const __m512i places[3] = {_mm512_loadu_si512(order[0]), _mm512_loadu_si512(order[1]), _mm512_loadu_si512(order[2])};
  ptrdiff_t first = 0;
  // Three vectors of one load reach 48 + 3 · step bytes.
  if (filter->step <= 5) {
    for (; first + 96 <= count; first += 96) filter_block(out + first, in + first, 6, 0xffff, places, filter);
    for (; first + 48 <= count; first += 48) filter_block(out + first, in + first, 3, 0xffff, places, filter);
  }
  for (; first < count; first += 16) {
    const ptrdiff_t left = count - first;
    const __mmask16 stored = left < 16 ? (__mmask16)((1u << left) - 1) : 0xffff;
    filter_block(out + first, in + first, 1, stored, places, filter);
  }
}

#define BYTES_TABLE imgconv_bytes_x86_vnni
#define VECTOR_BYTES 64
#define VECTORS_IN_BAND 4
#define DOT(sum, pair, weight) ((lanes)_mm512_dpwssd_epi32((__m512i)(sum), (__m512i)(pair), (__m512i)(weight)))
#define ANY(mask) (_mm512_movepi32_mask((__m512i)(mask)) != 0)
#define FILTER filter_bytes
#include "bytes.h"

#pragma clang attribute pop
#endif
