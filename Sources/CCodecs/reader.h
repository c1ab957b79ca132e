// What the readers of all formats share: limits, damage, the held image and its orientation.
#pragma once

#include "CCodecs.h"
#include "errors.h"
#include "input.h"

enum { DAMAGE_KEPT = 16 };

struct imgconv_reader {
  imgconv_input *input;
  imgconv_limits limits;
  int fail_on;
  imgconv_image_info info;
  uint8_t *icc_profile;                // from malloc
  imgconv_error error;                 // set once: the read has failed
  imgconv_error damage[DAMAGE_KEPT];
  size_t damage_count;

  // The image as it is stored, before orientation.
  uint32_t stored_width, stored_height;
  int orientation;                     // EXIF: 1…8
  int holds_image;                     // the whole image is decoded before the first row leaves
  uint8_t *held;
  uint32_t decoded_rows, delivered_rows;
  int pixels_follow;                   // the header is read: damage leaves something to decode
  int stopped;                         // damage was tolerated, and nothing can be decoded after it

  // Decodes the next `count` stored rows; returns how many came before damage, which it has reported.
  uint32_t (*decode)(imgconv_reader *reader, uint8_t *rows, uint32_t count);
  // Reads what follows the last row.
  void (*finish)(imgconv_reader *reader);
  // Frees what the format's own struct holds; the struct itself is freed by the caller.
  void (*destroy)(imgconv_reader *reader);
};

// Records damage of one IMGCONV_FAIL_… level. Returns 1, with `reader->error` set, where the policy says that the read fails; the
// message then ends with the policy that would decode the rest, once there are pixels that it could decode.
int imgconv_reader_report(imgconv_reader *reader, int level, const char *code, const char *format, ...)
  __attribute__((format(printf, 4, 5)));

// Checks the stored size against the limits of sides and pixels. Returns 0 with `error` set where one is exceeded.
int imgconv_check_size(const imgconv_limits *limits, uint64_t width, uint64_t height, imgconv_error *error);

// Sets the delivered size and the bytes held, once stored size, orientation, channels, depth and `holds_image` are known;
// `more` is what the decoder itself holds. Returns 0 with `reader->error` set where the memory limit is exceeded.
int imgconv_reader_settle(imgconv_reader *reader, uint64_t more);

// Hands a reader over whose header was read, or closes it and returns NULL with `error` set: where that failed, and where the policy
// tolerates damage that lies before the first pixel.
imgconv_reader *imgconv_reader_opened(imgconv_reader *reader, imgconv_error *error);
