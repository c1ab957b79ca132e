// The door between Swift and the image libraries. Nothing of png.h or jpeglib.h passes through it.
//
// Each function is a whole step: it arms its own setjmp, keeps its state on the heap, calls no Swift, writes nothing to
// stderr and reports failure in a plain struct. An object is used by one thread at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

// What went wrong, where `failed` is not 0; `code` is one of the stable words of the public documentation.
typedef struct {
  int failed;
  char code[24];
  char message[256];
} imgconv_error;

// ---- Bytes in ------------------------------------------------------------------------------------------------------

typedef struct imgconv_input imgconv_input;

// Reads from a descriptor, from its current position on; the descriptor is not closed. NULL and `error` when memory runs out.
imgconv_input *imgconv_input_open(int descriptor, imgconv_error *error);
// Reads from a copy of `bytes`.
imgconv_input *imgconv_input_copy(const uint8_t *bytes, size_t count, imgconv_error *error);
// Copies the next bytes, at most 64, without consuming them. Returns how many there are; fewer only at the end.
size_t imgconv_input_peek(imgconv_input *input, uint8_t *bytes, size_t count, imgconv_error *error);
// Copies and consumes the next `count` bytes. Returns how many there were; fewer only at the end or with `error`.
size_t imgconv_input_read(imgconv_input *input, uint8_t *bytes, size_t count, imgconv_error *error);
// The bytes from where reading began to the end, or -1 where that is not known beforehand (a pipe).
int64_t imgconv_input_size(const imgconv_input *input);
void imgconv_input_close(imgconv_input *input);

// ---- Instruction sets and libraries --------------------------------------------------------------------------------

// The instructions of PNG's row filters: those of every machine of the architecture (SSE2, NEON), or AVX2.
enum { IMGCONV_LEVEL_BASELINE = 0, IMGCONV_LEVEL_AVX2 = 1 };

// Whether this processor and this build have a level.
int imgconv_has_level(int level);

// How PNG data are handled; nothing of it changes what is read or written, but `zlib_only` the bytes of a file that is written.
typedef struct {
  int zlib_only;  // deflate and inflate with zlib even where ISA-L is built in
  int level;      // an IMGCONV_LEVEL_… that runs here
} imgconv_engines;

// ---- Images in -----------------------------------------------------------------------------------------------------

typedef struct {
  uint64_t maximum_side;
  uint64_t maximum_pixels;
  uint64_t maximum_memory;
  uint64_t maximum_scans;
  uint64_t maximum_chunk_bytes;
} imgconv_limits;

// The damage that makes a read fail: each level includes those before it.
enum { IMGCONV_FAIL_NEVER = 0, IMGCONV_FAIL_TRUNCATED = 1, IMGCONV_FAIL_ERROR = 2, IMGCONV_FAIL_WARNING = 3 };

// What stands beside the pixels. Absent: no profile has length 0, no intent is -1, no gamma is 0.
typedef struct {
  size_t icc_length;
  int rendering_intent;
  uint32_t gamma;              // × 100000
  int has_chromaticities;
  uint32_t chromaticities[8];  // x and y of white, red, green, blue, × 100000
  int has_density;
  int density_is_per_metre;    // otherwise only the ratio of the two has a meaning
  double density_x, density_y;
} imgconv_color;

// The image as it is delivered: after orientation, palette and small depths are resolved.
typedef struct {
  uint32_t width, height;
  int channels;                // 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA
  int depth;                   // 8, or 16 in the machine's byte order
  uint64_t resident_bytes;
  char detail[128];
  imgconv_color color;
} imgconv_image_info;

typedef struct imgconv_reader imgconv_reader;

// Read the header. They take `input` over, also when they fail (NULL and `error`).
imgconv_reader *imgconv_png_open(imgconv_input *input, const imgconv_limits *limits, int fail_on, imgconv_engines engines,
                                 imgconv_error *error);
// `luma_only` delivers the Y plane of YCbCr, as grey.
imgconv_reader *imgconv_jpeg_open(imgconv_input *input, const imgconv_limits *limits, int fail_on, int luma_only,
                                  imgconv_error *error);

const imgconv_image_info *imgconv_reader_info(const imgconv_reader *reader);
// The ICC profile of `info.color.icc_length` bytes.
const uint8_t *imgconv_reader_icc_profile(const imgconv_reader *reader);
// Decodes the next rows, `width × channels × depth / 8` bytes each. Returns the number of rows, 0 after the last, -1 with `error`.
int64_t imgconv_reader_read(imgconv_reader *reader, uint8_t *rows, uint32_t count, imgconv_error *error);
// What was tolerated so far.
size_t imgconv_reader_damage_count(const imgconv_reader *reader);
const imgconv_error *imgconv_reader_damage(const imgconv_reader *reader, size_t index);
void imgconv_reader_close(imgconv_reader *reader);

// ---- Images out ----------------------------------------------------------------------------------------------------

enum { IMGCONV_COMPRESS_FAST = 0, IMGCONV_COMPRESS_DEFAULT = 1, IMGCONV_COMPRESS_SMALL = 2 };

// An image to be written; the profile is only read while the writer is opened.
typedef struct {
  uint32_t width, height;
  int channels, depth;   // as in imgconv_image_info
  imgconv_color color;
} imgconv_output_info;

typedef struct imgconv_png_writer imgconv_png_writer;

// Writes the header. `threads` of 2 or more compress on as many threads of their own; the bytes written do not depend on it.
// The descriptor is not closed.
imgconv_png_writer *imgconv_png_create(int descriptor, const imgconv_output_info *info, const uint8_t *icc_profile,
                                       int compression, imgconv_engines engines, int threads, imgconv_error *error);
// Takes the next rows over. At most as many as are missing. Returns 0, with `error`, on failure.
int imgconv_png_write(imgconv_png_writer *writer, const uint8_t *rows, uint32_t count, imgconv_error *error);
// Writes what is left and the end. All rows have been written. Returns 0, with `error`, on failure.
int imgconv_png_finish(imgconv_png_writer *writer, imgconv_error *error);
void imgconv_png_close(imgconv_png_writer *writer);

typedef struct imgconv_jpeg_writer imgconv_jpeg_writer;

// Grey and RGB of 8 bits; the same steps as above.
imgconv_jpeg_writer *imgconv_jpeg_create(int descriptor, const imgconv_output_info *info, const uint8_t *icc_profile,
                                         int quality, imgconv_error *error);
int imgconv_jpeg_write(imgconv_jpeg_writer *writer, const uint8_t *rows, uint32_t count, imgconv_error *error);
int imgconv_jpeg_finish(imgconv_jpeg_writer *writer, imgconv_error *error);
void imgconv_jpeg_close(imgconv_jpeg_writer *writer);

// ---- Arrays and archives -------------------------------------------------------------------------------------------

// Writes all bytes at the current position, or at `offset` where it is not negative. Returns 0, with `error`, on failure.
int imgconv_output_write(int descriptor, const uint8_t *bytes, size_t count, int64_t offset, imgconv_error *error);
// Where a regular file is written next, or -1 where bytes cannot be put at an offset (a pipe, a file opened to append).
int64_t imgconv_output_position(int descriptor);
// Moves to an offset. Returns 0, with `error`, on failure.
int imgconv_output_seek(int descriptor, int64_t offset, imgconv_error *error);

// Inflates raw deflate data that fill `bytes` exactly. Returns 0 where they do not.
int imgconv_inflate(const uint8_t *packed, size_t packed_count, uint8_t *bytes, size_t count);
// The checksum of `bytes` behind those whose checksum is `before`; 0 for none.
uint32_t imgconv_crc32(uint32_t before, const uint8_t *bytes, size_t count);

// ---- Versions ------------------------------------------------------------------------------------------------------

// The library that is linked, as it names itself; ISA-L is NULL where it is not built in.
const char *imgconv_version_libpng(void);
const char *imgconv_version_libjpeg(void);
const char *imgconv_version_zlib(void);
const char *imgconv_version_isal(void);
