// Where windows lie on one axis, and what stands in the padding: the formulas of the library's AxisGeometry and Border.

/** Reads `valid`, `same`, `same-lower`, `N`, `V,H` or `top,right,bottom,left`; throws where the text is none. */
function parsePadding(text) {
  const rule = { valid: "valid", same: "same", "same-upper": "same", "same-lower": "same-lower" }[text.trim()];
  if (rule) return { rule, vertical: [0, 0], horizontal: [0, 0] };
  const numbers = text.split(",").map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  const [top, right, bottom, left] =
    numbers.length === 1 ? Array(4).fill(numbers[0])
    : numbers.length === 2 ? [numbers[0], numbers[1], numbers[0], numbers[1]]
    : numbers;
  if (numbers.length === 3 || numbers.length > 4 || numbers.some(Number.isNaN)) {
    throw new Error(`“${text}” is no padding; expected valid, same, same-lower, or 1, 2 or 4 whole numbers`);
  }
  return { rule: "explicit", vertical: [top, bottom], horizontal: [left, right] };
}

/**
 * Lays windows on one axis: window `i` covers the positions `i·stride + a·dilation − before` for its taps `a`.
 * With a rule of the `same` kind an anchor takes the place of the centre. Throws where no window fits.
 */
function layAxis({ input, kernel, stride, dilation = 1, padding, axis, anchor = null, ceil = false }) {
  const reach = dilation * (kernel - 1) + 1;
  let [before, after] = padding[axis];
  if (padding.rule.startsWith("same")) {
    const total = Math.max((Math.ceil(input / stride) - 1) * stride + reach - input, 0);
    const odd = padding.rule === "same" ? 0 : 1;
    const half = Math.floor((total + odd) / 2);
    before = anchor === null ? half : anchor * dilation - Math.floor((reach - 1 + odd) / 2) + half;
    after = total - before;
  }
  const room = input + before + after - reach;
  if (room < 0) throw new Error(`no window of ${reach} fits on ${input} samples with ${before + after} padded`);
  let output = Math.floor(room / stride) + 1;
  if (ceil && room % stride !== 0 && output * stride < input + before) output += 1;
  const start = (window) => window * stride - before;
  const dropped = Math.max(0, Math.min(input, input - (start(output - 1) + reach)));
  return { input, kernel, stride, dilation, before, after, output, reach, dropped, start };
}

/** Reads `edge`, `zero`, `constant:V`, `reflect101`, `symmetric` or `wrap`. */
function parseBorder(text) {
  if (text === "zero") return { rule: "constant", value: 0 };
  if (text.startsWith("constant:")) return { rule: "constant", value: Number(text.slice(9)) };
  return { rule: text, value: 0 };
}

/** The sample of `0..<extent` that stands at `index`; −1 where a constant does. */
function sourceIndex(rule, index, extent) {
  if (index >= 0 && index < extent) return index;
  const modulo = (value, divisor) => ((value % divisor) + divisor) % divisor;
  switch (rule) {
    case "edge": return Math.min(Math.max(index, 0), extent - 1);
    case "wrap": return modulo(index, extent);
    case "symmetric": {
      const place = modulo(index, 2 * extent);
      return place < extent ? place : 2 * extent - 1 - place;
    }
    case "reflect101": {
      if (extent === 1) return 0;
      const place = modulo(index, 2 * extent - 2);
      return place < extent ? place : 2 * extent - 2 - place;
    }
    default: return -1;
  }
}

/** The positions under the taps of one window, each with the sample that stands there. */
function windowTaps(axis, rule, window) {
  return Array.from({ length: axis.kernel }, (_, tap) => {
    const position = axis.start(window) + tap * axis.dilation;
    return { position, source: sourceIndex(rule, position, axis.input) };
  });
}

/**
 * The windows whose every sample lies in `known` (a half-open range of the input), as a half-open range.
 * It is one run: a window further inside never reaches further out.
 */
function knownWindows(axis, rule, [low, high]) {
  if (low === 0 && high === axis.input) return [0, axis.output];
  const isKnown = (window) =>
    windowTaps(axis, rule, window).every(({ source }) => source < 0 || (source >= low && source < high));
  let first = 0;
  while (first < axis.output && !isKnown(first)) first += 1;
  let end = first;
  while (end < axis.output && isKnown(end)) end += 1;
  return [first, end];
}

/** For some windows and every tap, the place in a run of samples that begins at `low`; −1 for the constant. */
function tapPlaces(axis, rule, windows, low) {
  const places = new Int32Array(windows.length * axis.kernel);
  windows.forEach((window, index) => {
    windowTaps(axis, rule, window).forEach(({ source }, tap) => {
      places[index * axis.kernel + tap] = source < 0 ? -1 : source - low;
    });
  });
  return places;
}
