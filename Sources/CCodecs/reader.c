#include "reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "orientation.h"

int imgconv_reader_report(imgconv_reader *reader, int level, const char *code, const char *format, ...) {
  imgconv_error found = {.failed = 1};
  snprintf(found.code, sizeof found.code, "%s", code);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(found.message, sizeof found.message, format, arguments);
  va_end(arguments);
  if (level <= reader->fail_on) {
    if (level < IMGCONV_FAIL_WARNING && reader->pixels_follow) {
      size_t length = strlen(found.message);
      snprintf(found.message + length, sizeof found.message - length, "; --fail-on none decodes what is left");
    }
    if (!reader->error.failed) reader->error = found;
    return 1;
  }
  for (size_t i = 0; i < reader->damage_count; i++) {
    if (strcmp(reader->damage[i].code, code) == 0 && strcmp(reader->damage[i].message, found.message) == 0) return 0;
  }
  if (reader->damage_count < DAMAGE_KEPT) reader->damage[reader->damage_count++] = found;
  return 0;
}

int imgconv_check_size(const imgconv_limits *limits, uint64_t width, uint64_t height, imgconv_error *error) {
  uint64_t side = width > height ? width : height;
  if (side > limits->maximum_side) {
    imgconv_fail(error, CODE_LIMIT_DIMENSION, "it is %llu×%llu pixels; at most %llu a side are read (--max-side)",
                 (unsigned long long)width, (unsigned long long)height, (unsigned long long)limits->maximum_side);
    return 0;
  }
  if (width * height > limits->maximum_pixels) {
    imgconv_fail(error, CODE_LIMIT_PIXELS, "it is %llu×%llu = %llu pixels; at most %llu are read (--max-pixels)",
                 (unsigned long long)width, (unsigned long long)height, (unsigned long long)(width * height),
                 (unsigned long long)limits->maximum_pixels);
    return 0;
  }
  return 1;
}

static size_t pixel_bytes(const imgconv_reader *reader) {
  return (size_t)reader->info.channels * (size_t)(reader->info.depth / 8);
}

int imgconv_reader_settle(imgconv_reader *reader, uint64_t more) {
  imgconv_image_info *info = &reader->info;
  int turned = reader->orientation >= 5;
  info->width = turned ? reader->stored_height : reader->stored_width;
  info->height = turned ? reader->stored_width : reader->stored_height;
  if (turned) {
    double x = info->color.density_x;
    info->color.density_x = info->color.density_y;
    info->color.density_y = x;
  }
  if (reader->orientation > 2) reader->holds_image = 1;
  uint64_t image = (uint64_t)info->width * info->height * pixel_bytes(reader);
  info->resident_bytes = more + (reader->holds_image ? image : 0);
  if (info->resident_bytes > reader->limits.maximum_memory) {
    imgconv_fail(&reader->error, CODE_LIMIT_MEMORY,
                 "%s has to be held whole: %llu bytes; at most %llu may be used (--max-memory)", info->detail,
                 (unsigned long long)info->resident_bytes, (unsigned long long)reader->limits.maximum_memory);
    return 0;
  }
  return 1;
}

imgconv_reader *imgconv_reader_opened(imgconv_reader *reader, imgconv_error *error) {
  if (!reader->error.failed && reader->stopped) reader->error = reader->damage[reader->damage_count - 1];
  if (!reader->error.failed) {
    reader->pixels_follow = 1;
    return reader;
  }
  *error = reader->error;
  imgconv_reader_close(reader);
  return NULL;
}

// Decodes the next stored rows; rows lost to tolerated damage are zero.
static void decode_rows(imgconv_reader *reader, uint8_t *rows, uint32_t count) {
  size_t row_bytes = reader->stored_width * pixel_bytes(reader);
  uint32_t done = reader->stopped ? 0 : reader->decode(reader, rows, count);
  if (reader->error.failed) return;
  if (done < count && !reader->holds_image) memset(rows + done * row_bytes, 0, (count - done) * row_bytes);
  reader->decoded_rows += count;
  if (reader->decoded_rows == reader->stored_height && !reader->stopped) reader->finish(reader);
}

static void hold_image(imgconv_reader *reader) {
  size_t bytes = (size_t)reader->stored_width * reader->stored_height * pixel_bytes(reader);
  reader->held = calloc(bytes, 1);
  if (reader->held) {
    decode_rows(reader, reader->held, reader->stored_height);
  } else {
    imgconv_fail_memory(&reader->error, bytes);
  }
}

int64_t imgconv_reader_read(imgconv_reader *reader, uint8_t *rows, uint32_t count, imgconv_error *error) {
  uint32_t left = reader->info.height - reader->delivered_rows;
  if (count > left) count = left;
  if (count && !reader->error.failed) {
    imgconv_oriented image = {reader->held, reader->stored_width, reader->stored_height, pixel_bytes(reader),
                              reader->orientation};
    if (!reader->holds_image) {
      decode_rows(reader, rows, count);
      if (reader->orientation == 2) imgconv_mirror_rows(rows, image.width, count, image.pixel_bytes);
    } else {
      if (!reader->held) hold_image(reader);
      image.bytes = reader->held;
      if (!reader->error.failed) imgconv_copy_oriented(&image, reader->delivered_rows, count, rows);
    }
  }
  if (reader->error.failed) {
    *error = reader->error;
    return -1;
  }
  reader->delivered_rows += count;
  return count;
}

const imgconv_image_info *imgconv_reader_info(const imgconv_reader *reader) { return &reader->info; }
const uint8_t *imgconv_reader_icc_profile(const imgconv_reader *reader) { return reader->icc_profile; }
size_t imgconv_reader_damage_count(const imgconv_reader *reader) { return reader->damage_count; }
const imgconv_error *imgconv_reader_damage(const imgconv_reader *reader, size_t index) {
  return &reader->damage[index];
}

void imgconv_reader_close(imgconv_reader *reader) {
  if (!reader) return;
  reader->destroy(reader);
  imgconv_input_close(reader->input);
  free(reader->held);
  free(reader->icc_profile);
  free(reader);
}
