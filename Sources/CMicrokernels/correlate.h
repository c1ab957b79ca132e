// Weighted sums of runs, and the gathering of border columns, for one SCALAR with one SUFFIX. Included by level.h.

// SPAN(NAME, VALUE, VALUES, MULTIPLY_ADD) defines a function that makes VALUES consecutive sums of type VALUE at once, each tap
// loaded into as many registers. VALUE is a vector or the scalar itself; the order of additions is the same for both, so a
// sample does not depend on the span it falls in.
#define SPAN(NAME, VALUE, VALUES, MULTIPLY_ADD)                                                                      \
  static inline __attribute__((always_inline)) void JOIN(NAME, SUFFIX)(                                              \
      SCALAR *out, ptrdiff_t first, const SCALAR *const *rows, const int32_t *tap_rows,                              \
      const ptrdiff_t *tap_offsets, const SCALAR *weights, ptrdiff_t tap_count, SCALAR divisor, SCALAR bias) {       \
    VALUE total[VALUES];                                                                                             \
    for (int v = 0; v < VALUES; v++) total[v] = (VALUE){0};                                                          \
    for (ptrdiff_t group = 0; group < tap_count; group += imgconv_taps_per_group) {                                  \
      ptrdiff_t end = tap_count - group < imgconv_taps_per_group ? tap_count : group + imgconv_taps_per_group;       \
      VALUE sum[VALUES];                                                                                             \
      for (int v = 0; v < VALUES; v++) sum[v] = (VALUE){0};                                                          \
      for (ptrdiff_t tap = group; tap < end; tap++) {                                                                \
        const VALUE *run = (const VALUE *)(rows[tap_rows[tap]] + tap_offsets[tap] + first);                          \
        VALUE weight = (VALUE){0} + weights[tap];                                                                    \
        _Pragma("unroll") for (int v = 0; v < VALUES; v++) sum[v] = MULTIPLY_ADD(weight, run[v], sum[v]);            \
      }                                                                                                              \
      for (int v = 0; v < VALUES; v++) total[v] += sum[v];                                                           \
    }                                                                                                                \
    for (int v = 0; v < VALUES; v++) {                                                                               \
      if (divisor != 1) total[v] = total[v] / divisor;                                                               \
      ((VALUE *)(out + first))[v] = total[v] + bias;                                                                 \
    }                                                                                                                \
  }

#define SPAN_ARGUMENTS rows, tap_rows, tap_offsets, weights, tap_count, divisor, bias

#ifdef VECTOR_BYTES
// Vectors stand at any element of a run, and may be read as such.
typedef SCALAR JOIN(vector, SUFFIX) __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(SCALAR)), may_alias));
SPAN(block, JOIN(vector, SUFFIX), VECTORS_IN_BLOCK, __builtin_elementwise_fma)
SPAN(vector_span, JOIN(vector, SUFFIX), 1, __builtin_elementwise_fma)
SPAN(single, SCALAR, 1, __builtin_elementwise_fma)
#else
#define MULTIPLY_THEN_ADD(a, b, c) ((a) * (b) + (c))
SPAN(block, SCALAR, VECTORS_IN_BLOCK, MULTIPLY_THEN_ADD)
SPAN(single, SCALAR, 1, MULTIPLY_THEN_ADD)
#undef MULTIPLY_THEN_ADD
#endif

static void JOIN(correlate, SUFFIX)(SCALAR *out, ptrdiff_t count, const SCALAR *const *rows, const int32_t *tap_rows,
                                    const ptrdiff_t *tap_offsets, const SCALAR *weights, ptrdiff_t tap_count,
                                    SCALAR divisor, SCALAR bias) {
  ptrdiff_t first = 0;
#ifdef VECTOR_BYTES
  const ptrdiff_t lanes = VECTOR_BYTES / sizeof(SCALAR);
#else
  const ptrdiff_t lanes = 1;
#endif
  for (; first + VECTORS_IN_BLOCK * lanes <= count; first += VECTORS_IN_BLOCK * lanes) {
    JOIN(block, SUFFIX)(out, first, SPAN_ARGUMENTS);
  }
#ifdef VECTOR_BYTES
  for (; first + lanes <= count; first += lanes) JOIN(vector_span, SUFFIX)(out, first, SPAN_ARGUMENTS);
  // The last vector is moved back over samples that are done already and come out the same.
  if (first < count && count >= lanes) {
    JOIN(vector_span, SUFFIX)(out, count - lanes, SPAN_ARGUMENTS);
    first = count;
  }
#endif
  for (; first < count; first++) JOIN(single, SUFFIX)(out, first, SPAN_ARGUMENTS);
}

#undef SPAN_ARGUMENTS
#undef SPAN

static void JOIN(gather, SUFFIX)(SCALAR *out, const SCALAR *in, const int32_t *indices, ptrdiff_t count,
                                 SCALAR constant) {
  for (ptrdiff_t j = 0; j < count; j++) out[j] = indices[j] < 0 ? constant : in[indices[j]];
}
