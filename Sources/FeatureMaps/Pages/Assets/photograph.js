// The photograph: samples as they are stored, read from a PNG by the page itself (a canvas would change colours and alpha).

function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}

/** Decodes a PNG of 8 or 16 bits that is not interlaced and has no palette: { width, height, channels, samples }. */
async function decodePNG(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = [];
  for (let at = 8; at < bytes.length; ) {
    const size = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x49444154) data.push(bytes.subarray(at + 8, at + 8 + size));
    at += size + 12;
  }
  const [width, height, depth] = [view.getUint32(16), view.getUint32(20), bytes[24]];
  const channels = { 0: 1, 2: 3, 4: 2, 6: 4 }[bytes[25]];
  const inflated = new Blob(data).stream().pipeThrough(new DecompressionStream("deflate"));
  const raw = new Uint8Array(await new Response(inflated).arrayBuffer());
  const pixel = (channels * depth) / 8;
  const pitch = width * pixel;
  const rows = new Uint8Array(pitch * height);
  for (let y = 0; y < height; y += 1) {
    unfilter(raw[y * (pitch + 1)], raw.subarray(y * (pitch + 1) + 1, (y + 1) * (pitch + 1)), rows, y * pitch, pitch, pixel);
  }
  if (depth === 8) return { width, height, channels, samples: rows };
  const wide = new DataView(rows.buffer);
  return { width, height, channels, samples: Uint16Array.from({ length: rows.length / 2 }, (_, place) => wide.getUint16(2 * place)) };
}

/** Undoes the filter of one row (PNG, third edition, section 9). */
function unfilter(type, line, rows, start, pitch, pixel) {
  for (let x = 0; x < pitch; x += 1) {
    const left = x >= pixel ? rows[start + x - pixel] : 0;
    const up = start > 0 ? rows[start + x - pitch] : 0;
    const corner = x >= pixel && start > 0 ? rows[start + x - pitch - pixel] : 0;
    let guess = 0;
    if (type === 1) guess = left;
    else if (type === 2) guess = up;
    else if (type === 3) guess = (left + up) >> 1;
    else if (type === 4) {
      const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
      guess = a <= b && a <= c ? left : b <= c ? up : corner;
    }
    rows[start + x] = line[x] + guess;
  }
}

/** The samples that go into the first layer: channels chosen, light made linear, alpha last. */
class Photograph {
  static async open(model) {
    return new Photograph(model, await decodePNG(bytesOf(model.crop.png)));
  }

  constructor(model, image) {
    const { input, crop, channels, alpha, linear } = model;
    Object.assign(this, { image, channels, linear: linear && channels !== "A", full: input.maximum });
    this.colors = input.colors;
    this.stored = new Map();
    const isChosen = channels !== "each" && !(channels === "luma" && input.colors.length === 1);
    this.isLuma = channels === "luma" && isChosen;
    this.shape = {
      names: isChosen ? [channels] : input.colors, alpha: input.hasAlpha && alpha !== "drop" && channels !== "A",
      width: input.width, height: input.height, rows: [crop.y, crop.y + crop.height], columns: [crop.x, crop.x + crop.width],
    };
  }

  /** A channel as it is stored, its light made linear where that is asked for. */
  channel(index) {
    if (!this.stored.has(index)) {
      const { samples, channels } = this.image;
      const isLight = this.linear && index < this.colors.length;
      const light = isLight ? Float64Array.from({ length: this.full + 1 }, (_, value) => decodeLight(value / this.full) * this.full) : null;
      this.stored.set(index, Float64Array.from({ length: samples.length / channels }, (_, place) => {
        const sample = samples[place * channels + index];
        return light ? light[sample] : sample;
      }));
    }
    return this.stored.get(index);
  }

  /** A plane of the shape: Rec. 601 luma of stored values, Rec. 709 luminance of light, or a channel. */
  plane(index) {
    if (index === this.shape.names.length) return this.channel(this.colors.length);
    if (this.channels === "each" || (this.channels === "luma" && !this.isLuma)) return this.channel(index);
    if (!this.isLuma) return this.channel(this.channels === "A" ? this.colors.length : ["R", "G", "B"].indexOf(this.channels));
    if (!this.luma) {
      const [r, g, b] = this.linear ? [0.2126, 0.7152, 0.0722] : [0.299, 0.587, 0.114];
      const [green, blue] = [this.channel(1), this.channel(2)];
      this.luma = this.channel(0).map((red, place) => r * red + g * green[place] + b * blue[place]);
    }
    return this.luma;
  }
}
