// Stored samples to numbers and back, for one SCALAR with one SUFFIX. Included by level.h.
//
// The channel count is a constant in each of four loops, so that a compiler can shuffle whole vectors.

// Rounded to nearest, ties to even, inside 0…maximum; NaN becomes 0. Beyond ROUNDING, 2^(significand bits − 1), numbers have no
// fraction: adding and subtracting it leaves the rounding to the processor (round to nearest even, the default mode).
static inline SCALAR JOIN(rounded, SUFFIX)(SCALAR value, SCALAR maximum) {
  value = value > 0 ? value : 0;
  value = value < maximum ? value : maximum;
  return (value + ROUNDING) - ROUNDING;
}

#define UNPACK_CHANNELS(CHANNELS)                                                         \
  for (ptrdiff_t x = 0; x < width; x++) {                                                 \
    for (int c = 0; c < CHANNELS; c++) out[c * width + x] = (SCALAR)in[x * CHANNELS + c]; \
  }
#define PACK_CHANNELS(CHANNELS, STORED, MAXIMUM)                                                             \
  for (ptrdiff_t x = 0; x < width; x++) {                                                                    \
    for (int c = 0; c < CHANNELS; c++)                                                                       \
      out[x * CHANNELS + c] = (STORED)(int32_t)JOIN(rounded, SUFFIX)(in[c * width + x], MAXIMUM);            \
  }

#define SAMPLES(STORED, DEPTH, MAXIMUM)                                                                      \
  static void JOIN(unpack##DEPTH, SUFFIX)(SCALAR *restrict out, const STORED *restrict in, ptrdiff_t width,  \
                                          ptrdiff_t channels) {                                              \
    switch (channels) {                                                                                      \
      case 1: UNPACK_CHANNELS(1) break;                                                                      \
      case 2: UNPACK_CHANNELS(2) break;                                                                      \
      case 3: UNPACK_CHANNELS(3) break;                                                                      \
      default: UNPACK_CHANNELS(4) break;                                                                     \
    }                                                                                                        \
  }                                                                                                          \
  static void JOIN(pack##DEPTH, SUFFIX)(STORED *restrict out, const SCALAR *restrict in, ptrdiff_t width,    \
                                        ptrdiff_t channels) {                                                \
    switch (channels) {                                                                                      \
      case 1: PACK_CHANNELS(1, STORED, MAXIMUM) break;                                                       \
      case 2: PACK_CHANNELS(2, STORED, MAXIMUM) break;                                                       \
      case 3: PACK_CHANNELS(3, STORED, MAXIMUM) break;                                                       \
      default: PACK_CHANNELS(4, STORED, MAXIMUM) break;                                                      \
    }                                                                                                        \
  }

SAMPLES(uint8_t, _u8, 255)
SAMPLES(uint16_t, _u16, 65535)

#undef SAMPLES
#undef PACK_CHANNELS
#undef UNPACK_CHANNELS

#ifdef VECTOR_BYTES
typedef double JOIN(wide, SUFFIX)
    __attribute__((vector_size(VECTOR_BYTES / sizeof(SCALAR) * sizeof(double)), aligned(8), may_alias));
typedef __typeof__((JOIN(vector, SUFFIX)){0} < (JOIN(vector, SUFFIX)){0}) JOIN(mask, SUFFIX);
#endif

static void JOIN(survey, SUFFIX)(const SCALAR *in, ptrdiff_t count, int counts, SCALAR low, SCALAR high,
                                 imgconv_survey *found) {
  SCALAR minimum = in[0], maximum = in[0];
  double total = 0;
  int64_t below = 0, above = 0;
  ptrdiff_t first = 0;
#ifdef VECTOR_BYTES
  typedef JOIN(vector, SUFFIX) vector;
  const ptrdiff_t lanes = VECTOR_BYTES / sizeof(SCALAR);
  vector least = (vector){0} + minimum, greatest = (vector){0} + maximum;
  JOIN(wide, SUFFIX) sum = {0};
  JOIN(mask, SUFFIX) under = {0}, over = {0};
  // Four vectors at a time: few steps wait for one another, and most numbers are added before they are widened.
  for (; first + 4 * lanes <= count; first += 4 * lanes) {
    const vector *values = (const vector *)(in + first);
    vector lower = __builtin_elementwise_min(__builtin_elementwise_min(values[0], values[1]),
                                             __builtin_elementwise_min(values[2], values[3]));
    vector upper = __builtin_elementwise_max(__builtin_elementwise_max(values[0], values[1]),
                                             __builtin_elementwise_max(values[2], values[3]));
    least = __builtin_elementwise_min(least, lower);
    greatest = __builtin_elementwise_max(greatest, upper);
    sum += __builtin_convertvector((values[0] + values[1]) + (values[2] + values[3]), JOIN(wide, SUFFIX));
    if (counts) {
      for (int v = 0; v < 4; v++) {
        under -= values[v] < (vector){0} + low;
        over -= values[v] > (vector){0} + high;
      }
    }
  }
  minimum = __builtin_reduce_min(least);
  maximum = __builtin_reduce_max(greatest);
  for (ptrdiff_t lane = 0; lane < lanes; lane++) total += sum[lane];
  if (counts) {
    for (ptrdiff_t lane = 0; lane < lanes; lane++) {
      below += under[lane];
      above += over[lane];
    }
  }
#endif
  for (; first < count; first++) {
    minimum = in[first] < minimum ? in[first] : minimum;
    maximum = in[first] > maximum ? in[first] : maximum;
    total += in[first];
    below += counts && in[first] < low;
    above += counts && in[first] > high;
  }
  *found = (imgconv_survey){minimum, maximum, total, below, above};
}
