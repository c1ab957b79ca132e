// The arithmetic of a job in 64-bit numbers: layers of windows with functions after them, computed plane by plane.
//
// A shape is { names, alpha, width, height, rows, columns }: the colours' names, whether alpha follows them, the full
// extents, and the half-open ranges of rows and columns that are known (all of them, unless the page holds a crop).
// A plane holds the known samples of one channel, row by row, in stored units: 0…255 or 0…65535.

const range = ([low, high]) => Array.from({ length: high - low }, (_, index) => low + index);
const length = ([low, high]) => high - low;
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

const activations = {
  relu: (value) => (value < 0 ? 0 : value),
  abs: Math.abs,
  sigmoid: (value, full) => full / (1 + Math.exp(-value / full)),
  tanh: (value, full) => full * Math.tanh(value / full),
};

/** What weighted colours are divided by: alpha as it was filtered, or full range where there is none. */
const alphaDivisor = (alpha, full) => (alpha > full * 1e-9 ? alpha : full);

/** One operator with windows, and the functions after it. */
class Layer {
  constructor(step, functions, input, job) {
    Object.assign(this, { step, functions, input, full: job.full, weighs: input.alpha && job.alpha === "premultiply" });
    this.isPooling = step.kind === "pooling";
    const padding = parsePadding(step.padding);
    const [height, width] = this.isPooling ? step.size : step.shape.slice(2);
    const common = { padding, ceil: step.ceil };
    const [dilation, anchor] = [step.dilation ?? [1, 1], step.anchor ?? [null, null]];
    const lay = (axis, extent, kernel, at, place) =>
      layAxis({ ...common, axis, input: extent, kernel, stride: step.stride[at], dilation: dilation[at], anchor: anchor[place] });
    this.vertical = lay("vertical", input.height, height, 0, 1);
    this.horizontal = lay("horizontal", input.width, width, 1, 0);
    for (const axis of this.isPooling ? [this.vertical, this.horizontal] : []) {
      if (axis.reach <= axis.before || axis.start(axis.output - 1) >= axis.input) {
        throw new Error("a window of the pooling lies in the padding alone");
      }
    }
    this.border = this.isPooling ? { rule: "none", value: 0 } : parseBorder(step.border);
    this.setUpAlpha(job);
    this.output = {
      names: this.outputNames(), alpha: input.alpha && !this.sumsAlpha, width: this.horizontal.output,
      height: this.vertical.output, rows: knownWindows(this.vertical, this.border.rule, input.rows),
      columns: knownWindows(this.horizontal, this.border.rule, input.columns),
    };
    [this.allRows, this.allColumns] = [range(this.output.rows), range(this.output.columns)];
  }

  /** Chooses what alpha is filtered by, as the library does: an opaque image stays opaque. */
  setUpAlpha(job) {
    const { step, input } = this;
    this.sumsAlpha = false;
    if (this.isPooling) return;
    const [outputs, inputs, height, width] = step.shape;
    this.sumsAlpha = input.alpha && job.alpha === "filter" && inputs === input.names.length + 1 && inputs > 1;
    const expected = input.names.length + (this.sumsAlpha ? 1 : 0);
    if (inputs !== 1 && inputs !== expected) {
      throw new Error(`the kernel sums ${inputs} channels, its input has ${input.names.length}`);
    }
    if (!input.alpha || this.sumsAlpha) return;
    const isPlain = outputs === 1 && inputs === 1;
    const total = sum(step.taps);
    const isZeroSum = Math.abs(total) <= 1e-6 * sum(step.taps.map(Math.abs));
    if (isPlain && job.alpha === "filter") {
      this.alphaKernel = { taps: step.taps, divisor: step.divisors[0], bias: step.biases[0] * this.full };
    } else if (isPlain && this.weighs && !isZeroSum) {
      this.alphaKernel = { taps: step.taps, divisor: total, bias: 0 };
    } else {
      const odd = step.padding === "same-lower" ? 0 : 1;
      const [x, y] = step.anchor ?? [(width - odd) >> 1, (height - odd) >> 1];
      const taps = Array(width * height).fill(0);
      taps[y * width + x] = 1;
      this.alphaKernel = { taps, divisor: 1, bias: 0 };
    }
  }

  outputNames() {
    const { names } = this.input;
    if (this.isPooling) return names;
    const [outputs, inputs] = this.step.shape;
    const maps = Array.from({ length: outputs }, (_, index) => `map ${index + 1}`);
    if (inputs > 1) return maps;
    return outputs === 1 ? names : names.flatMap((name) => maps.map((map) => `${name}, ${map}`));
  }

  /** The channels of the input that a channel of the output depends on. */
  inputsOf(channel) {
    if (this.isPooling) return [channel];
    const [outputs, inputs] = this.step.shape;
    return inputs === 1 ? [Math.floor(channel / outputs)] : range([0, inputs]);
  }

  isAlpha(channel) { return this.output.alpha && channel === this.output.names.length; }

  /** The taps of a channel of the output, one plane an input, with divisor and bias. */
  kernelOf(channel) {
    if (this.isAlpha(channel)) return this.alphaKernel;
    const [outputs, inputs, height, width] = this.step.shape;
    const output = channel % outputs;
    const count = inputs * height * width;
    return {
      taps: this.step.taps.slice(output * count, (output + 1) * count), divisor: this.step.divisors[output],
      bias: this.step.biases[output] * this.full,
    };
  }

  /** How many samples of a window on one axis a mean counts. */
  countedTaps(axis, window) {
    const isCounted = ({ position, source }) => source >= 0 || (this.step.countsPadding && position < axis.input + axis.after);
    return windowTaps(axis, "none", window).filter(isCounted).length;
  }

  /**
   * One channel of the output at some rows and columns.
   * `fetch` gives a plane of the input, weighted by alpha if asked; `pause` is awaited between rows and may throw to give up.
   */
  async compute(channel, rows, columns, fetch, pause) {
    let result;
    if (this.isAlpha(channel)) {
      result = await this.reduce(channel, [await fetch(channel)], rows, columns, this.full, pause);
      if (this.weighs) result = result.map((alpha) => Math.min(Math.max(alpha, 0), this.full));
      return result;
    }
    const constant = this.border.value * this.full;
    const sources = await Promise.all(this.inputsOf(channel).map((below) => fetch(below, this.weighs)));
    if (!this.weighs) {
      result = await this.reduce(channel, sources, rows, columns, constant, pause);
    } else {
      const alphas = await fetch(this.input.names.length);
      const weighted = await this.reduce(channel, sources, rows, columns, constant * this.full, pause, 0);
      const below = await this.alphaSums(alphas, rows, columns, pause);
      const bias = this.isPooling ? 0 : this.kernelOf(channel).bias;
      result = weighted.map((value, place) => value / alphaDivisor(below[place], this.full) + bias);
    }
    for (const name of this.functions) result = result.map((value) => activations[name](value, this.full));
    return result;
  }

  /** What alpha is before it is clamped, which all colours of the same rows and columns are divided by. */
  async alphaSums(alphas, rows, columns, pause) {
    const kept = this.alphas;
    if (kept?.rows === rows && kept.columns === columns) return kept.sums;
    const sums = await this.reduce(this.output.names.length, [alphas], rows, columns, this.full, pause);
    this.alphas = { rows, columns, sums };
    return sums;
  }

  /** The sum, the mean or the maximum of every window; `bias` takes the place of the kernel's. */
  async reduce(channel, planes, rows, columns, constant, pause, bias) {
    const rowPlaces = tapPlaces(this.vertical, this.border.rule, rows, this.input.rows[0]);
    const columnPlaces = tapPlaces(this.horizontal, this.border.rule, columns, this.input.columns[0]);
    if (this.isPooling) return this.pool(planes[0], rows, columns, rowPlaces, columnPlaces, pause);
    const result = new Float64Array(rows.length * columns.length);
    const [kh, kw] = [this.vertical.kernel, this.horizontal.kernel];
    const kernel = this.kernelOf(channel);
    const step = this.horizontal.stride * ((columns[1] ?? columns[0]) - columns[0]);
    const tapColumns = range([0, kw]).map((b) => columnsOfTap(columnPlaces, b, kw, step));
    for (const [input, plane] of planes.entries()) {
      const taps = kernel.taps.slice(input * kh * kw, (input + 1) * kh * kw);
      const factors = factorsOf(taps, kh, kw);
      if (factors) await this.addSeparable(result, factors, plane, rowPlaces, tapColumns, constant, pause);
      else await this.addTaps(result, taps, plane, rowPlaces, tapColumns, constant, pause);
    }
    const offset = bias ?? kernel.bias;
    for (let place = 0; place < result.length; place += 1) result[place] = result[place] / kernel.divisor + offset;
    return result;
  }

  async addTaps(result, taps, plane, rowPlaces, tapColumns, constant, pause) {
    const [kh, kw] = [this.vertical.kernel, this.horizontal.kernel];
    const [pitch, width] = [length(this.input.columns), tapColumns[0].columns.length];
    for (let row = 0; row * width < result.length; row += 1) {
      await pause();
      const line = result.subarray(row * width, (row + 1) * width);
      for (let a = 0; a < kh; a += 1) {
        const place = rowPlaces[row * kh + a];
        for (let b = 0; b < kw; b += 1) {
          const tap = taps[a * kw + b];
          if (tap !== 0) addTap(line, tap, place < 0 ? null : plane, place * pitch, tapColumns[b], constant);
        }
      }
    }
  }

  /** Sums along rows, then along columns: what a large kernel of two factors takes seconds less for. */
  async addSeparable(result, factors, plane, rowPlaces, tapColumns, constant, pause) {
    const [pitch, width] = [length(this.input.columns), tapColumns[0].columns.length];
    const lines = Array.from({ length: length(this.input.rows) });
    const every = { columns: Int32Array.from({ length: width }, (_, x) => x), first: 0, end: width, step: 1 };
    const outside = constant * sum(factors.row);
    for (let row = 0; row * width < result.length; row += 1) {
      await pause();
      const line = result.subarray(row * width, (row + 1) * width);
      factors.column.forEach((tap, a) => {
        const place = rowPlaces[row * factors.column.length + a];
        if (place >= 0 && !lines[place]) {
          lines[place] = new Float64Array(width);
          factors.row.forEach((along, b) => addTap(lines[place], along, plane, place * pitch, tapColumns[b], constant));
        }
        addTap(line, tap, place < 0 ? null : lines[place], 0, every, outside);
      });
    }
  }

  async pool(plane, rows, columns, rowPlaces, columnPlaces, pause) {
    const result = new Float64Array(rows.length * columns.length);
    const [kh, width] = [this.vertical.kernel, columns.length];
    const counts = columns.map((column) => this.countedTaps(this.horizontal, column));
    for (let row = 0; row < rows.length; row += 1) {
      await pause();
      const line = result.subarray(row * width, (row + 1) * width);
      this.poolRow(line, plane, rowPlaces.subarray(row * kh, (row + 1) * kh), columnPlaces, length(this.input.columns));
      if (this.step.reduction === "max") continue;
      const counted = this.countedTaps(this.vertical, rows[row]);
      for (let x = 0; x < width; x += 1) line[x] /= counted * counts[x];
    }
    return result;
  }

  poolRow(line, plane, rowPlaces, columnPlaces, pitch) {
    const kw = this.horizontal.kernel;
    const isMaximum = this.step.reduction === "max";
    line.fill(isMaximum ? -Infinity : 0);
    for (const place of rowPlaces) {
      if (place < 0) continue;
      for (let x = 0; x < line.length; x += 1) {
        for (let b = 0; b < kw; b += 1) {
          const column = columnPlaces[x * kw + b];
          if (column < 0) continue;
          const sample = plane[place * pitch + column];
          if (!isMaximum) line[x] += sample;
          else if (sample > line[x]) line[x] = sample;
        }
      }
    }
  }
}

/** The layers of a chain on a photograph, and the planes computed so far. */
class Network {
  /** Lays the steps; throws where one does not fit. `job` is { full, alpha, linear }. */
  constructor(photograph, steps, job) {
    this.photograph = photograph;
    this.job = job;
    this.layers = [];
    this.planes = new Map();
    // Range mappings that were settled by all planes of a level.
    this.finishes = new Map();
    let shape = photograph.shape;
    for (let index = 0; index < steps.length; ) {
      const step = steps[index];
      index += 1;
      const functions = [];
      while (steps[index]?.kind === "activation") {
        functions.push(steps[index].name);
        index += 1;
      }
      const layer = new Layer(step, functions, shape, job);
      this.layers.push(layer);
      shape = layer.output;
    }
  }

  /** What goes into the first layer (0), or comes out of a layer. */
  shape(level) { return level === 0 ? this.photograph.shape : this.layers[level - 1].output; }

  /** A whole plane of a level; kept once it was computed. */
  async plane(level, channel, pause) {
    if (level === 0) return this.photograph.plane(channel);
    const key = `${level}/${channel}`;
    if (!this.planes.has(key)) {
      const { allRows, allColumns } = this.layers[level - 1];
      this.planes.set(key, await this.part(level, channel, allRows, allColumns, pause));
    }
    return this.planes.get(key);
  }

  /** A plane of a level times alpha; kept as well. */
  async weightedPlane(level, channel, pause) {
    const key = `${level}/${channel} weighted`;
    if (!this.planes.has(key)) {
      const alphas = await this.plane(level, this.shape(level).names.length, pause);
      const plane = await this.plane(level, channel, pause);
      this.planes.set(key, plane.map((sample, place) => sample * alphas[place]));
    }
    return this.planes.get(key);
  }

  /** Some rows and columns of a plane. */
  part(level, channel, rows, columns, pause) {
    const fetch = (below, isWeighted = false) =>
      isWeighted ? this.weightedPlane(level - 1, below, pause) : this.plane(level - 1, below, pause);
    return this.layers[level - 1].compute(channel, rows, columns, fetch, pause);
  }

  /** The samples of the photograph that one sample of a level depends on: half-open ranges that may reach into padding. */
  receptiveField(level, x, y) {
    let [left, right, top, bottom] = [x, x + 1, y, y + 1];
    for (const { horizontal, vertical } of this.layers.slice(0, level).reverse()) {
      [left, right] = [horizontal.start(left), horizontal.start(right - 1) + horizontal.reach];
      [top, bottom] = [vertical.start(top), vertical.start(bottom - 1) + vertical.reach];
    }
    return { left, right, top, bottom };
  }
}
