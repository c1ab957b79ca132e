// The command line that makes what the page shows.

/** A word as a shell reads it. */
const quoted = (word) => (/^[A-Za-z0-9_.,:\/=+@%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** A step's kernel as text that the program reads: rows of numbers, with keys where they are needed. */
function kernelText(step) {
  const [outputs, inputs, height, width] = step.shape;
  const rows = (output, input, separator) =>
    range([0, height]).map((row) => {
      const start = ((output * inputs + input) * height + row) * width;
      return step.taps.slice(start, start + width).join(" ");
    }).join(separator);
  const isPlain = outputs === 1 && inputs === 1 && step.divisors[0] === 1 && step.biases[0] === 0 && !step.anchor;
  if (isPlain) return rows(0, 0, "; ");
  const head = [];
  if (inputs > 1) head.push(`channels: ${inputs}`);
  if (step.anchor) head.push(`anchor: ${step.anchor.join(" ")}`);
  const parts = range([0, outputs]).map((output) => [
    ...(step.divisors[output] === 1 ? [] : [`divisor: ${step.divisors[output]}`]),
    ...(step.biases[output] === 0 ? [] : [`bias: ${step.biases[output]}`]),
    range([0, inputs]).map((input) => rows(output, input, "\n")).join("\n---\n"),
  ].join("\n"));
  const isBank = outputs > 1 && head.length > 0;
  return [...head, ...(isBank ? ["---"] : []), parts.join("\n---\n")].join("\n");
}

const pairText = ([vertical, horizontal]) => (vertical === horizontal ? `${vertical}` : `${vertical},${horizontal}`);

/** The step with one of its kernels alone. */
function oneKernel(step, output) {
  const count = step.taps.length / step.shape[0];
  return {
    ...step, shape: [1, ...step.shape.slice(1)], taps: step.taps.slice(output * count, (output + 1) * count),
    divisors: [step.divisors[output]], biases: [step.biases[output]], argument: null,
  };
}

/** The words for kernels and all that follows them; null where one command cannot say it. */
function stepWords(steps) {
  const convolutions = steps.filter((step) => step.kind === "convolution");
  if (!convolutions.length || convolutions.some((step, index) => steps[index] !== step)) return null;
  const [first] = convolutions;
  const isShared = (step) => ["stride", "dilation", "padding", "border"].every((key) => String(step[key]) === String(first[key]));
  if (!convolutions.every(isShared)) return null;
  const kernels = convolutions.map((step) => step.argument ?? kernelText(step));
  const options = [];
  if (first.padding !== "same") options.push("--padding", first.padding);
  if (first.border !== "edge" || convolutions.some((step) => step.argument)) options.push("--border", first.border);
  if (pairText(first.stride) !== "1") options.push("--stride", pairText(first.stride));
  if (pairText(first.dilation) !== "1") options.push("--dilation", pairText(first.dilation));
  for (const step of steps.slice(convolutions.length)) {
    if (step.kind === "activation") {
      options.push("--activation", step.name);
    } else {
      if (step.ceil || step.countsPadding) return null;
      const side = ([height, width]) => (height === width ? height : `${height}x${width}`);
      const stride = String(step.stride) === String(step.size) ? "" : `/${side(step.stride)}`;
      options.push("--pool", `${step.reduction}:${side(step.size)}${stride}${step.padding === "valid" ? "" : `,${step.padding}`}`);
    }
  }
  return { kernels, options };
}

/** The words for channels, alpha, light and range. */
function colorWords(model, mapping) {
  const words = [];
  if (model.channels !== "each") words.push("--channels", model.channels);
  if (model.input.hasAlpha && model.alpha !== "premultiply") words.push("--alpha", model.alpha);
  if (model.linear) words.push("--linear");
  words.push(mapping.startsWith("-") ? `--map=${mapping}` : "--map", ...(mapping.startsWith("-") ? [] : [mapping]));
  return words;
}

/**
 * The commands for the map shown and for the sample chosen: { apply, explain }, or null where a network's file is needed.
 * `at` is [x, y]; `fitsImage` tells whether the result has as many channels as an image.
 */
function commandLines(model, steps, mapping, at, fitsImage) {
  const words = stepWords(steps);
  if (!words) return null;
  const isPlain = words.kernels.length === 1;
  const kernels = isPlain ? words.kernels.map(quoted) : words.kernels.flatMap((kernel) => ["--kernel", quoted(kernel)]);
  const options = [...words.options, ...colorWords(model, mapping)].map(quoted);
  const input = quoted(model.input.path);
  const line = (command, ...rest) => ["imgconv", command, ...kernels, input, ...rest, ...options].join(" ");
  return { apply: line("apply", fitsImage ? "map.png" : "maps.npy"), explain: line("explain", "--at", at.join(",")) };
}
