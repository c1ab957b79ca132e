// The parts of the page around the pictures: choices, films, cells, texts.

/** The choices over the pictures: layer, channel, colours, range. */
function showControls(page) {
  const { network, photograph } = page;
  const parts = [];
  if (network.layers.length > 1) {
    const layers = network.layers.map((layer, at) => [at + 1, `${at + 1} ${layerTitle(layer)}`]);
    parts.push(radios("layer", "Layer", layers, page.level, (level) => page.chooseLevel(level)));
  }
  const names = photograph.shape.names;
  const { base } = page.layout(network, page.level);
  const hasAlpha = network.shape(page.level).alpha;
  if (base > 1 || hasAlpha) {
    const channels = [...names.map((name, at) => [at, name]), ...(hasAlpha ? [["A", "A"]] : [])];
    parts.push(radios("channel", "Numbers of", channels, page.channel, (channel) => { page.channel = channel; page.showAll(); }));
  }
  if (base === 3) {
    const choose = () => { page.inColor = box.checked; page.refresh(); };
    const box = element("input", { type: "checkbox", id: "in-color", checked: page.inColor, onchange: choose });
    parts.push(element("label", { class: "check" }, box, "All colours"));
  }
  const maps = ["grey", "diverging", "viridis", "magma", "turbo"].map((name) => [name, name]);
  parts.push(field("Map colours", choice(maps, page.palette, (name) => { page.palette = name; page.refresh(); })), mappingField(page));
  find("controls").replaceChildren(...parts);
}

const layerTitle = ({ isPooling, step, functions }) =>
  [isPooling ? `${step.reduction} pooling` : step.name, ...functions].join(" + ");

/** The range mapping: a name, and where it takes numbers, those. */
function mappingField(page) {
  const [name] = page.mapping.split(":");
  const kind = ["clamp", "abs", "signed", "minmax", "percentile"].includes(name) ? name : "range";
  const kinds = ["clamp", "abs", "signed", "minmax", "percentile", "range"].map((one) => [one, one === "range" ? "low:high" : one]);
  const choose = (mapping) => { page.mapping = mapping; page.refresh(); };
  const select = choice(kinds, kind, (one) => {
    choose({ percentile: "percentile:1", range: "-0.5:0.5" }[one] ?? one);
    showControls(page);
  });
  const read = (text) => {
    const numbers = text.split(":").map(readNumber);
    const [first, second] = numbers;
    const isRight = kind === "range" ? numbers.length === 2 && first !== second : numbers.length === 1 && first >= 0 && first <= 100 && first !== 50;
    if (!isRight) throw new Error(kind === "range" ? "expected two different numbers, as −1:1" : "expected a number from 0 to 100 but 50");
    return kind === "range" ? `${numbers[0]}:${numbers[1]}` : `percentile:${numbers[0]}`;
  };
  const parts = [field("Range", select, "How results become samples")];
  if (kind === "range") parts.push(entry(page.mapping, read, choose, { "aria-label": "Low:high, in full ranges", class: "range" }));
  if (kind === "percentile") parts.push(entry(page.mapping.slice(11), read, choose, { "aria-label": "Percentile", size: 8 }));
  return element("div", { class: "pair" }, ...parts);
}

/** The shapes and sizes of the layer shown. */
function showShapes(page) {
  const { layer, network, isLast } = page;
  const films = page.layout(network, network.layers.length).tiles;
  const shapeText = ({ names, alpha, height, width }) => `${names.length + (alpha ? 1 : 0)}×${height}×${width}`;
  const { vertical, horizontal } = layer;
  const padding = [vertical.before, horizontal.after, vertical.after, horizontal.before];
  find("kernel-title").textContent = layer.isPooling ? "Pooling" : "Kernel";
  find("map-caption").textContent = [
    ...(network.layers.length > 1 ? [`Layer ${page.level}`] : []), layerTitle(layer),
    ...(films > 1 && isLast ? [filmName(page.chain, page.tile)] : []), shapeText(layer.output),
  ].join(", ");
  const facts = [
    `${vertical.kernel}×${horizontal.kernel}`, `stride ${pairText([vertical.stride, horizontal.stride])}`,
    ...(vertical.dilation + horizontal.dilation > 2 ? [`dilation ${pairText([vertical.dilation, horizontal.dilation])}`] : []),
    padding.some(Boolean) ? `padding ${padding.join(",")}` : "no padding",
    ...(vertical.dropped + horizontal.dropped ? [`${vertical.dropped} rows and ${horizontal.dropped} columns dropped`] : []),
  ];
  find("facts").textContent = `${shapeText(layer.input)} → ${shapeText(layer.output)}: ${facts.join(", ")}`;
}

/** The cells around the window, and those around the result. */
async function showCells(page) {
  const { network, level, layer, x, y } = page;
  const [below, above] = await Promise.all([sideOf(page, level - 1), sideOf(page, level)]);
  const { horizontal, vertical, border } = layer;
  const [reach, start] = [[horizontal.reach, vertical.reach], [horizontal.start(x), vertical.start(y)]];
  const fit = Math.max(7, Math.min(11, Math.floor(find("window-cells").clientWidth / 42)));
  const [columns, rows] = [Math.min(121, Math.max(fit, reach[0] + 4)), Math.min(121, Math.max(7, reach[1] + 4))];
  const view = { left: start[0] - Math.floor((columns - reach[0]) / 2), top: start[1] - Math.floor((rows - reach[1]) / 2), columns, rows };
  const frame = (dx, dy, kind) => {
    const [left, top] = [start[0] + dx, start[1] + dy];
    return { left, top, right: left + reach[0], bottom: top + reach[1], kind };
  };
  const marks = [{ left: 0, top: 0, right: horizontal.input, bottom: vertical.input, kind: "edge" }];
  if (x + 1 < horizontal.output) marks.push(frame(horizontal.stride, 0, "next"));
  if (y + 1 < vertical.output) marks.push(frame(0, vertical.stride, "next"));
  marks.push(frame(0, 0, "window"));
  const isDilated = horizontal.dilation + vertical.dilation > 2;
  const [tapRows, tapColumns] = [windowTaps(vertical, border.rule, y), windowTaps(horizontal, border.rule, x)];
  const taps = isDilated ? tapRows.flatMap((row) => tapColumns.map((column) => [column.position, row.position])) : [];
  drawCells(find("window-cells"), view, (column, row) => inputCell(page, below, column, row), marks, taps);
  const around = { left: x - (fit >> 1), top: y - 3, columns: fit, rows: 7 };
  drawCells(find("map-cells"), around, (column, row) => cellAt(above, column, row), [
    { left: 0, top: 0, right: horizontal.output, bottom: vertical.output, kind: "edge" },
    { left: x, top: y, right: x + 1, bottom: y + 1, kind: "window" }], []);
}

/** What cells of a level are made of: its planes looked at, and the way from their values to colours. */
async function sideOf(page, level) {
  const { network } = page;
  const pause = pacer(() => true);
  const shape = network.shape(level);
  const shown = page.planesShown(network, level, page.tile);
  const planes = await Promise.all(shown.map((channel) => network.plane(level, channel, pause)));
  const alpha = shape.alpha && page.channel !== "A" ? await network.plane(level, shape.names.length, pause) : null;
  const palette = level === 0 || page.palette === "grey" ? null : page.palettes[page.palette];
  return { shape, planes, alpha, palette, finish: await page.finish(network, level, pause), index: page.explainedIndex(shown.length) };
}

/** A cell of the input; in the padding, what the border puts there. */
function inputCell(page, side, column, row) {
  const { horizontal, vertical, border, isPooling, full } = page.layer;
  const isInside = column >= 0 && row >= 0 && column < horizontal.input && row < vertical.input;
  if (isInside) return cellAt(side, column, row);
  const isPadded = (axis, at) => at >= -axis.before && at < axis.input + axis.after;
  if (isPooling || !isPadded(horizontal, column) || !isPadded(vertical, row)) return null;
  const [from, at] = [sourceIndex(border.rule, column, horizontal.input), sourceIndex(border.rule, row, vertical.input)];
  const cell = from < 0 || at < 0 ? cellOf(side, side.planes.map(() => border.value * full), full) : cellAt(side, from, at);
  return cell && { ...cell, isPadding: true };
}

function cellAt(side, column, row) {
  const { rows, columns } = side.shape;
  if (column < columns[0] || row < rows[0] || column >= columns[1] || row >= rows[1]) return null;
  const place = (row - rows[0]) * length(columns) + column - columns[0];
  return cellOf(side, side.planes.map((plane) => plane[place]), side.alpha?.[place] ?? null);
}

function cellOf({ finish, palette, index }, values, alpha) {
  const unit = 255 / finish.job.full;
  const shades = values.map((value) => finish.stored(value) * unit);
  const mean = 3 * Math.round(sum(shades) / shades.length);
  const color = palette ? [...palette.subarray(mean, mean + 3)] : shades.length === 3 ? shades.map(Math.round) : Array(3).fill(mean / 3);
  return { color, opacity: alpha === null ? 1 : alpha / finish.job.full, value: values[index] };
}

/** The texts that name the place: fields, captions, commands, and what a screen reader says. */
function showPlaceText(page, explanation, field) {
  const { x, y, network, model } = page;
  for (const [id, value] of [["column", x], ["row", y]]) if (document.activeElement !== find(id)) find(id).value = value;
  const size = `${field.right - field.left}×${field.bottom - field.top}`;
  const run = (from, end) => `${numberText(from)} to ${numberText(end - 1)}`;
  find("field-text").textContent =
    `Receptive field ${size}, columns ${run(field.left, field.right)}, rows ${run(field.top, field.bottom)}`;
  const shown = page.isLast ? `stored ${explanation.stored}` : `result ${numberText(explanation.value)}`;
  find("place").textContent = `${explanation.name} at ${x},${y}`;
  clearTimeout(page.saying);
  const text = `Column ${x}, row ${y}, ${explanation.name}: ${explanation.reduction} ${numberText(explanation.sum)}, ${shown}`;
  page.saying = setTimeout(() => { find("live").textContent = text; }, 250);
  showCommands(page, model, network);
}

function showCommands(page, model, network) {
  const last = network.layers.length;
  const { names, alpha } = network.shape(last);
  const steps = page.chain.steps.filter((step) => step.kind === "convolution");
  const only = steps.length === 1 && steps[0].shape[0] > 1 ? oneKernel(steps[0], page.tile % steps[0].shape[0]) : null;
  const chosen = only ? page.chain.steps.map((step) => (step === steps[0] ? only : step)) : page.chain.steps;
  const colors = only ? page.layout(network, last).base : names.length;
  const at = page.isLast ? [page.x, page.y] : [network.shape(last).columns[0], network.shape(last).rows[0]];
  const lines = commandLines(model, chosen, page.mapping, at, colors === 1 || colors === 3);
  find("command-apply").textContent = lines?.apply ?? "This chain is a network: no single command says it.";
  find("command-explain").textContent = lines?.explain ?? "";
  for (const button of document.querySelectorAll("button[data-copies]")) button.hidden = !lines;
}
