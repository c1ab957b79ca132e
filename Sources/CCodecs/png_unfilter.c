#include "png_unfilter.h"

#include <string.h>

// Vectors are passed between functions that are always inlined, so how they would be passed does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

// One pixel, at most 8 bytes, as it is stored and with room for sums. A row's pixels depend on each other from left to right,
// so what runs in parallel are the samples of a pixel.
typedef uint8_t pixel8 __attribute__((vector_size(8)));
typedef int16_t wide8 __attribute__((vector_size(16)));

#define INLINE static inline __attribute__((always_inline))

INLINE wide8 load(const uint8_t *bytes, size_t count) {
  pixel8 pixel = {0};
  memcpy(&pixel, bytes, count);
  return __builtin_convertvector(pixel, wide8);
}

INLINE void store(uint8_t *bytes, wide8 value, size_t count) {
  pixel8 pixel = __builtin_convertvector(value, pixel8);
  memcpy(bytes, &pixel, count);
}

INLINE wide8 choose(wide8 mask, wide8 yes, wide8 no) { return (mask & yes) | (~mask & no); }

// The neighbour (a left, b above, c above left) nearest to a + b − c.
INLINE wide8 paeth(wide8 a, wide8 b, wide8 c) {
  wide8 pa = b - c, pb = a - c, pc = pa + pb;
  pa = __builtin_elementwise_abs(pa);
  pb = __builtin_elementwise_abs(pb);
  pc = __builtin_elementwise_abs(pc);
  wide8 least = __builtin_elementwise_min(pc, __builtin_elementwise_min(pa, pb));
  return choose(least == pa, a, choose(least == pb, b, c));
}

INLINE void unfilter(int filter, uint8_t *row, const uint8_t *above, size_t row_bytes, size_t pixel) {
  wide8 a = {0}, c = {0};
  for (size_t i = 0; i < row_bytes; i += pixel) {
    wide8 x = load(row + i, pixel);
    if (filter == 1) {
      a = x + a;
    } else {
      wide8 b = load(above + i, pixel);
      a = x + (filter == 3 ? (a + b) >> 1 : paeth(a, b, c));
      c = b;
    }
    a &= 0xFF;
    store(row + i, a, pixel);
  }
}

INLINE void unfilter_pixels(int filter, uint8_t *row, const uint8_t *above, size_t row_bytes, size_t pixel) {
  switch (pixel) {
    case 1: unfilter(filter, row, above, row_bytes, 1); break;
    case 2: unfilter(filter, row, above, row_bytes, 2); break;
    case 3: unfilter(filter, row, above, row_bytes, 3); break;
    case 4: unfilter(filter, row, above, row_bytes, 4); break;
    case 6: unfilter(filter, row, above, row_bytes, 6); break;
    case 8: unfilter(filter, row, above, row_bytes, 8); break;
  }
}

INLINE int unfilter_row(int filter, uint8_t *row, const uint8_t *above, size_t row_bytes, size_t pixel) {
  switch (filter) {
    case 0: return 1;
    case 1: unfilter_pixels(1, row, above, row_bytes, pixel); return 1;
    case 2:
      for (size_t i = 0; i < row_bytes; i++) row[i] = (uint8_t)(row[i] + above[i]);
      return 1;
    case 3: unfilter_pixels(3, row, above, row_bytes, pixel); return 1;
    case 4: unfilter_pixels(4, row, above, row_bytes, pixel); return 1;
    default: return 0;
  }
}

static int unfilter_row_baseline(int filter, uint8_t *row, const uint8_t *above, size_t row_bytes, size_t pixel) {
  return unfilter_row(filter, row, above, row_bytes, pixel);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static int unfilter_row_avx2(
  int filter, uint8_t *row, const uint8_t *above, size_t row_bytes, size_t pixel) {
  return unfilter_row(filter, row, above, row_bytes, pixel);
}
#endif

imgconv_unfilter_row *imgconv_unfilter_row_at(int level) {
#if defined(__x86_64__)
  if (level == IMGCONV_LEVEL_AVX2) return unfilter_row_avx2;
#endif
  (void)level;
  return unfilter_row_baseline;
}
