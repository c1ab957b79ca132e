// Compares the inner loops of NEON with those of plain C on made-up samples; ends with 1 where they differ.
#include "CMicrokernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { width = 251, rows = 40, taps = 5, stride = 384 };

static uint64_t state = 1;
static uint32_t next(void) { return (uint32_t)((state = state * 6364136223846793005u + 1442695040888963407u) >> 33); }

static int failures = 0;
static void check(const char *name, int holds) {
  printf("%s %s\n", holds ? "ok    " : "FAILED", name);
  failures += !holds;
}

static int near(const float *a, const float *b, ptrdiff_t count, float tolerance) {
  for (ptrdiff_t i = 0; i < count; i++) {
    if (fabsf(a[i] - b[i]) > tolerance) return 0;
  }
  return 1;
}

static void compare_bytes(const imgconv_byte_operations *plain, const imgconv_byte_operations *neon) {
  static uint8_t image[rows][stride], out[2][rows][stride];
  static int32_t scratch[8 * 512];
  const uint8_t *pointers[rows];
  for (int row = 0; row < rows; row++) {
    for (int x = 0; x < stride; x++) image[row][x] = (uint8_t)next();
    pointers[row] = image[row];
  }
  const ptrdiff_t columns[taps] = {0, 3, 6, 9, 12};
  int32_t weights[2 * 3 * taps] = {0}, residues[2 * 3 * taps] = {0};
  for (int i = 0; i < 2 * 3 * taps; i++) {
    weights[i] = (int32_t)((next() % 4096) | (next() % 4096) << 16);
    // Together less than the doubt: 5·5·255·511 / 2^13 < 600.
    residues[i] = (int32_t)((next() % 512) | (next() % 512) << 16);
  }
  for (int exact = 0; exact < 2; exact++) {
    imgconv_byte_kernel kernel = {
        .row_count = taps, .pair_count = 3, .column_count = taps, .columns = columns, .columns_reach = 12,
        .weights = weights, .residues = residues, .start = -1000, .doubt = exact ? 0 : 600, .shift = exact ? 0 : 16,
        .residue_shift = 13, .divides = exact, .divisor = 65000, .scale = 1, .clips = 1, .low = -32768, .high = 16744448};
    imgconv_byte_statistics found[2];
    for (int level = 0; level < 2; level++) {
      found[level] = (imgconv_byte_statistics){INT32_MAX, INT32_MIN, 0, 0, 0};
      imgconv_byte_band band = {.rows = pointers, .windows_share_rows = 1, .first = 0, .count = width,
                                .output_count = rows - taps + 1, .scratch = scratch, .scratch_stride = 512,
                                .out = out[level][0], .out_stride = stride};
      (level ? neon : plain)->convolve(&band, &kernel, &found[level]);
    }
    check(exact ? "exact sums of bytes" : "sums of bytes, those in doubt made twice",
          !memcmp(out[0], out[1], sizeof out[0]) && !memcmp(&found[0], &found[1], sizeof found[0]));
  }
}

static void compare_numbers(const imgconv_operations_f32 *plain, const imgconv_operations_f32 *neon) {
  static float image[rows][stride], out[2][4 * stride];
  static uint8_t bytes[2][4 * stride];
  const float *pointers[rows];
  for (int row = 0; row < rows; row++) {
    for (int x = 0; x < stride; x++) image[row][x] = (float)(next() % 256);
    pointers[row] = image[row];
  }
  float weights[taps * taps + 1];
  int32_t tap_rows[taps * taps + 1] = {0};
  ptrdiff_t offsets[taps * taps + 1] = {0}, columns[taps];
  for (int i = 0; i < taps * taps; i++) {
    weights[i] = (float)(next() % 1000) / 12500;
    tap_rows[i] = i / taps;
    offsets[i] = i % taps;
  }
  for (int i = 0; i < taps; i++) columns[i] = i;
  const imgconv_grid grid = {1, 0, taps, taps, 2, columns};
  const imgconv_operations_f32 *levels[2] = {plain, neon};
  for (int level = 0; level < 2; level++) {
    levels[level]->correlate(out[level], width, pointers, tap_rows, offsets, weights, taps * taps, 10, 3, 1);
  }
  check("weighted sums of rows", near(out[0], out[1], width, 1e-3f));
  for (int level = 0; level < 2; level++) {
    levels[level]->sweep(out[level], stride, width, pointers, &grid, weights, 3, 1);
  }
  check("weighted sums, four rows a sweep", near(out[0], out[1], 3 * stride + width, 1e-3f));
  for (int level = 0; level < 2; level++) {
    static float values[stride], sums[stride];
    memcpy(values, image[0], sizeof values);
    memcpy(sums, image[1], sizeof sums);
    levels[level]->window_sums(out[level], width, values, 7, 3);
    levels[level]->slide(out[level] + stride, sums, width, pointers + 2, 1, pointers + 3, 1, 2, 9, 1);
  }
  check("running sums", !memcmp(out[0], out[1], sizeof(float) * (stride + width)));
  const imgconv_windows windows = {width, 83, 3, 3, 1};
  double divisors[83], scratch[width];
  for (int i = 0; i < 83; i++) divisors[i] = 3;
  for (int level = 0; level < 2; level++) {
    float folded[width];
    levels[level]->maximum(out[level], &windows, pointers, 3, folded);
    levels[level]->average(out[level] + stride, &windows, pointers, 3, 3, divisors, scratch);
  }
  check("maxima and means", !memcmp(out[0], out[1], sizeof(float) * (stride + 83)));
  for (int row = 0; row < 4; row++) {
    for (int x = 0; x < stride; x++) image[row][x] = (float)(next() % 1200) / 4 - 20;
  }
  imgconv_survey found[2];
  for (int level = 0; level < 2; level++) {
    levels[level]->pack_u8(bytes[level], image[0], width, 1);
    levels[level]->pack_u8(bytes[level] + stride, image[0], width / 3, 3);
    levels[level]->unpack_u8(out[level], bytes[0], width, 1);
    levels[level]->survey(image[0], width, 1, -0.5f, 255.5f, &found[level]);
  }
  check("pixels packed and unpacked", !memcmp(bytes[0], bytes[1], sizeof bytes[0]) &&
                                          !memcmp(out[0], out[1], sizeof(float) * width));
  check("extrema and what is clipped", found[0].minimum == found[1].minimum && found[0].maximum == found[1].maximum &&
                                           found[0].below == found[1].below && found[0].above == found[1].above &&
                                           fabs(found[0].total - found[1].total) < 1e-2);
}

// Columns in halves beside the sums tap by tap: an odd number of taps in two groups, and of output rows that no step takes alone.
static void compare_columns(const imgconv_operations_f32 *plain, const imgconv_operations_f32 *neon) {
  enum { height = 7, half = 4, group = 2, outputs = 19, padded = group + 2 * imgconv_column_zeros };
  static float image[outputs + height + 1][stride], out[2][outputs * stride], expected[outputs * stride];
  static float weights[3 * (half / group) * padded];
  static float scratch[(3 * outputs / 2 + height + 4) * imgconv_column_width];
  const float *pointers[outputs + height + 1];
  float tap[height + 1] = {0};
  for (int row = 0; row < outputs + height + 1; row++) {
    for (int x = 0; x < stride; x++) image[row][x] = (float)(next() % 256);
    pointers[row] = image[row];
  }
  for (int k = 0; k < height; k++) tap[k] = (float)(next() % 1000) / 3500;
  for (int k = 0; k < half; k++) {
    const float even = tap[2 * k], odd = tap[2 * k + 1], each[3] = {even, odd, even + odd};
    for (int part = 0; part < 3; part++) {
      weights[(part * (half / group) + k / group) * padded + imgconv_column_zeros + k % group] = each[part];
    }
  }
  for (int row = 0; row < outputs; row++) {
    for (int x = 0; x < width; x++) {
      float sum = 0;
      for (int k = 0; k < height; k++) sum += tap[k] * image[row + k][x];
      expected[row * stride + x] = sum / 3 + 1;
    }
  }
  const imgconv_columns extents = {outputs, height, group};
  plain->columns(out[0], stride, width, pointers, &extents, weights, 3, 1, scratch);
  neon->columns(out[1], stride, width, pointers, &extents, weights, 3, 1, scratch);
  check("columns in halves", near(out[0], expected, (outputs - 1) * stride + width, 1e-3f) &&
                                 near(out[1], expected, (outputs - 1) * stride + width, 1e-3f));
}

int main(void) {
  const imgconv_microkernels *plain = imgconv_microkernels_at(imgconv_level_scalar);
  const imgconv_microkernels *neon = imgconv_microkernels_at(imgconv_level_neon);
  if (neon == NULL) {
    puts("FAILED this build has no NEON");
    return 1;
  }
  compare_bytes(imgconv_byte_operations_at(imgconv_level_scalar), imgconv_byte_operations_at(imgconv_level_neon));
  compare_numbers(&plain->f32, &neon->f32);
  compare_columns(&plain->f32, &neon->f32);
  printf("%d failed\n", failures);
  return failures != 0;
}
