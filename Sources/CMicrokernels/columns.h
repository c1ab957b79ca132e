// Sums down the columns of rows that follow one another, for one SCALAR with one SUFFIX. Included by level.h.
//
// Two output rows are made of three sums of half the taps, where tap by tap they take four: for x(i) the rows of a window and h the taps,
//
//     out[2i]     = Σ_k h[2k] · (x[2i + 2k] − x[2i + 2k + 1])     + both[i]
//     out[2i + 1] = Σ_k h[2k + 1] · (x[2i + 2k + 2] − x[2i + 2k + 1]) + both[i]
//     both[i]     = Σ_k (h[2k] + h[2k + 1]) · x[2i + 2k + 1]
//
// (Z.-J. Mou and P. Duhamel, “Short-length FIR filters and their use in fast nonrecursive filtering”, 1991, in the transposed form.)
//
// COLUMN_ROWS and COLUMN_VECTORS are the output rows and the vectors of each that a step sums.

#define COLUMNS(NAME, VALUE, VALUES, MULTIPLY_ADD)                                                                     \
  /* `output_rows` sums of `taps` rows each, in groups, with what `added` holds. */                                    \
  static inline __attribute__((always_inline)) void JOIN(NAME##_rows, SUFFIX)(                                         \
      SCALAR *out, ptrdiff_t out_stride, const int output_rows, const SCALAR *const *rows, ptrdiff_t first,            \
      const SCALAR *weights, ptrdiff_t taps, ptrdiff_t taps_per_group, const SCALAR *added, ptrdiff_t added_stride,    \
      SCALAR divisor, SCALAR bias) {                                                                                   \
    VALUE sum[COLUMN_ROWS][VALUES];                                                                                    \
    for (ptrdiff_t group = 0; group < taps; group += taps_per_group) {                                                 \
      const ptrdiff_t size = taps - group < taps_per_group ? taps - group : taps_per_group;                            \
      _Pragma("unroll") for (int row = 0; row < output_rows; row++) {                                                  \
        _Pragma("unroll") for (int v = 0; v < VALUES; v++) sum[row][v] = (VALUE){0};                                   \
      }                                                                                                                \
      for (ptrdiff_t place = 0; place < size + output_rows - 1; place++) {                                             \
        const VALUE *values = (const VALUE *)(rows[group + place] + first);                                            \
        VALUE value[VALUES];                                                                                           \
        _Pragma("unroll") for (int v = 0; v < VALUES; v++) value[v] = values[v];                                       \
        _Pragma("unroll") for (int row = 0; row < output_rows; row++) {                                                \
          /* Zeros stand on both sides of a group. */                                                                  \
          VALUE weight = weights[imgconv_column_zeros + place - row] - (VALUE){0};                                     \
          _Pragma("unroll") for (int v = 0; v < VALUES; v++) sum[row][v] = MULTIPLY_ADD(weight, value[v], sum[row][v]); \
        }                                                                                                              \
      }                                                                                                                \
      const int is_last = group + size == taps;                                                                        \
      _Pragma("unroll") for (int row = 0; row < output_rows; row++) {                                                  \
        _Pragma("unroll") for (int v = 0; v < VALUES; v++) {                                                           \
          VALUE *total = (VALUE *)(out + row * out_stride) + v;                                                        \
          VALUE result = sum[row][v];                                                                                  \
          if (group > 0) result += *total;                                                                             \
          if (is_last && added) result += ((const VALUE *)(added + row * added_stride))[v];                            \
          if (is_last && divisor != 1) result = result / divisor;                                                      \
          *total = is_last ? result + bias : result;                                                                   \
        }                                                                                                              \
      }                                                                                                                \
      weights += taps_per_group + 2 * imgconv_column_zeros;                                                            \
    }                                                                                                                  \
  }                                                                                                                    \
  static inline void JOIN(NAME##_sums, SUFFIX)(                                                                        \
      SCALAR *out, ptrdiff_t out_stride, ptrdiff_t output_rows, const SCALAR *const *rows, ptrdiff_t first,            \
      const SCALAR *weights, ptrdiff_t taps, ptrdiff_t taps_per_group, const SCALAR *added, ptrdiff_t added_stride,    \
      SCALAR divisor, SCALAR bias) {                                                                                   \
    ptrdiff_t row = 0;                                                                                                 \
    for (; row + COLUMN_ROWS <= output_rows; row += COLUMN_ROWS) {                                                     \
      JOIN(NAME##_rows, SUFFIX)(out + row * out_stride, out_stride, COLUMN_ROWS, rows + row, first, weights, taps,     \
                                taps_per_group, added ? added + row * added_stride : 0, added_stride, divisor, bias);  \
    }                                                                                                                  \
    for (; row < output_rows; row++) {                                                                                 \
      JOIN(NAME##_rows, SUFFIX)(out + row * out_stride, out_stride, 1, rows + row, first, weights, taps,               \
                                taps_per_group, added ? added + row * added_stride : 0, added_stride, divisor, bias);  \
    }                                                                                                                  \
  }                                                                                                                    \
  static void JOIN(NAME, SUFFIX)(SCALAR *out, ptrdiff_t out_stride, ptrdiff_t first, const SCALAR *const *rows,        \
                                 const imgconv_columns *extents, const SCALAR *weights, SCALAR divisor, SCALAR bias,   \
                                 SCALAR *scratch) {                                                                    \
    const ptrdiff_t taps = (extents->height + 1) / 2, pairs = (extents->output_count + 1) / 2;                         \
    const ptrdiff_t length = pairs + taps - 1, width = VALUES * sizeof(VALUE) / sizeof(SCALAR);                        \
    const SCALAR *upper[length], *middle[length], *lower[length];                                                      \
    for (ptrdiff_t i = 0; i < length; i++) {                                                                           \
      VALUE *less_middle[2] = {(VALUE *)(scratch + i * width), (VALUE *)(scratch + (length + i) * width)};             \
      const VALUE *x[3] = {(const VALUE *)(rows[2 * i] + first), (const VALUE *)(rows[2 * i + 1] + first),             \
                           (const VALUE *)(rows[2 * i + 2] + first)};                                                  \
      /* The columns that follow, which lie far from one another, are on their way while these are summed. */            \
      for (ptrdiff_t byte = 0; byte < (ptrdiff_t)(VALUES * sizeof(VALUE)); byte += 64) {                               \
        __builtin_prefetch((const char *)(x[0] + VALUES) + byte, 0, 2);                                                \
        __builtin_prefetch((const char *)(x[1] + VALUES) + byte, 0, 2);                                                \
      }                                                                                                                \
      _Pragma("unroll") for (int v = 0; v < VALUES; v++) {                                                             \
        less_middle[0][v] = x[0][v] - x[1][v];                                                                         \
        less_middle[1][v] = x[2][v] - x[1][v];                                                                         \
      }                                                                                                                \
      upper[i] = scratch + i * width;                                                                                  \
      lower[i] = scratch + (length + i) * width;                                                                       \
      middle[i] = rows[2 * i + 1];                                                                                     \
    }                                                                                                                  \
    SCALAR *both = scratch + 2 * length * width;                                                                       \
    const ptrdiff_t group = extents->taps_per_group;                                                                   \
    const ptrdiff_t weight_count = (taps + group - 1) / group * (group + 2 * imgconv_column_zeros);                    \
    JOIN(NAME##_sums, SUFFIX)(both, width, pairs, middle, first, weights + 2 * weight_count, taps, group, 0, 0, 1, 0); \
    JOIN(NAME##_sums, SUFFIX)(out + first, 2 * out_stride, pairs, upper, 0, weights, taps, group, both, width,         \
                              divisor, bias);                                                                          \
    JOIN(NAME##_sums, SUFFIX)(out + out_stride + first, 2 * out_stride, extents->output_count / 2, lower, 0,           \
                              weights + weight_count, taps, group, both, width, divisor, bias);                        \
  }

#ifdef VECTOR_BYTES
COLUMNS(column_block, JOIN(vector, SUFFIX), COLUMN_VECTORS, __builtin_elementwise_fma)
COLUMNS(column_span, JOIN(vector, SUFFIX), 1, __builtin_elementwise_fma)
COLUMNS(column_single, SCALAR, 1, __builtin_elementwise_fma)
#else
#define MULTIPLY_THEN_ADD(a, b, c) ((a) * (b) + (c))
COLUMNS(column_block, SCALAR, COLUMN_VECTORS, MULTIPLY_THEN_ADD)
COLUMNS(column_single, SCALAR, 1, MULTIPLY_THEN_ADD)
#undef MULTIPLY_THEN_ADD
#endif

#define COLUMN_ARGUMENTS rows, extents, weights, divisor, bias, scratch

static void JOIN(columns, SUFFIX)(SCALAR *out, ptrdiff_t out_stride, ptrdiff_t count, const SCALAR *const *rows,
                                  const imgconv_columns *extents, const SCALAR *weights, SCALAR divisor, SCALAR bias,
                                  SCALAR *scratch) {
#ifdef VECTOR_BYTES
  const ptrdiff_t lanes = VECTOR_BYTES / sizeof(SCALAR);
#else
  const ptrdiff_t lanes = 1;
#endif
  ptrdiff_t first = 0;
  for (; first + COLUMN_VECTORS * lanes <= count; first += COLUMN_VECTORS * lanes) {
    JOIN(column_block, SUFFIX)(out, out_stride, first, COLUMN_ARGUMENTS);
  }
#ifdef VECTOR_BYTES
  for (; first + lanes <= count; first += lanes) {
    JOIN(column_span, SUFFIX)(out, out_stride, first, COLUMN_ARGUMENTS);
  }
  // The last vector is moved back over sums that are done already and come out the same.
  if (first < count && count >= lanes) {
    JOIN(column_span, SUFFIX)(out, out_stride, count - lanes, COLUMN_ARGUMENTS);
    first = count;
  }
#endif
  for (; first < count; first++) JOIN(column_single, SUFFIX)(out, out_stride, first, COLUMN_ARGUMENTS);
}

#undef COLUMN_ARGUMENTS
#undef COLUMNS
