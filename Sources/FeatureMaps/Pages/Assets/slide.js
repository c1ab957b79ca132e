// A drawing of windows on their input, of true or shortened extents, as one SVG.

/** The most cells on a side that are drawn without leaving any out. */
const wholeSide = 24;
/** The longest window that is drawn. */
const longestWindow = 64;

/**
 * The positions of an axis that are drawn, and the windows that lie on them whole: all, or those at both ends.
 * `cells` has a position each, or null for the gap.
 */
function shorten(axis) {
  const low = Math.min(0, -axis.before);
  const high = Math.max(axis.input, axis.input + axis.after, axis.start(axis.output - 1) + axis.reach);
  const total = high - low;
  const head = Math.max(9, axis.reach + 2 * axis.stride + Math.max(0, axis.before));
  const tail = Math.max(8, axis.reach + axis.stride + axis.dropped + Math.max(0, axis.after));
  const run = (from, to) => Array.from({ length: to - from }, (_, at) => from + at);
  if (total <= Math.max(wholeSide, head + tail + 1)) return { cells: run(low, high), windows: run(0, axis.output), left: 0 };
  const isDrawn = (window) => {
    const [start, end] = [axis.start(window), axis.start(window) + axis.reach];
    return end <= low + head || start >= high - tail;
  };
  const last = Math.floor((head + axis.before) / axis.stride) + 1;
  const first = Math.max(last, axis.output - Math.ceil(tail / axis.stride) - 1);
  const windows = [...run(0, Math.min(last, axis.output)), ...run(first, axis.output)].filter(isDrawn);
  return { cells: [...run(low, low + head), null, ...run(high - tail, high)], windows, left: total - head - tail };
}

const svgElement = (tag, attributes, ...children) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

/** Draws the input, the output beside or below it, and moves a window over them. */
class Slide {
  /** `rows` and `columns` are axes as `layAxis` makes them. */
  constructor(holder, rows, columns) {
    Object.assign(this, { holder, rows, columns, down: shorten(rows), across: shorten(columns) });
    this.count = this.down.windows.length * this.across.windows.length;
    this.draw();
  }

  /** Whether positions are left out. */
  get isShortened() { return this.down.left + this.across.left > 0; }

  draw() {
    const { down, across, rows, columns } = this;
    const isNarrow = this.holder.clientWidth < 620;
    const [outRows, outColumns] = [gaps(down.windows), gaps(across.windows)];
    const size = 24;
    const label = 26;
    const gap = isNarrow ? 44 : 84;
    const [width, height] = [across.cells.length * size, down.cells.length * size];
    const [outWidth, outHeight] = [outColumns.length * size, outRows.length * size];
    const origin = isNarrow ? [label, label + height + gap] : [label + width + gap, label + Math.max(0, (height - outHeight) / 2)];
    const box = [
      Math.max(label + width, origin[0] + outWidth) + 6, Math.max(label + height, origin[1] + outHeight) + 6,
    ];
    const input = svgElement("g", { transform: `translate(${label} ${label})` });
    const output = svgElement("g", { transform: `translate(${origin[0]} ${origin[1]})` });
    this.inputCells = grid(input, down.cells, across.cells, size, (row, column) => this.kindOf(row, column));
    this.outputCells = grid(output, outRows, outColumns, size, () => "output");
    numbers(input, down.cells, across.cells, size, (position, axis) => position >= 0 && position < axis.input, rows, columns);
    numbers(output, outRows, outColumns, size, () => true, rows, columns);
    this.beams = [0, 1].map(() => svgElement("line", { class: "beam" }));
    this.window = svgElement("rect", { class: "window-frame", rx: 3 });
    this.result = svgElement("rect", { class: "window-frame", rx: 3, width: size, height: size });
    input.append(this.window);
    output.append(this.result);
    const svg = svgElement("svg", { viewBox: `0 0 ${box[0]} ${box[1]}`, role: "img", "aria-label": "Input and output" }, input, output, ...this.beams);
    svg.style.maxWidth = `${Math.round(box[0] * Math.min(2, 620 / Math.max(box[0], box[1]) + 0.55))}px`;
    this.holder.replaceChildren(svg);
    Object.assign(this, { size, label, origin, outRows, outColumns, isNarrow });
  }

  kindOf(row, column) {
    const { rows, columns } = this;
    const isInside = row >= 0 && column >= 0 && row < rows.input && column < columns.input;
    if (!isInside) return row < rows.input + rows.after && column < columns.input + columns.after ? "padding" : "beyond";
    return row >= rows.input - rows.dropped || column >= columns.input - columns.dropped ? "dropped" : "sample";
  }

  /** The output row and column of a step, from 0. */
  at(step) {
    const { across, down } = this;
    return [down.windows[Math.floor(step / across.windows.length)], across.windows[step % across.windows.length]];
  }

  /** Shows a step: what came before it is filled. */
  show(step) {
    const [row, column] = this.at(step);
    const { rows, columns, size, down, across, outRows, outColumns } = this;
    const [top, left] = [rows.start(row), columns.start(column)];
    const isTap = (position, start, axis) => (position - start) % axis.dilation === 0 && position >= start && position < start + axis.reach;
    for (const { element: cell, row: y, column: x } of this.inputCells) {
      cell.classList.toggle("tap", isTap(y, top, rows) && isTap(x, left, columns));
    }
    let filled = 0;
    for (const { element: cell } of this.outputCells) cell.classList.toggle("done", filled++ < step);
    const place = (cells, position) => cells.indexOf(position) * size;
    const [x, y] = [place(across.cells, left), place(down.cells, top)];
    setAttributes(this.window, { width: columns.reach * size, height: rows.reach * size, style: `transform:translate(${x}px,${y}px)` });
    const [outX, outY] = [place(outColumns, column), place(outRows, row)];
    setAttributes(this.result, { style: `transform:translate(${outX}px,${outY}px)` });
    this.aim(x, y, outX, outY);
  }

  /** Draws the lines from the window to its result. */
  aim(x, y, outX, outY) {
    const { label, size, origin, rows, columns, isNarrow } = this;
    const [right, bottom] = [label + x + columns.reach * size, label + y + rows.reach * size];
    const lines = isNarrow
      ? [[label + x, bottom, origin[0] + outX, origin[1] + outY], [right, bottom, origin[0] + outX + size, origin[1] + outY]]
      : [[right, label + y, origin[0] + outX, origin[1] + outY], [right, bottom, origin[0] + outX, origin[1] + outY + size]];
    lines.forEach(([x1, y1, x2, y2], at) => setAttributes(this.beams[at], { x1, y1, x2, y2 }));
  }
}

const setAttributes = (target, attributes) => Object.entries(attributes).forEach(([name, value]) => target.setAttribute(name, value));

/** Windows with null where some are left out. */
function gaps(windows) {
  return windows.flatMap((window, at) => (at > 0 && window !== windows[at - 1] + 1 ? [null, window] : [window]));
}

/** Adds a cell for each pair of positions; where one is left out there is a point. */
function grid(group, rows, columns, size, kind) {
  const cells = [];
  rows.forEach((row, down) => columns.forEach((column, across) => {
    const [x, y] = [across * size, down * size];
    if (row === null || column === null) {
      group.append(svgElement("circle", { class: "gap", cx: x + size / 2, cy: y + size / 2, r: 1.4 }));
      return;
    }
    const cell = svgElement("rect", { class: `cell ${kind(row, column)}`, x: x + 1, y: y + 1, width: size - 2, height: size - 2, rx: 2 });
    group.append(cell);
    cells.push({ element: cell, row, column });
  }));
  return cells;
}

/** Numbers rows and columns along the sides. */
function numbers(group, downCells, acrossCells, size, isShown, rows, columns) {
  const text = (x, y, value, anchor) => svgElement("text", { class: "number-label", x, y, "text-anchor": anchor }, String(value));
  acrossCells.forEach((position, at) => {
    if (position !== null && isShown(position, columns)) group.append(text((at + 0.5) * size, -6, position, "middle"));
  });
  downCells.forEach((position, at) => {
    if (position !== null && isShown(position, rows) && downCells.length > 1) group.append(text(-5, (at + 0.5) * size + 3.5, position, "end"));
  });
}
