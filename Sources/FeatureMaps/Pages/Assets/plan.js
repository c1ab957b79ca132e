// The page of a plan: the operators' windows, one after another, and the numbers.

class PlanPage {
  constructor(model) {
    this.model = model;
    this.operators = model.plan.operators.filter((operator) => operator.kernel);
    this.operator = this.operators[0];
    this.step = 0;
    this.moves = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /** Lays the axes of an operator from the numbers of the plan; a signal has no rows. */
  axes(operator) {
    const isSignal = operator.kernel.length === 1;
    const [top, right, bottom, left] = isSignal ? [0, operator.padding[1], 0, operator.padding[0]] : operator.padding;
    const lay = (at, before, after) => {
      const axis = layAxis({
        input: operator.input[at + 1], kernel: operator.kernel[at], stride: operator.stride[at], dilation: operator.dilation[at],
        padding: { rule: "explicit", rows: [before, after] }, axis: "rows",
      });
      return { ...axis, output: operator.output[at + 1], dropped: operator.dropped[at] };
    };
    const none = layAxis({ input: 1, kernel: 1, stride: 1, padding: { rule: "valid", rows: [0, 0] }, axis: "rows" });
    return isSignal ? [none, lay(0, left, right)] : [lay(0, top, bottom), lay(1, left, right)];
  }

  choose(operator) {
    this.pause();
    [this.operator, this.step] = [operator, 0];
    const [rows, columns] = this.axes(operator);
    find("stage-title").textContent = operator.name;
    const isDrawn = Math.max(rows.reach, columns.reach) <= longestWindow;
    find("stage").hidden = !isDrawn;
    document.querySelector(".player").hidden = !isDrawn;
    this.slide = isDrawn ? new Slide(find("stage"), rows, columns) : null;
    const left = [[rows, "rows"], [columns, "columns"]].map(([axis, name]) => [shorten(axis).left, name]).filter(([count]) => count > 0);
    const counts = left.map(([count, name]) => `${count} ${name}`).join(" and ");
    find("shortened").textContent =
      !isDrawn ? `A window of ${rows.reach}×${columns.reach} is too large to be drawn.`
      : counts ? `Shortened: ${counts} in the middle are left out; the edges are as they are.` : "";
    showFormulas(rows, columns, operator);
    if (this.slide) {
      find("position").max = this.slide.count - 1;
      this.go(0, false);
    }
  }

  /** Shows a step, and says where it is when somebody asked for it. */
  go(step, isAsked = true) {
    this.step = (step + this.slide.count) % this.slide.count;
    this.slide.show(this.step);
    find("position").value = this.step;
    const text = whereText(this.slide, this.step);
    find("where").textContent = text;
    if (isAsked) find("live").textContent = text;
  }

  play() {
    find("play").textContent = "Pause";
    this.timer = setInterval(() => this.go(this.step + 1, false), Number(find("speed").value));
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    find("play").textContent = "Play";
  }

  toggle() {
    if (this.timer) this.pause();
    else this.play();
  }

  /** Moves by rows or columns of windows. */
  move(down, across) {
    this.pause();
    const width = this.slide.across.windows.length;
    this.go(this.step + down * width + across);
  }

  connect() {
    find("play").addEventListener("click", () => this.toggle());
    for (const [id, step] of [["first", () => 0], ["back", () => this.step - 1], ["next", () => this.step + 1]]) {
      find(id).addEventListener("click", () => { this.pause(); this.go(step()); });
    }
    find("position").addEventListener("input", (event) => { this.pause(); this.go(Number(event.target.value)); });
    find("speed").addEventListener("change", () => { if (this.timer) { this.pause(); this.play(); } });
    find("stage").addEventListener("keydown", (event) => {
      const action = {
        ArrowLeft: () => this.move(0, -1), ArrowRight: () => this.move(0, 1), ArrowUp: () => this.move(-1, 0), ArrowDown: () => this.move(1, 0),
        Home: () => this.go(0), End: () => this.go(this.slide.count - 1), " ": () => this.toggle(),
      }[event.key];
      if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      action();
    });
    let width = find("stage").clientWidth;
    new ResizeObserver(() => {
      if (!this.slide || find("stage").clientWidth === width) return;
      width = find("stage").clientWidth;
      this.slide.draw();
      this.go(this.step, false);
    }).observe(find("stage"));
  }
}

/** Where the window of a step lies, in words. */
function whereText(slide, step) {
  const [row, column] = slide.at(step);
  const { rows, columns } = slide;
  const run = (axis, window) => `${numberText(axis.start(window))} to ${numberText(axis.start(window) + axis.reach - 1)}`;
  const count = (axis, window) => windowTaps(axis, "none", window).filter((tap) => tap.source < 0).length;
  const padded = rows.kernel * columns.kernel - (rows.kernel - count(rows, row)) * (columns.kernel - count(columns, column));
  const lines = rows.input === 1 ? "" : `rows ${run(rows, row)}, `;
  const place = rows.input === 1 ? column : `${column},${row}`;
  const taps = rows.kernel * columns.kernel;
  return `Output ${place}: ${lines}columns ${run(columns, column)}; ${padded} of ${taps} taps lie in the padding`;
}

/** The formula of Dumoulin and Visin with the numbers of each axis. */
function showFormulas(rows, columns, operator) {
  const axis = (name, { input, before, after, reach, kernel, dilation, stride, output, dropped }) => {
    const window = dilation === 1 ? `${kernel}` : `${reach} (= ${dilation}·(${kernel} − 1) + 1)`;
    const facts = [`${input} samples`, `padding ${before} before and ${after} after`, `window ${window}`, `stride ${stride}`];
    if (dropped) facts.push(`${dropped} dropped`);
    const isFloor = Math.floor((input + before + after - reach) / stride) + 1 === output;
    const [open, close] = isFloor ? ["⌊", "⌋"] : ["⌈", "⌉"];
    const formula = `${open}(${input} + ${before + after} − ${reach}) / ${stride}${close} + 1 = `;
    return [element("dt", {}, name), element("dd", {},
      element("span", { class: "formula" }, formula, element("b", {}, String(output))),
      element("span", { class: "muted small" }, facts.join(", ")))];
  };
  const isSignal = operator.kernel.length === 1;
  find("formulas").replaceChildren(...(isSignal ? [] : axis("Rows", rows)), ...axis(isSignal ? "Samples" : "Columns", columns));
  const hasPadding = operator.padding.some((count) => count > 0);
  find("border-text").textContent = !hasPadding ? "" : operator.border ? `Padded samples hold: ${operator.border}.` : "Padded samples do not count.";
}

/** All operators as a table. */
function showOperators({ plan }) {
  const list = (numbers, sign = ",") => (numbers ?? []).join(sign);
  const count = (number) => (number === undefined ? "" : number.toLocaleString("en"));
  const head = ["", "Operator", "Input", "Output", "Window", "Stride", "Dilation", "Padding", "Parameters", "Multiply-adds"];
  const rows = plan.operators.map((one, at) => [
    at + 1, one.name, list(one.input, "×"), list(one.output, "×"), list(one.kernel, "×"), list(one.stride), list(one.dilation), list(one.padding),
    count(one.parameters), count(one.multiplyAdds)]);
  find("operators").replaceChildren(
    element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, String(cell)))))));
  const field = [list(plan.receptiveField, "×"), list(plan.receptiveFieldStep), plan.receptiveFieldStart.map((at) => numberText(at)).join()];
  find("totals").textContent = `Receptive field ${field[0]}, step ${field[1]}, the first from ${field[2]}. Sums: ${plan.precision}.`;
}

function start() {
  const model = readModel();
  const page = new PlanPage(model);
  showTitle();
  find("subtitle").textContent = `Input ${model.plan.image.join("×")}`;
  setUpTheme(() => {});
  showOperators(model);
  if (page.operators.length > 1) {
    const names = page.operators.map((operator, at) => [at, `${at + 1} ${operator.name}`]);
    find("controls").append(radios("operator", "Operator", names, 0, (at) => page.choose(page.operators[at])));
  }
  page.connect();
  page.choose(page.operator);
  if (page.moves && page.slide) page.play();
  // For the browser's console and for tests.
  globalThis.page = page;
}

start();
