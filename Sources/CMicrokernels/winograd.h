// The transforms of Winograd's F(2×2, 3×3) (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2015). Included by layers.h.
//
// A quad is 2×2 outputs; it comes of 4×4 samples d and 3×3 weights g as Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, with
//   Bᵀ = (1 0 −1 0 | 0 1 1 0 | 0 −1 1 0 | 0 1 0 −1) and Aᵀ = (1 1 1 0 | 0 1 −1 −1).

// PAIRS: a and b, element by element in turn, the first and the second half. EVENS, ODDS: the elements of a, then of b, at even and at odd
// places.
#if LAYER_LANES == 16
#define FIRST_PAIRS(a, b) \
  __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define LAST_PAIRS(a, b) \
  __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define EVENS(a, b) \
  __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define ODDS(a, b) \
  __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#elif LAYER_LANES == 8
#define FIRST_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define LAST_PAIRS(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define EVENS(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define ODDS(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#elif LAYER_LANES == 4
#define FIRST_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define LAST_PAIRS(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define EVENS(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define ODDS(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7)
#else
#define FIRST_PAIRS(a, b) (a)
#define LAST_PAIRS(a, b) (b)
#define EVENS(a, b) (a)
#define ODDS(a, b) (b)
#endif

static void winograd_samples(float *out, const float *patch, const imgconv_quads *quads) {
  for (ptrdiff_t c = 0; c < quads->channels; c++) {
    const float *plane = patch + c * quads->channel_stride;
    for (ptrdiff_t i = 0; i < quads->rows; i++) {
      float *place = out + c * quads->count + i * quads->columns;
      for (ptrdiff_t j = 0; j < quads->columns; j += LAYER_LANES) {
        layer_value rows[4][4];
        UNROLLED for (int a = 0; a < 4; a++) {
          const float *row = plane + (2 * i + a) * quads->pitch + 2 * j;
          const layer_value *here = (const layer_value *)row, *next = (const layer_value *)(row + 2);
          const layer_value d0 = EVENS(here[0], here[1]), d1 = ODDS(here[0], here[1]),
                            d2 = EVENS(next[0], next[1]), d3 = ODDS(next[0], next[1]);
          rows[a][0] = d0 - d2;
          rows[a][1] = d1 + d2;
          rows[a][2] = d2 - d1;
          rows[a][3] = d1 - d3;
        }
        UNROLLED for (int b = 0; b < 4; b++) {
          const layer_value columns[4] = {rows[0][b] - rows[2][b], rows[1][b] + rows[2][b], rows[2][b] - rows[1][b],
                                          rows[1][b] - rows[3][b]};
          UNROLLED for (int a = 0; a < 4; a++) {
            *(layer_value *)(place + (4 * a + b) * quads->element_stride + j) = columns[a];
          }
        }
      }
    }
  }
}

static void winograd_outputs(float *out, const float *products, const imgconv_quads *quads, const imgconv_block *block,
                             ptrdiff_t outputs, const float *bias) {
  for (ptrdiff_t r = 0; r < outputs; r++) {
    for (ptrdiff_t i = 0; i < quads->rows; i++) {
      const float *place = products + r * quads->count + i * quads->columns;
      float *row = out + r * block->out_stride + 2 * i * block->out_pitch;
      for (ptrdiff_t j = 0; j < quads->columns; j += LAYER_LANES) {
        layer_value sums[2][4];
        UNROLLED for (int b = 0; b < 4; b++) {
          layer_value m[4];
          UNROLLED for (int a = 0; a < 4; a++) {
            m[a] = *(const layer_value *)(place + (4 * a + b) * outputs * quads->count + j);
          }
          sums[0][b] = m[0] + m[1] + m[2];
          sums[1][b] = m[1] - m[2] - m[3];
        }
        const ptrdiff_t left = block->width - 2 * j;
        UNROLLED for (int a = 0; a < 2; a++) {
          if (2 * i + a >= block->runs) continue;
          const layer_value even = sums[a][0] + sums[a][1] + sums[a][2] + LAYER_BROADCAST(bias[r]);
          const layer_value odd = sums[a][1] - sums[a][2] - sums[a][3] + LAYER_BROADCAST(bias[r]);
          layer_value pairs[2] = {FIRST_PAIRS(even, odd), LAST_PAIRS(even, odd)};
          if (left >= 2 * LAYER_LANES) {
            ((layer_value *)(row + a * block->out_pitch + 2 * j))[0] = pairs[0];
            ((layer_value *)(row + a * block->out_pitch + 2 * j))[1] = pairs[1];
          } else {
            memcpy(row + a * block->out_pitch + 2 * j, pairs, left * sizeof(float));
          }
        }
      }
    }
  }
}

#undef EVENS
#undef ODDS
#undef FIRST_PAIRS
#undef LAST_PAIRS
