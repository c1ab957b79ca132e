#include "png_chunks.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "big_endian.h"
#include "exif.h"

static int warn(imgconv_reader *reader, const char *name, const char *what) {
  return !imgconv_reader_report(reader, IMGCONV_FAIL_WARNING, CODE_PNG_WARNING, "%s chunk left out: %s", name, what);
}

// iCCP: a name of 1…79 bytes, a zero, the method 0, and the profile deflated. The profile's first four bytes are its length.
static int take_profile(imgconv_reader *reader, const uint8_t *data, size_t length) {
  imgconv_color *color = &reader->info.color;
  const uint8_t *zero = memchr(data, 0, length < 80 ? length : 80);
  if (!zero || length - (size_t)(zero - data) < 3 || zero[1] != 0) return warn(reader, "iCCP", "malformed");
  const uint8_t *packed = zero + 2;
  z_stream stream = {.next_in = (Bytef *)packed, .avail_in = (uInt)(length - (size_t)(packed - data))};
  uint8_t header[128];
  stream.next_out = header;
  stream.avail_out = sizeof header;
  if (inflateInit(&stream) != Z_OK) return warn(reader, "iCCP", "no memory");
  int status = inflate(&stream, Z_SYNC_FLUSH);
  uint32_t size = stream.avail_out == 0 ? imgconv_big_endian(header) : 0;
  int taken = 0;
  if ((status == Z_OK || status == Z_STREAM_END) && size >= sizeof header && size <= reader->limits.maximum_chunk_bytes) {
    uint8_t *profile = malloc(size);
    if (profile) {
      memcpy(profile, header, sizeof header);
      stream.next_out = profile + sizeof header;
      stream.avail_out = size - (uInt)sizeof header;
      if (stream.avail_out > 0) inflate(&stream, Z_FINISH);
      if (stream.avail_out == 0) {
        reader->icc_profile = profile;
        color->icc_length = size;
        taken = 1;
      } else {
        free(profile);
      }
    }
  }
  inflateEnd(&stream);
  return taken || warn(reader, "iCCP", "the profile is cut short, larger than --max-chunk or not an ICC profile");
}

int imgconv_png_take_chunk(imgconv_reader *reader, const char name[5], const uint8_t *data, size_t length) {
  imgconv_color *color = &reader->info.color;
  if (strcmp(name, "iCCP") == 0 && !reader->icc_profile) return take_profile(reader, data, length);
  if (strcmp(name, "sRGB") == 0 && color->rendering_intent < 0) {
    if (length != 1 || data[0] > 3) return warn(reader, name, "malformed");
    color->rendering_intent = data[0];
  } else if (strcmp(name, "gAMA") == 0 && color->gamma == 0) {
    if (length != 4 || imgconv_big_endian(data) == 0) return warn(reader, name, "malformed");
    color->gamma = imgconv_big_endian(data);
  } else if (strcmp(name, "cHRM") == 0 && !color->has_chromaticities) {
    if (length != 32) return warn(reader, name, "malformed");
    for (int i = 0; i < 8; i++) color->chromaticities[i] = imgconv_big_endian(data + 4 * i);
    color->has_chromaticities = 1;
  } else if (strcmp(name, "pHYs") == 0 && !color->has_density) {
    if (length != 9 || data[8] > 1) return warn(reader, name, "malformed");
    color->density_x = imgconv_big_endian(data);
    color->density_y = imgconv_big_endian(data + 4);
    color->density_is_per_metre = data[8];
    color->has_density = color->density_x > 0 && color->density_y > 0;
  } else if (strcmp(name, "eXIf") == 0 && reader->orientation == 0) {
    reader->orientation = imgconv_exif_parse(data, length).orientation;
  }
  return 1;
}
