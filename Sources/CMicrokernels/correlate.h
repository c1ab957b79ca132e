// Weighted sums of runs, for one SCALAR with one SUFFIX. Included by level.h.

// SPAN(NAME, VALUE, VALUES, MULTIPLY_ADD) defines a function that makes VALUES consecutive sums of type VALUE at once, each tap
// loaded into as many registers. VALUE is a vector or the scalar itself; the order of additions is the same for both, so a
// sample does not depend on the span it falls in.
#define SPAN(NAME, VALUE, VALUES, MULTIPLY_ADD)                                                                      \
  static inline __attribute__((always_inline)) void JOIN(NAME, SUFFIX)(                                              \
      SCALAR *out, ptrdiff_t first, const SCALAR *const *rows, const int32_t *tap_rows,                              \
      const ptrdiff_t *tap_offsets, const SCALAR *weights, ptrdiff_t tap_count, ptrdiff_t taps_per_group,            \
      SCALAR divisor, SCALAR bias) {                                                                                 \
    VALUE total[VALUES];                                                                                             \
    for (int v = 0; v < VALUES; v++) total[v] = (VALUE){0};                                                          \
    for (ptrdiff_t group = 0; group < tap_count; group += taps_per_group) {                                          \
      ptrdiff_t end = tap_count - group < taps_per_group ? tap_count : group + taps_per_group;                       \
      VALUE sum[VALUES];                                                                                             \
      for (int v = 0; v < VALUES; v++) sum[v] = (VALUE){0};                                                          \
      for (ptrdiff_t tap = group; tap < end; tap++) {                                                                \
        const VALUE *run = (const VALUE *)(rows[tap_rows[tap]] + tap_offsets[tap] + first);                          \
        VALUE weight = weights[tap] - (VALUE){0};  /* nothing is computed: the weight in all lanes */                \
        _Pragma("unroll") for (int v = 0; v < VALUES; v++) sum[v] = MULTIPLY_ADD(weight, run[v], sum[v]);            \
      }                                                                                                              \
      for (int v = 0; v < VALUES; v++) total[v] += sum[v];                                                           \
    }                                                                                                                \
    for (int v = 0; v < VALUES; v++) {                                                                               \
      if (divisor != 1) total[v] = total[v] / divisor;                                                               \
      ((VALUE *)(out + first))[v] = total[v] + bias;                                                                 \
    }                                                                                                                \
  }

// SWEEP(NAME, VALUE, VALUES, MULTIPLY_ADD) defines a function that makes VALUES sums of each of the rows of a sweep: what is loaded
// from a row serves all output rows whose windows it lies in, lo to hi. Each sum adds its products in the order of SPAN's.
#define SWEEP(NAME, VALUE, VALUES, MULTIPLY_ADD)                                                                     \
  static inline __attribute__((always_inline)) void JOIN(NAME##_row, SUFFIX)(                                        \
      VALUE(*sum)[VALUES], const SCALAR *run, const imgconv_grid *grid, const SCALAR *weights, const int lo,         \
      const int hi) {                                                                                                \
    for (ptrdiff_t column = 0; column < grid->width; column++) {                                                     \
      const VALUE *values = (const VALUE *)(run + grid->columns[column]);                                            \
      VALUE value[VALUES];                                                                                           \
      _Pragma("unroll") for (int v = 0; v < VALUES; v++) value[v] = values[v];                                       \
      _Pragma("unroll") for (int row = lo; row <= hi; row++) {                                                       \
        VALUE weight = weights[column - row * grid->width] - (VALUE){0};                                             \
        _Pragma("unroll") for (int v = 0; v < VALUES; v++) sum[row][v] = MULTIPLY_ADD(weight, value[v], sum[row][v]); \
      }                                                                                                              \
    }                                                                                                                \
  }                                                                                                                  \
  static inline __attribute__((always_inline)) void JOIN(NAME, SUFFIX)(                                              \
      SCALAR *out, ptrdiff_t out_stride, ptrdiff_t first, const SCALAR *const *rows, const imgconv_grid *grid,       \
      const SCALAR *weights, SCALAR divisor, SCALAR bias) {                                                          \
    VALUE sum[imgconv_rows_per_sweep][VALUES], total[imgconv_rows_per_sweep][VALUES];                                \
    const int grouped = grid->rows_per_group != PTRDIFF_MAX;                                                         \
    _Pragma("unroll") for (int row = 0; row < imgconv_rows_per_sweep; row++) {                                       \
      _Pragma("unroll") for (int v = 0; v < VALUES; v++) sum[row][v] = (VALUE){0};                                   \
      if (grouped) for (int v = 0; v < VALUES; v++) total[row][v] = (VALUE){0};                                      \
    }                                                                                                                \
    for (ptrdiff_t channel = 0; channel < grid->channels; channel++) {                                               \
      ptrdiff_t height;                                                                                              \
      for (ptrdiff_t group = 0; group < grid->height; group += height) {                                             \
        height = grid->height - group < grid->rows_per_group ? grid->height - group : grid->rows_per_group;          \
        for (ptrdiff_t place = 0; place < height + imgconv_rows_per_sweep - 1; place++) {                            \
          const SCALAR *run = rows[group + place] + channel * grid->channel_stride + first;                          \
          const SCALAR *w = weights + (channel * grid->height + group + place) * grid->width;                        \
          ptrdiff_t lo = place < height ? 0 : place - height + 1;                                                    \
          ptrdiff_t hi = place < imgconv_rows_per_sweep ? place : imgconv_rows_per_sweep - 1;                        \
          switch (4 * lo + hi) {                                                                                     \
            case 0: JOIN(NAME##_row, SUFFIX)(sum, run, grid, w, 0, 0); break;                                        \
            case 1: JOIN(NAME##_row, SUFFIX)(sum, run, grid, w, 0, 1); break;                                        \
            case 2: JOIN(NAME##_row, SUFFIX)(sum, run, grid, w, 0, 2); break;                                        \
            case 3: JOIN(NAME##_row, SUFFIX)(sum, run, grid, w, 0, 3); break;                                        \
            case 5: JOIN(NAME##_row, SUFFIX)(sum, run, grid, w, 1, 1); break;                                        \
            case 6: JOIN(NAME##_row, SUFFIX)(sum, run, grid, w, 1, 2); break;                                        \
            case 7: JOIN(NAME##_row, SUFFIX)(sum, run, grid, w, 1, 3); break;                                        \
            case 10: JOIN(NAME##_row, SUFFIX)(sum, run, grid, w, 2, 2); break;                                       \
            case 11: JOIN(NAME##_row, SUFFIX)(sum, run, grid, w, 2, 3); break;                                       \
            default: JOIN(NAME##_row, SUFFIX)(sum, run, grid, w, 3, 3); break;                                       \
          }                                                                                                          \
        }                                                                                                            \
        if (!grouped) continue;                                                                                      \
        _Pragma("unroll") for (int row = 0; row < imgconv_rows_per_sweep; row++) {                                   \
          _Pragma("unroll") for (int v = 0; v < VALUES; v++) {                                                       \
            total[row][v] += sum[row][v];                                                                            \
            sum[row][v] = (VALUE){0};                                                                                \
          }                                                                                                          \
        }                                                                                                            \
      }                                                                                                              \
    }                                                                                                                \
    _Pragma("unroll") for (int row = 0; row < imgconv_rows_per_sweep; row++) {                                       \
      _Pragma("unroll") for (int v = 0; v < VALUES; v++) {                                                           \
        VALUE result = grouped ? total[row][v] : sum[row][v];                                                        \
        if (divisor != 1) result = result / divisor;                                                                 \
        ((VALUE *)(out + row * out_stride + first))[v] = result + bias;                                              \
      }                                                                                                              \
    }                                                                                                                \
  }

#define SPAN_ARGUMENTS rows, tap_rows, tap_offsets, weights, tap_count, taps_per_group, divisor, bias

#ifdef VECTOR_BYTES
// Vectors stand at any element of a run, and may be read as such.
typedef SCALAR JOIN(vector, SUFFIX) __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(SCALAR)), may_alias));
SPAN(block, JOIN(vector, SUFFIX), VECTORS_IN_BLOCK, __builtin_elementwise_fma)
SPAN(half_block, JOIN(vector, SUFFIX), VECTORS_IN_BLOCK / 2, __builtin_elementwise_fma)
SPAN(vector_span, JOIN(vector, SUFFIX), 1, __builtin_elementwise_fma)
SPAN(single, SCALAR, 1, __builtin_elementwise_fma)
SWEEP(sweep_block, JOIN(vector, SUFFIX), VECTORS_IN_SWEEP, __builtin_elementwise_fma)
SWEEP(sweep_span, JOIN(vector, SUFFIX), 1, __builtin_elementwise_fma)
SWEEP(sweep_single, SCALAR, 1, __builtin_elementwise_fma)
#else
#define MULTIPLY_THEN_ADD(a, b, c) ((a) * (b) + (c))
SPAN(block, SCALAR, VECTORS_IN_BLOCK, MULTIPLY_THEN_ADD)
SPAN(single, SCALAR, 1, MULTIPLY_THEN_ADD)
SWEEP(sweep_block, SCALAR, VECTORS_IN_SWEEP, MULTIPLY_THEN_ADD)
SWEEP(sweep_single, SCALAR, 1, MULTIPLY_THEN_ADD)
#undef MULTIPLY_THEN_ADD
#endif

static void JOIN(correlate, SUFFIX)(SCALAR *out, ptrdiff_t count, const SCALAR *const *rows, const int32_t *tap_rows,
                                    const ptrdiff_t *tap_offsets, const SCALAR *weights, ptrdiff_t tap_count,
                                    ptrdiff_t taps_per_group, SCALAR divisor, SCALAR bias) {
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
  if (first + VECTORS_IN_BLOCK / 2 * lanes <= count) {
    JOIN(half_block, SUFFIX)(out, first, SPAN_ARGUMENTS);
    first += VECTORS_IN_BLOCK / 2 * lanes;
  }
  for (; first + lanes <= count; first += lanes) JOIN(vector_span, SUFFIX)(out, first, SPAN_ARGUMENTS);
  // The last vector is moved back over samples that are done already and come out the same.
  if (first < count && count >= lanes) {
    JOIN(vector_span, SUFFIX)(out, count - lanes, SPAN_ARGUMENTS);
    first = count;
  }
#endif
  for (; first < count; first++) JOIN(single, SUFFIX)(out, first, SPAN_ARGUMENTS);
}

static void JOIN(sweep, SUFFIX)(SCALAR *out, ptrdiff_t out_stride, ptrdiff_t count, const SCALAR *const *rows,
                                const imgconv_grid *grid, const SCALAR *weights, SCALAR divisor, SCALAR bias) {
  ptrdiff_t first = 0;
#ifdef VECTOR_BYTES
  const ptrdiff_t lanes = VECTOR_BYTES / sizeof(SCALAR);
#else
  const ptrdiff_t lanes = 1;
#endif
  for (; first + VECTORS_IN_SWEEP * lanes <= count; first += VECTORS_IN_SWEEP * lanes) {
    JOIN(sweep_block, SUFFIX)(out, out_stride, first, rows, grid, weights, divisor, bias);
  }
#ifdef VECTOR_BYTES
  for (; first + lanes <= count; first += lanes) {
    JOIN(sweep_span, SUFFIX)(out, out_stride, first, rows, grid, weights, divisor, bias);
  }
  if (first < count && count >= lanes) {
    JOIN(sweep_span, SUFFIX)(out, out_stride, count - lanes, rows, grid, weights, divisor, bias);
    first = count;
  }
#endif
  for (; first < count; first++) JOIN(sweep_single, SUFFIX)(out, out_stride, first, rows, grid, weights, divisor, bias);
}

#undef SPAN_ARGUMENTS
#undef SPAN
#undef SWEEP
