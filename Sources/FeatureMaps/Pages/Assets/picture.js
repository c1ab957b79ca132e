// Pictures of planes, and what lies over them: the sample chosen, its receptive field, the keys and the pointer that move them.

/** The 256 colours of a map from hexadecimal digits. */
const paletteOf = (digits) => Uint8Array.from({ length: digits.length / 2 }, (_, at) => parseInt(digits.slice(2 * at, 2 * at + 2), 16));

/** What is stored of results, as shades of 0…255; an array of clamped bytes rounds ties to even, as the program does. */
function shadesOf(plane, finish) {
  const shades = new Uint8ClampedArray(plane.length);
  const unit = 255 / finish.job.full;
  if (finish.name === "clamp" && !finish.job.linear) {
    for (let place = 0; place < plane.length; place += 1) shades[place] = plane[place] * unit;
  } else {
    for (let place = 0; place < plane.length; place += 1) shades[place] = finish.map(finish.encode(plane[place])) * unit;
  }
  return shades;
}

/**
 * Colours of results: `planes` are one or three, alpha aside. With one plane, or a palette, colours come from the palette;
 * of three planes under a palette the mean is shown.
 */
function imageOf(planes, alpha, width, height, finish, palette) {
  const image = new ImageData(width, height);
  const data = image.data;
  const shades = planes.map((plane) => shadesOf(plane, finish));
  const opacity = alpha && shadesOf(alpha, new Finish("clamp", null, null, { ...finish.job, linear: false }));
  const [first, second, third] = [shades[0], shades[shades.length >> 1], shades[shades.length - 1]];
  for (let place = 0, byte = 0; place < width * height; place += 1, byte += 4) {
    if (palette) {
      const mean = shades.length === 1 ? first[place] : Math.round((first[place] + second[place] + third[place]) / 3);
      data[byte] = palette[3 * mean];
      data[byte + 1] = palette[3 * mean + 1];
      data[byte + 2] = palette[3 * mean + 2];
    } else {
      data[byte] = first[place];
      data[byte + 1] = second[place];
      data[byte + 2] = third[place];
    }
    data[byte + 3] = opacity ? opacity[place] : 255;
  }
  return image;
}

/** A kernel as a small picture: negative numbers blue, positive ones red, by the diverging map. */
function drawKernel(canvas, taps, height, width, palette) {
  canvas.width = width;
  canvas.height = height;
  const largest = Math.max(...taps.map(Math.abs)) || 1;
  const image = new ImageData(width, height);
  taps.forEach((tap, place) => {
    const entry = 3 * Math.round(127.5 + (127.5 * tap) / largest);
    image.data.set([palette[entry], palette[entry + 1], palette[entry + 2], 255], 4 * place);
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** A picture that shows known samples of a shape, with a frame over it; `chosen` is called with the sample under a pointer. */
class Picture {
  constructor(holder, label, chosen, moved) {
    this.canvas = element("canvas", { class: "pixels", "aria-hidden": "true" });
    this.frame = element("div", { class: "frame" });
    this.frame.hidden = true;
    this.lines = [element("div", { class: "line across" }), element("div", { class: "line down" })];
    this.holder = holder;
    holder.append(this.canvas, ...this.lines, this.frame);
    holder.setAttribute("aria-label", label);
    const place = (event) => {
      const box = this.canvas.getBoundingClientRect();
      const part = (at, start, size, [low, high]) =>
        Math.min(high - 1, Math.max(low, low + Math.floor(((at - start) / size) * (high - low))));
      return [
        part(event.clientX, box.left, box.width, this.shape.columns), part(event.clientY, box.top, box.height, this.shape.rows),
      ];
    };
    const tell = (event, kind) => { if (this.shape) chosen(...place(event), kind); };
    holder.addEventListener("pointermove", (event) => tell(event, event.pointerType === "mouse" ? "hover" : "drag"));
    holder.addEventListener("click", (event) => tell(event, "click"));
    if (moved) holder.addEventListener("keydown", (event) => this.key(event, moved));
  }

  key(event, moved) {
    const far = event.shiftKey ? 10 : 1;
    const step = {
      ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far], Home: [-1e9, 0], End: [1e9, 0],
      PageUp: [0, -1e9], PageDown: [0, 1e9],
    }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moved(...step);
  }

  /** Shows an image of the known part of a shape. */
  show(image, shape) {
    this.shape = shape;
    this.canvas.width = image.width;
    this.canvas.height = image.height;
    this.canvas.getContext("2d").putImageData(image, 0, 0);
    this.holder.style.aspectRatio = `${image.width} / ${image.height}`;
  }

  /** Frames the half-open rectangle from `left`, `top` to `right`, `bottom`; frames too small to see are drawn larger. */
  mark({ left, right, top, bottom }) {
    const { columns, rows } = this.shape;
    const part = (at, [low, high]) => (100 * (at - low)) / (high - low);
    this.frame.hidden = false;
    Object.assign(this.frame.style, {
      left: `${part(left, columns)}%`, top: `${part(top, rows)}%`, width: `${(100 * (right - left)) / length(columns)}%`,
      height: `${(100 * (bottom - top)) / length(rows)}%`,
    });
    this.lines[0].style.top = `${part((top + bottom) / 2, rows)}%`;
    this.lines[1].style.left = `${part((left + right) / 2, columns)}%`;
  }
}

/** Black or white, whichever is easier to read on a colour. */
const inkOn = (red, green, blue) => (0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#000000d0" : "#ffffffe6");

/**
 * Draws cells of samples, large enough to tell them apart. `cells` gives for a column and a row { color: [r, g, b], opacity,
 * value, isPadding }, or null where nothing is known; `marks` are rectangles { left, top, right, bottom, kind } over them, and `taps`
 * places [x, y] of single cells that are framed.
 */
function drawCells(canvas, { left, top, columns, rows }, cells, marks, taps) {
  const width = canvas.clientWidth;
  if (width === 0) return;
  const size = width / columns;
  canvas.style.aspectRatio = `${columns} / ${rows}`;
  const context = sharpContext(canvas, width, size * rows);
  const [line, paper, accent, muted] = ["line", "paper", "accent", "muted"].map(themeColor);
  const back = paper.match(/[\d.]+/g).map(Number);
  context.font = `${Math.min(size * 0.36, 13)}px ${getComputedStyle(canvas).fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const cell = cells(left + column, top + row);
      const [x, y] = [column * size, row * size];
      if (!cell) {
        hatch(context, x, y, size, line);
        continue;
      }
      const cover = cell.opacity * (cell.isPadding ? 0.5 : 1);
      const color = cell.color.map((part, at) => cover * part + (1 - cover) * back[at]);
      context.fillStyle = `rgb(${color.join()})`;
      context.fillRect(x, y, size + 0.5, size + 0.5);
      if (cell.isPadding && size > 5) {
        context.setLineDash([size / 8, size / 8]);
        context.strokeStyle = muted;
        context.strokeRect(x + 1, y + 1, size - 2, size - 2);
        context.setLineDash([]);
      }
      if (size >= 24) {
        context.fillStyle = inkOn(...color);
        context.fillText(shortText(cell.value, size), x + size / 2, y + size / 2, size - 3);
      }
    }
  }
  if (size > 7) {
    context.strokeStyle = paper;
    context.globalAlpha = 0.5;
    for (let at = 1; at < columns; at += 1) strokeLine(context, at * size, 0, at * size, rows * size);
    for (let at = 1; at < rows; at += 1) strokeLine(context, 0, at * size, columns * size, at * size);
    context.globalAlpha = 1;
  }
  context.strokeStyle = accent;
  context.lineWidth = 1.5;
  for (const [x, y] of size > 5 ? taps : []) context.strokeRect((x - left) * size + 1.5, (y - top) * size + 1.5, size - 3, size - 3);
  for (const mark of marks) {
    const width = mark.kind === "next" ? 1.5 : 3;
    const box = [(mark.left - left) * size, (mark.top - top) * size, (mark.right - mark.left) * size, (mark.bottom - mark.top) * size];
    // A dark line below tells the frame from light cells.
    for (const [color, extra] of mark.kind === "edge" ? [[muted, 0]] : [["#0009", 1.5], [accent, 0]]) {
      context.setLineDash(mark.kind === "next" ? [4, 4] : []);
      context.lineWidth = width + extra;
      context.strokeStyle = color;
      context.strokeRect(...box);
    }
  }
  context.setLineDash([]);
}

/** A number in a cell: as many digits as there is room for. */
function shortText(value, size) {
  const room = Math.max(3, Math.floor(size / 8));
  const whole = String(Math.trunc(Math.abs(value))).length + (value < 0 ? 1 : 0);
  return String(Number(value.toFixed(Math.min(3, Math.max(0, room - whole - 1))))).replace("-", "−");
}

function strokeLine(context, x1, y1, x2, y2) {
  context.lineWidth = 0.5;
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

/** Marks a cell of which nothing is known, or where there is nothing. */
function hatch(context, x, y, size, color) {
  context.strokeStyle = color;
  strokeLine(context, x, y + size, x + size, y);
}
