// Complex numbers in vectors, and the butterflies of four of them. Part of fourier.h.

enum {
  lane_count = VECTOR_BYTES / 8,
  // Numbers of a vector's real and imaginary parts, which stand side by side.
  element = 2 * lane_count,
};

typedef double reals __attribute__((vector_size(VECTOR_BYTES), aligned(8), may_alias));
typedef int64_t flags __attribute__((vector_size(VECTOR_BYTES), aligned(8), may_alias));
typedef int32_t integers __attribute__((vector_size(VECTOR_BYTES / 2), aligned(4), may_alias));
typedef uint8_t byte_lanes __attribute__((vector_size(VECTOR_BYTES / 8), aligned(1), may_alias));

typedef struct {
  reals re, im;
} numbers;

#define INLINE static inline __attribute__((always_inline))

INLINE numbers load(const double *at) {
  return (numbers){*(const reals *)at, *(const reals *)(at + lane_count)};
}

INLINE void store(double *at, numbers value) {
  *(reals *)at = value.re;
  *(reals *)(at + lane_count) = value.im;
}

INLINE numbers plus(numbers a, numbers b) { return (numbers){a.re + b.re, a.im + b.im}; }
INLINE numbers minus(numbers a, numbers b) { return (numbers){a.re - b.re, a.im - b.im}; }
// a + i·b and a − i·b.
INLINE numbers plus_i(numbers a, numbers b) { return (numbers){a.re - b.im, a.im + b.re}; }
INLINE numbers minus_i(numbers a, numbers b) { return (numbers){a.re + b.im, a.im - b.re}; }

INLINE numbers times(numbers a, reals re, reals im) {
  return (numbers){a.re * re - a.im * im, a.re * im + a.im * re};
}

// Turned by a turn, or back.
INLINE numbers turned(numbers a, const double *turn) { return times(a, (reals){0} + turn[0], (reals){0} + turn[1]); }
INLINE numbers turned_back(numbers a, const double *turn) {
  const reals re = (reals){0} + turn[0], im = (reals){0} + turn[1];
  return (numbers){a.re * re + a.im * im, a.im * re - a.re * im};
}

// The butterfly of four numbers a quarter of a transform apart, in place, and its inverse times four.
INLINE void split(numbers v[4]) {
  const numbers even = plus(v[0], v[2]), odd = plus(v[1], v[3]);
  const numbers across = minus(v[0], v[2]), along = minus(v[1], v[3]);
  v[0] = plus(even, odd);
  v[1] = minus(even, odd);
  v[2] = minus_i(across, along);
  v[3] = plus_i(across, along);
}

INLINE void join(numbers v[4]) {
  const numbers even = plus(v[0], v[1]), odd = plus(v[2], v[3]);
  const numbers across = minus(v[0], v[1]), along = minus(v[2], v[3]);
  v[0] = plus(even, odd);
  v[2] = minus(even, odd);
  v[1] = plus_i(across, along);
  v[3] = minus_i(across, along);
}

// Whether the innermost pass of a transform is of 4 numbers; it is of 2 elsewhere.
INLINE int ends_with_four(ptrdiff_t n) {
  while (n > 4) n /= 4;
  return n == 4;
}

// The innermost pass of `count` numbers that stand side by side, four or two at a time, or its inverse.
INLINE void inner_pass(numbers *v, const int count, int fours, const int is_inverse) {
  if (fours) {
    _Pragma("unroll") for (int i = 0; i + 4 <= count; i += 4) {
      if (is_inverse) join(v + i);
      else split(v + i);
    }
  } else {
    _Pragma("unroll") for (int i = 0; i + 2 <= count; i += 2) {
      const numbers sum = plus(v[i], v[i + 1]);
      v[i + 1] = minus(v[i], v[i + 1]);
      v[i] = sum;
    }
  }
}

#if VECTOR_BYTES == 64
#define STEPS(STEP)                                                                  \
  STEP(1, (0, 8, 2, 10, 4, 12, 6, 14), (1, 9, 3, 11, 5, 13, 7, 15))                  \
  STEP(2, (0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15))                  \
  STEP(4, (0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15))
#elif VECTOR_BYTES == 32
#define STEPS(STEP) STEP(1, (0, 4, 2, 6), (1, 5, 3, 7)) STEP(2, (0, 1, 4, 5), (2, 3, 6, 7))
#elif VECTOR_BYTES == 16
#define STEPS(STEP) STEP(1, (0, 2), (1, 3))
#else
#define STEPS(STEP)
#endif
#define INDICES(...) __VA_ARGS__
#define EXCHANGE(distance, low, high)                                    \
  _Pragma("unroll") for (int i = 0; i < lane_count; i++) {               \
    if ((i & distance) == 0) {                                           \
      const reals a = v[i], b = v[i + distance];                         \
      v[i] = __builtin_shufflevector(a, b, INDICES low);                 \
      v[i + distance] = __builtin_shufflevector(a, b, INDICES high);     \
    }                                                                    \
  }

// As many vectors as a vector has lanes, rows for columns.
INLINE void transpose(reals v[lane_count]) { STEPS(EXCHANGE) }

INLINE void transpose_numbers(numbers v[lane_count]) {
  reals re[lane_count], im[lane_count];
  _Pragma("unroll") for (int i = 0; i < lane_count; i++) {
    re[i] = v[i].re;
    im[i] = v[i].im;
  }
  transpose(re);
  transpose(im);
  _Pragma("unroll") for (int i = 0; i < lane_count; i++) v[i] = (numbers){re[i], im[i]};
}
