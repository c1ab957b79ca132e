#include "png_filter.h"

#include <string.h>

// Vectors are passed between functions that are always inlined, so how they would be passed does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

// 32 samples at a time, as one AVX2 or two SSE2 or NEON registers: the compiler divides them.
typedef uint8_t bytes32 __attribute__((vector_size(32)));
typedef int8_t mask32 __attribute__((vector_size(32)));
typedef uint16_t words16 __attribute__((vector_size(32)));

enum { FILTER_COUNT = 5 };
#define INLINE static inline __attribute__((always_inline))

INLINE bytes32 load(const uint8_t *bytes) {
  bytes32 vector;
  memcpy(&vector, bytes, sizeof vector);
  return vector;
}

INLINE bytes32 choose(mask32 mask, bytes32 yes, bytes32 no) { return ((bytes32)mask & yes) | (~(bytes32)mask & no); }

INLINE bytes32 distance(bytes32 a, bytes32 b) { return __builtin_elementwise_max(a, b) - __builtin_elementwise_min(a, b); }

// The neighbour (a left, b above, c above left) nearest to a + b − c. With pa = |b−c| and pb = |a−c|, |a+b−2c| is their sum
// when b−c and a−c have one sign and their difference otherwise; saturation does not change what is compared.
INLINE bytes32 paeth(bytes32 a, bytes32 b, bytes32 c) {
  bytes32 pa = distance(b, c), pb = distance(a, c);
  mask32 one_sign = ~((b > c) ^ (a > c));
  bytes32 pc = choose(one_sign, __builtin_elementwise_add_sat(pa, pb), distance(pa, pb));
  return choose((pa <= pb) & (pa <= pc), a, choose(pb <= pc, b, c));
}

INLINE bytes32 predict(int filter, bytes32 a, bytes32 b, bytes32 c) {
  switch (filter) {
    case 1: return a;
    case 2: return b;
    case 3: return (a & b) + ((a ^ b) >> 1);
    case 4: return paeth(a, b, c);
    default: return (bytes32){0};
  }
}

// The magnitudes of residuals taken as signed bytes, added in pairs.
INLINE words16 magnitudes(bytes32 residual) {
  words16 pairs = (words16)__builtin_elementwise_min(residual, -residual);
  return (pairs & 0xFF) + (pairs >> 8);
}

INLINE void store_row(int filter, const uint8_t *row, const uint8_t *above, size_t count, size_t pixel, uint8_t *residuals) {
  for (size_t i = 0; i < count; i += 32) {
    bytes32 residual =
      load(row + i) - predict(filter, load(row + i - pixel), load(above + i), load(above + i - pixel));
    memcpy(residuals + i, &residual, sizeof residual);
  }
}

INLINE void filter_row(const uint8_t *slot, const uint8_t *slot_above, size_t count, size_t pixel, uint8_t *filtered) {
  const uint8_t *row = slot + FILTER_MARGIN, *above = slot_above + FILTER_MARGIN;
  uint64_t sums[FILTER_COUNT] = {0};
  // 128 vectors: a pair adds at most 256 to a word.
  for (size_t start = 0; start < count; start += 128 * 32) {
    size_t end = count - start < 128 * 32 ? count : start + 128 * 32;
    words16 partial[FILTER_COUNT] = {{0}};
    for (size_t i = start; i < end; i += 32) {
      bytes32 x = load(row + i), a = load(row + i - pixel), b = load(above + i), c = load(above + i - pixel);
      for (int filter = 0; filter < FILTER_COUNT; filter++) partial[filter] += magnitudes(x - predict(filter, a, b, c));
    }
    for (int filter = 0; filter < FILTER_COUNT; filter++) {
      for (int lane = 0; lane < 16; lane++) sums[filter] += partial[filter][lane];
    }
  }
  int best = 0;
  for (int filter = 1; filter < FILTER_COUNT; filter++) {
    if (sums[filter] < sums[best]) best = filter;
  }
  filtered[0] = (uint8_t)best;
  switch (best) {
    case 0: memcpy(filtered + 1, row, count); break;
    case 1: store_row(1, row, above, count, pixel, filtered + 1); break;
    case 2: store_row(2, row, above, count, pixel, filtered + 1); break;
    case 3: store_row(3, row, above, count, pixel, filtered + 1); break;
    case 4: store_row(4, row, above, count, pixel, filtered + 1); break;
  }
}

static void filter_row_baseline(const uint8_t *slot, const uint8_t *above, size_t count, size_t pixel, uint8_t *filtered) {
  filter_row(slot, above, count, pixel, filtered);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void filter_row_avx2(
  const uint8_t *slot, const uint8_t *above, size_t count, size_t pixel, uint8_t *filtered) {
  filter_row(slot, above, count, pixel, filtered);
}
#endif

imgconv_filter_row *imgconv_filter_row_at(int level) {
#if defined(__x86_64__)
  if (level == IMGCONV_LEVEL_AVX2) return filter_row_avx2;
#endif
  (void)level;
  return filter_row_baseline;
}

int imgconv_has_level(int level) {
#if defined(__x86_64__)
  if (level == IMGCONV_LEVEL_AVX2) return __builtin_cpu_supports("avx2") != 0;
#endif
  return level == IMGCONV_LEVEL_BASELINE;
}
