// One output sample, step by step: the same numbers as `imgconv explain --json`.

/** Rounds to a whole number, ties to even. */
function roundHalfEven(value) {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Linear light from a stored value of 0…1 (IEC 61966-2-1); `encodeLight` is its inverse. */
function decodeLight(value) {
  const size = Math.abs(value);
  return Math.sign(value) * (size <= 0.04045 ? size / 12.92 : ((size + 0.055) / 1.055) ** 2.4);
}

function encodeLight(value) {
  const size = Math.abs(value);
  return Math.sign(value) * (size <= 0.0031308 ? size * 12.92 : 1.055 * size ** (1 / 2.4) - 0.055);
}

/** A range mapping whose numbers are known: results in stored units to 0…full. Alpha is not mapped. */
class Finish {
  /** In `(v − origin) · scale`; both are null for `clamp` and `abs`. */
  constructor(name, origin, scale, job) {
    Object.assign(this, { name, origin, scale, job });
  }

  /** The mapping that makes `low` 0 and `high` 1, both in full ranges. */
  static between(name, low, high, job) {
    const scale = 1 / (high - low);
    return new Finish(name, low * job.full, Math.abs(scale) <= 3.4028234663852886e38 ? scale : 0, job);
  }

  encode(value) {
    return this.job.linear ? encodeLight(value / this.job.full) * this.job.full : value;
  }

  map(value) {
    if (this.name === "clamp") return value;
    if (this.name === "abs") return Math.abs(value);
    return (value - this.origin) * this.scale;
  }

  /** What is stored of a colour's result: 0…full, a whole number. */
  stored(value) {
    return Math.min(Math.max(roundHalfEven(this.map(this.encode(value))), 0), this.job.full);
  }
}

/** Settles the mapping `name` for some planes of results, as the library does with their extrema or their histogram. */
function settle(name, planes, job) {
  const parts = name.split(":");
  if (name === "clamp" || name === "abs") return new Finish(name, null, null, job);
  if (name === "signed") return Finish.between(name, -1, 1, job);
  if (parts.length === 2 && parts[0] !== "percentile") return Finish.between(name, Number(parts[0]), Number(parts[1]), job);
  const encode = (value) => (job.linear ? encodeLight(value / job.full) : value / job.full);
  let [low, high] = [Infinity, -Infinity];
  for (const plane of planes) {
    for (const value of plane) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  [low, high] = low <= high ? [encode(low), encode(high)] : [0, 0];
  if (name === "minmax") return Finish.between(name, low, high, job);
  const percentile = Math.max(Number(parts[1]), 100 - Number(parts[1]));
  const bins = new Float64Array(65536);
  const width = high / bins.length - low / bins.length;
  let count = 0;
  for (const plane of width > 0 ? planes : []) {
    for (const value of plane) bins[Math.max(0, Math.min(bins.length - 1, Math.floor((encode(value) - low) / width)))] += 1;
    count += plane.length;
  }
  const atRank = (rank) => {
    let [before, bin] = [0, 0];
    while (before + bins[bin] <= rank) before += bins[bin++];
    return low + (bin + (rank - before + 0.5) / bins[bin]) * width;
  };
  const at = (part) => {
    const place = (part / 100) * (count - 1);
    const below = atRank(Math.floor(place));
    return place % 1 > 0 ? below + (atRank(Math.floor(place) + 1) - below) * (place % 1) : below;
  };
  if (count === 0) return Finish.between(name, low, high, job);
  const [lower, upper] = [at(100 - percentile), at(percentile)];
  return upper - lower > width ? Finish.between(name, lower, upper, job) : Finish.between(name, low, high, job);
}

/** Explains the sample at column `x`, row `y` of one channel that comes out of a layer; null where the page does not know it. */
async function explainSample(network, level, channel, x, y, pause) {
  const layer = network.layers[level - 1];
  const { input, output, full } = layer;
  const [rows, columns] = [output.rows, output.columns];
  if (y < rows[0] || y >= rows[1] || x < columns[0] || x >= columns[1]) return null;
  const isAlpha = layer.isAlpha(channel);
  const window = {
    rows: windowTaps(layer.vertical, layer.border.rule, y), columns: windowTaps(layer.horizontal, layer.border.rule, x),
  };
  const pitch = length(input.columns);
  const under = (plane, constant) =>
    window.rows.map((row) => window.columns.map((column) =>
      row.source < 0 || column.source < 0 ? constant
      : plane[(row.source - input.rows[0]) * pitch + column.source - input.columns[0]]));
  const fetch = (below) => network.plane(level - 1, below, pause);
  const samplesOf = async (below, constant) => under(await fetch(below), constant);

  const weighs = layer.weighs && !isAlpha;
  const alphas = weighs ? await samplesOf(input.names.length, layer.isPooling ? 0 : full) : null;
  const constant = isAlpha && !layer.isPooling ? full : layer.border.value * full;
  const inputs = isAlpha ? [input.names.length] : layer.inputsOf(channel);
  const names = [...input.names, "A"];
  const planes = [];
  for (const [index, below] of inputs.entries()) {
    planes.push(windowProducts(layer, window, names[below], await samplesOf(below, constant), alphas, tapsOf(layer, channel, index)));
  }
  const result = finishSum(layer, planes, window, x, y, weighs ? tapsOf(layer, output.names.length, 0) : null, alphas, channel);
  if (isAlpha && layer.weighs) result.computed = Math.min(Math.max(result.computed, 0), full);
  const activated = [];
  let value = result.computed;
  for (const name of isAlpha ? [] : layer.functions) activated.push((value = activations[name](value, full)));
  return {
    x, y, channel, name: [...output.names, "A"][channel], isAlpha, reduction: result.reduction, ...window, planes, ...result,
    activated, value, fraction: value / full, isPooled: layer.isPooling,
  };
}

/** Adds what becomes of a result on its way to the output. */
function finished(explanation, finish) {
  const { value, isAlpha } = explanation;
  const encoded = finish.job.linear && !isAlpha ? finish.encode(value) : null;
  const mapped = isAlpha ? value : finish.map(encoded ?? value);
  const rounded = roundHalfEven(mapped);
  return { ...explanation, encoded, mapped, rounded, stored: Math.min(Math.max(rounded, 0), finish.job.full) };
}

/** The taps of one input of a channel by rows; a pooling's are 1 on samples and 0 in the padding. */
function tapsOf(layer, channel, input) {
  const [kh, kw] = [layer.vertical.kernel, layer.horizontal.kernel];
  if (layer.isPooling) return null;
  const { taps } = layer.kernelOf(channel);
  return range([0, kh]).map((row) => taps.slice((input * kh + row) * kw, (input * kh + row + 1) * kw));
}

function windowProducts(layer, window, name, samples, alphas, kernel) {
  const taps = kernel ?? window.rows.map((row) => window.columns.map((column) => (row.source < 0 || column.source < 0 ? 0 : 1)));
  const products = samples.map((line, row) =>
    line.map((sample, column) =>
      taps[row][column] === 0 ? 0 : sample * (alphas ? alphas[row][column] : 1) * taps[row][column]));
  return { name, samples, alphas, taps, products };
}

/** From products to the result: sum or maximum, divisor, alpha and bias. */
function finishSum(layer, planes, window, x, y, alphaTaps, alphas, channel) {
  const products = planes.flatMap((plane) => plane.products.flat());
  const taps = planes.flatMap((plane) => plane.taps.flat());
  const counted = products.filter((_, place) => taps[place] !== 0);
  const isMaximum = layer.isPooling && layer.step.reduction === "max";
  const count = layer.isPooling && !isMaximum ? layer.countedTaps(layer.vertical, y) * layer.countedTaps(layer.horizontal, x) : 1;
  const reduce = (numbers) => (isMaximum ? numbers.reduce((largest, number) => Math.max(largest, number), -Infinity) : sum(numbers));
  const kernel = layer.isPooling ? { divisor: count, bias: 0 } : layer.kernelOf(channel);
  let alpha = null;
  if (alphas) {
    const places = window.rows.flatMap((row) => window.columns.map((column) => row.source >= 0 && column.source >= 0));
    const [flat, weights] = [alphas.flat(), alphaTaps?.flat()];
    const raw = layer.isPooling
      ? reduce(flat.filter((_, place) => places[place])) / count
      : sum(flat.map((value, place) => value * weights[place])) / layer.alphaKernel.divisor;
    alpha = alphaDivisor(raw, layer.full);
  }
  const total = reduce(isMaximum ? counted : products);
  return {
    reduction: isMaximum ? "largest" : "sum", sum: total, divisor: kernel.divisor, alpha, bias: kernel.bias,
    computed: total / kernel.divisor / (alpha ?? 1) + kernel.bias,
  };
}
