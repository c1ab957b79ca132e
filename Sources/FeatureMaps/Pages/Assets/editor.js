// The form that changes a layer: the kernel's numbers and size, stride, dilation, padding, border, pooling, and what follows.

/** A decimal, or a fraction of two. */
function readNumber(text) {
  const parts = text.replaceAll("−", "-").split("/").map((part) => (part.trim() === "" ? NaN : Number(part)));
  const value = parts.length === 2 ? parts[0] / parts[1] : parts.length === 1 ? parts[0] : NaN;
  if (!Number.isFinite(value)) throw new Error(`“${text}” is no number; expected 3, −0.5 or 1/9`);
  return value;
}

function readDivisor(text) {
  const value = readNumber(text);
  if (value === 0) throw new Error("a divisor is not 0");
  return value;
}

function readPair(text) {
  const numbers = text.split(",").map((part) => (/^\s*[1-9]\d{0,3}\s*$/.test(part) ? Number(part) : NaN));
  if (numbers.length > 2 || numbers.some(Number.isNaN)) throw new Error("expected a whole number from 1, or two for vertical, horizontal");
  return [numbers[0], numbers[numbers.length - 1]];
}

function readPadding(text) {
  parsePadding(text);
  return text;
}

class Editor {
  /** `changed` is called after each change of the steps; `presets` are plain kernels to begin with. */
  constructor(holder, presets, colors, palette, changed) {
    Object.assign(this, { holder, presets, colors, palette, changed, plane: 0 });
  }

  /** Shows the step at `index`; of a bank the kernel `output`. Steps are changed in place. */
  show(steps, index, output, inputNames) {
    Object.assign(this, { steps, index, step: steps[index], output, inputNames });
    const isPooling = this.step.kind === "pooling";
    this.holder.replaceChildren(...(isPooling ? this.poolingFields() : this.kernelFields()), this.followers());
  }

  /** The step's own change; a convolution's stride and the like hold for every one, as on the command line. */
  set(key, value) {
    const shares = this.step.kind === "convolution" && key !== "taps";
    for (const step of shares ? this.steps.filter(({ kind }) => kind === "convolution") : [this.step]) step[key] = value;
    this.changed();
  }

  kernelFields() {
    const { step } = this;
    const [outputs, inputs, height, width] = step.shape;
    this.plane = Math.min(this.plane, inputs - 1);
    const parts = [this.presetField()];
    if (inputs > 1) {
      const names = Array.from({ length: inputs }, (_, at) => [String(at), this.inputNames[at] ?? "A"]);
      parts.push(field("On channel", choice(names, String(this.plane), (value) => { this.plane = Number(value); this.redraw(); })));
    }
    parts.push(Math.max(height, width) <= largestTable ? this.grid(height, width) : this.numbersText(height, width));
    const side = (at, label) =>
      field(label, entry(step.shape[at], (text) => readSide(text), (value) => this.resize(at, value), { inputMode: "numeric" }));
    this.sums = element("p", { class: "sums" });
    parts.push(
      element("div", { class: "fields" }, side(2, "Rows"), side(3, "Columns"),
        field("Divisor", entry(step.divisors[this.output], readDivisor, (value) => this.scale("divisors", value))),
        field("Bias", entry(step.biases[this.output], readNumber, (value) => this.scale("biases", value)), "In full ranges: 1 is 255 of 8 bits")),
      this.sums,
      element("div", { class: "fields" },
        field("Stride", entry(pairText(step.stride), readPair, (value) => this.set("stride", value)), "One number, or vertical, horizontal"),
        field("Dilation", entry(pairText(step.dilation), readPair, (value) => this.set("dilation", value)), "One number, or vertical, horizontal"),
        field("Padding", this.paddingEntry(), "valid, same, same-lower, N, V,H or top,right,bottom,left"),
        this.borderField()));
    this.showSums();
    return parts;
  }

  redraw() { this.show(this.steps, this.index, this.output, this.inputNames); }

  paddingEntry() {
    const attributes = { inputMode: "text", "aria-description": "valid, same, same-lower or numbers" };
    return entry(this.step.padding, readPadding, (value) => this.set("padding", value), attributes);
  }

  borderField() {
    const { rule, value } = parseBorder(this.step.border);
    const isConstant = rule === "constant" && value !== 0;
    const names = ["edge", "zero", "constant", "reflect101", "symmetric", "wrap"].map((name) => [name, name]);
    const now = isConstant ? "constant" : this.step.border;
    const select = choice(names, now, (name) => {
      this.set("border", name === "constant" ? "constant:0.5" : name);
      this.redraw();
    });
    const amount = () =>
      entry(value, readNumber, (found) => this.set("border", `constant:${found}`), { "aria-label": "The constant, in full ranges" });
    return element("div", { class: "pair" }, field("Border", select), ...(isConstant ? [amount()] : []));
  }

  presetField() {
    const options = [["", "Begin with…"], ...this.presets.map(({ name }) => [name, name])];
    const select = choice(options, "", (name) => {
      const preset = this.presets.find((one) => one.name === name);
      if (preset) this.begin(preset);
    });
    select.setAttribute("aria-label", "Begin with a kernel of the catalogue");
    return select;
  }

  /** Puts a plain kernel of the catalogue in the place of the one shown, on every channel of it. */
  begin(preset) {
    const [height, width] = [preset.rows.length, preset.rows[0].length];
    this.resize(2, height, false);
    this.resize(3, width, false);
    const { step } = this;
    const count = height * width;
    for (let input = 0; input < step.shape[1]; input += 1) {
      step.taps.splice((this.output * step.shape[1] + input) * count, count, ...preset.rows.flat());
    }
    step.divisors[this.output] = preset.divisor * (step.shape[1] > 1 ? step.shape[1] : 1);
    step.biases[this.output] = preset.bias;
    const isWhole = step.shape[0] === 1 && step.shape[1] === 1;
    [step.anchor, step.argument, step.name] = [preset.anchor, isWhole ? preset.name : null, preset.name];
    this.redraw();
    this.changed();
  }

  tapIndex(row, column) {
    const [, inputs, height, width] = this.step.shape;
    return ((this.output * inputs + this.plane) * height + row) * width + column;
  }

  setTap(place, value) {
    this.step.taps[place] = value;
    this.step.argument = null;
    this.showSums();
    this.changed();
  }

  grid(height, width) {
    const cells = range([0, height]).map((row) =>
      element("tr", {}, ...range([0, width]).map((column) => {
        const place = this.tapIndex(row, column);
        const input = entry(shortNumber(this.step.taps[place]), readNumber, (value) => { this.setTap(place, value); this.tint(); },
          { "aria-label": `Row ${row + 1}, column ${column + 1}`, size: 4, data: { place: String(place) } });
        input.addEventListener("keydown", (event) => moveFocus(event, input));
        return element("td", {}, input);
      })));
    const label = `The kernel's numbers, ${height} rows and ${width} columns`;
    this.table = element("table", { class: "kernel", "aria-label": label }, element("tbody", {}, ...cells));
    this.tint();
    return element("div", { class: "scroll" }, this.table);
  }

  /** Colours the numbers: negative ones blue, positive ones red. */
  tint() {
    const count = this.step.taps.length / this.step.shape[0];
    const largest = Math.max(...this.step.taps.slice(this.output * count, (this.output + 1) * count).map(Math.abs));
    for (const input of this.table.querySelectorAll("input")) {
      input.style.cssText = cellStyle(this.step.taps[Number(input.dataset.place)], largest, this.palette, true);
    }
  }

  numbersText(height, width) {
    const start = this.tapIndex(0, 0);
    const lines = range([0, height]).map((row) => this.step.taps.slice(start + row * width, start + (row + 1) * width).map(shortNumber).join(" "));
    const read = (text) => {
      const rows = text.split(/[\n;]/).filter((line) => line.trim()).map((line) => line.trim().split(/[\s,]+/));
      if (rows.length !== height || rows.some((row) => row.length !== width)) throw new Error(`expected ${height} rows of ${width} numbers`);
      // What is shown has fewer digits than what it stands for.
      return rows.flat().map((word, at) => (word === shortNumber(this.step.taps[start + at]) ? this.step.taps[start + at] : readNumber(word)));
    };
    const label = `The kernel's numbers, ${height} rows of ${width}`;
    const area = element("textarea", { rows: 8, spellcheck: false, "aria-label": label }, lines.join("\n"));
    area.addEventListener("change", () => {
      try {
        this.step.taps.splice(start, height * width, ...read(area.value));
        this.step.argument = null;
        area.removeAttribute("aria-invalid");
        this.showSums();
        this.changed();
      } catch (error) {
        area.setAttribute("aria-invalid", "true");
        area.title = error.message;
      }
    });
    return area;
  }

  scale(key, value) {
    this.step[key][this.output] = value;
    this.step.argument = null;
    this.showSums();
    this.changed();
  }

  showSums() {
    const count = this.step.taps.length / this.step.shape[0];
    const taps = this.step.taps.slice(this.output * count, (this.output + 1) * count);
    const total = sum(taps) / this.step.divisors[this.output];
    const nature =
      Math.abs(total) < 1e-9 ? "flat areas become 0"
      : Math.abs(total - 1) < 1e-9 ? "brightness stays"
      : total > 1 ? "brightness grows" : "brightness shrinks";
    this.sums.textContent = `Weights add up to ${numberText(total, 5)}: ${nature}`;
  }

  /** Gives every kernel of the bank another side; numbers stay around the centre, new ones are 0. */
  resize(at, size, tells = true) {
    const { step } = this;
    const [outputs, inputs, height, width] = step.shape;
    const shape = step.shape.slice();
    shape[at] = size;
    const shift = [Math.floor((shape[2] - height) / 2), Math.floor((shape[3] - width) / 2)];
    const taps = [];
    for (let plane = 0; plane < outputs * inputs; plane += 1) {
      for (let row = 0; row < shape[2]; row += 1) {
        for (let column = 0; column < shape[3]; column += 1) {
          const [y, x] = [row - shift[0], column - shift[1]];
          taps.push(y >= 0 && y < height && x >= 0 && x < width ? step.taps[(plane * height + y) * width + x] : 0);
        }
      }
    }
    if (size !== step.shape[at]) [step.anchor, step.argument] = [null, null];
    [step.shape, step.taps] = [shape, taps];
    if (!tells) return;
    const label = at === 2 ? "Rows" : "Columns";
    this.redraw();
    [...this.holder.querySelectorAll(".field")].find((one) => one.textContent === label)?.querySelector("input").focus();
    this.changed();
  }

  poolingFields() {
    const { step } = this;
    const kinds = [["max", "maximum"], ["average", "average"]];
    return [element("div", { class: "fields" },
      field("Takes the", choice(kinds, step.reduction, (value) => this.set("reduction", value))),
      field("Window", entry(pairText(step.size), readPair, (value) => this.set("size", value)), "One number, or rows, columns"),
      field("Stride", entry(pairText(step.stride), readPair, (value) => this.set("stride", value)), "One number, or vertical, horizontal"),
      field("Padding", this.paddingEntry(), "valid, same, same-lower, N, V,H or top,right,bottom,left"))];
  }

  /** What follows: functions and poolings to add, and the way to take the last step away. */
  followers() {
    const functions = Object.keys(activations).map((name) => [name, name]);
    const options = [["", "Add a step…"], ...functions, ["max", "max pooling 2×2"], ["average", "average pooling 2×2"]];
    const select = choice(options, "", (name) => {
      const isPooling = name === "max" || name === "average";
      this.steps.push(isPooling
        ? { kind: "pooling", reduction: name, size: [2, 2], stride: [2, 2], padding: "valid", ceil: false, countsPadding: false }
        : { kind: "activation", name });
      this.changed(true);
    });
    select.setAttribute("aria-label", "Add a step after the last");
    const pop = () => { this.steps.pop(); this.changed(true); };
    const remove = element("button", { type: "button", disabled: this.steps.length < 2, onclick: pop }, "Remove the last");
    return element("div", { class: "followers" }, select, remove);
  }
}

function readSide(text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 31) throw new Error("expected a whole number from 1 to 31");
  return value;
}

/** A tap as it is edited: in full where that is short. */
const shortNumber = (value) => (String(value).length <= 9 ? String(value) : String(Number(value.toPrecision(7))));

/** Moves between the numbers of a kernel with the arrow keys, as in a table. */
function moveFocus(event, input) {
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!step) return;
  const row = input.closest("tr");
  const target = (step[0] < 0 ? row.previousElementSibling : row.nextElementSibling)?.children[input.closest("td").cellIndex];
  if (target) {
    event.preventDefault();
    target.querySelector("input").select();
  }
}
