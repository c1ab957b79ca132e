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
