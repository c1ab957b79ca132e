// The page: what is chosen, and everything that follows from it.

/** Thrown where something newer has made a computation useless. */
class Superseded extends Error {}

/** Lets the browser breathe every few milliseconds; throws `Superseded` once `isCurrent` is false. */
function pacer(isCurrent) {
  let until = performance.now() + 12;
  return async () => {
    if (performance.now() < until) return;
    await new Promise((resolve) => setTimeout(resolve));
    if (!isCurrent()) throw new Superseded();
    until = performance.now() + 12;
  };
}

class Page {
  constructor(model, photograph) {
    this.model = model;
    this.photograph = photograph;
    this.job = { full: model.input.maximum, alpha: model.alpha, linear: photograph.linear };
    this.palettes = Object.fromEntries(Object.entries(model.colorMaps).map(([name, digits]) => [name, paletteOf(digits)]));
    this.chains = model.chains.map((chain) => ({ ...chain, steps: structuredClone(chain.steps) }));
    this.colors = photograph.shape.names.length;
    Object.assign(this, {
      chain: this.chains[0], tile: 0, channel: 0, inColor: this.colors === 3, level: 0, x: 0, y: 0, isHeld: false, palette: model.colors,
      mapping: model.chains[0].mapping.name, generation: 0, turn: 0,
    });
    for (const chain of this.chains) chain.network = new Network(photograph, chain.steps, this.job);
    this.level = this.network.layers.length;
    this.photo = new Picture(find("photo"), "The photograph", (...at) => this.pointAtPhoto(...at));
    const label = "The feature map: arrow keys move, Shift moves by ten";
    this.map = new Picture(find("map"), label, (...at) => this.point(...at), (dx, dy) => this.move(dx, dy));
    this.editor = new Editor(find("editor"), model.presets, this.colors, this.palettes.diverging, (restructures) => this.edited(restructures));
  }

  get network() { return this.chain.network; }
  get layer() { return this.network.layers[this.level - 1]; }
  get needsAllPlanes() { return this.mapping === "minmax" || this.mapping.startsWith("percentile"); }
  get isLast() { return this.level === this.network.layers.length; }

  /** How the channels of a level are ordered: channel `c` of map `t` is the plane `c · tiles + t`. */
  layout(network, level) {
    let [base, tiles] = [this.colors, 1];
    for (const { isPooling, step } of network.layers.slice(0, level)) {
      if (isPooling) continue;
      if (step.shape[1] > 1) [base, tiles] = [1, step.shape[0]];
      else tiles *= step.shape[0];
    }
    return { base, tiles };
  }

  /** The planes of a level that are looked at. */
  planesShown(network, level, tile) {
    const { base, tiles } = this.layout(network, level);
    const all = this.layout(network, network.layers.length).tiles;
    const at = Math.floor(tile / Math.max(1, all / tiles));
    if (this.channel === "A") return network.shape(level).alpha ? [base * tiles] : [at];
    const colors = this.inColor && base === 3 ? [0, 1, 2] : [Math.min(this.channel, base - 1)];
    return colors.map((color) => color * tiles + at);
  }

  /** The one plane whose numbers are shown. */
  planeExplained() {
    const shown = this.planesShown(this.network, this.level, this.tile);
    return shown[this.explainedIndex(shown.length)];
  }

  /** The place of that plane among those shown. */
  explainedIndex(count) { return count === 1 ? 0 : Math.min(this.channel, count - 1); }

  /** How results of a level become samples to look at; of the last, samples to store. */
  async finish(network, level, pause) {
    const chain = this.chains.find((one) => one.network === network);
    if (level === 0) return new Finish("clamp", null, null, this.job);
    const { name, origin, scale } = chain.mapping;
    const isKnown = origin !== undefined && name === this.mapping && !chain.isEdited && level === network.layers.length;
    if (isKnown) return new Finish(name, origin, scale, this.job);
    const key = `${level}/${this.mapping}`;
    if (network.finishes.has(key)) return network.finishes.get(key);
    const planes = [];
    const count = this.needsAllPlanes ? network.shape(level).names.length : 0;
    for (let channel = 0; channel < count; channel += 1) planes.push(await network.plane(level, channel, pause));
    network.finishes.set(key, settle(this.mapping, planes, this.job));
    return network.finishes.get(key);
  }

  // What is chosen.

  /** Chooses the sample at column `x`, row `y`, or the nearest that the page knows. */
  select(x, y) {
    const { columns, rows } = this.network.shape(this.level);
    this.x = Math.min(Math.max(x, columns[0]), columns[1] - 1);
    this.y = Math.min(Math.max(y, rows[0]), rows[1] - 1);
    return this.showPlace();
  }

  move(dx, dy) {
    this.hold(true);
    this.select(this.x + dx, this.y + dy);
  }

  hold(isHeld) {
    this.isHeld = isHeld;
    document.body.classList.toggle("held", isHeld);
  }

  point(x, y, kind) {
    if (kind === "drag" || (kind === "hover" && this.isHeld)) return;
    if (kind === "click") this.hold(!(this.isHeld && x === this.x && y === this.y));
    this.select(x, y);
  }

  pointAtPhoto(x, y, kind) {
    let [column, row] = [x, y];
    for (const { horizontal, vertical } of this.network.layers.slice(0, this.level)) {
      const nearest = (axis, at) => Math.min(axis.output - 1, Math.max(0, Math.round((at + axis.before - (axis.reach - 1) / 2) / axis.stride)));
      [column, row] = [nearest(horizontal, column), nearest(vertical, row)];
    }
    this.point(column, row, kind);
  }

  chooseMap(chain, tile) {
    const before = this.network.shape(this.level);
    if (this.mapping === this.chain.mapping.name) this.mapping = chain.mapping.name;
    Object.assign(this, { chain, tile });
    this.level = chain.network.layers.length;
    this.keepPlace(before);
    this.showAll();
  }

  /** Stays at the same part of a map when its extents change. */
  keepPlace(before) {
    const after = this.network.shape(this.level);
    const part = (at, from, to) => Math.floor(((at + 0.5) * to) / from);
    [this.x, this.y] = [part(this.x, before.width, after.width), part(this.y, before.height, after.height)];
  }

  chooseLevel(level, x = null, y = null) {
    const field = this.network.receptiveField(this.level, this.x, this.y);
    this.level = level;
    this.showAll();
    if (x !== null) this.select(x, y);
    else this.pointAtPhoto(Math.floor((field.left + field.right) / 2), Math.floor((field.top + field.bottom) / 2), "keep");
  }

  /** Lays the edited steps; what does not fit is said, and the map before stays. */
  edited(restructures = false) {
    const { chain } = this;
    const before = this.network.shape(this.level);
    try {
      chain.network = new Network(this.photograph, chain.steps, this.job);
      chain.isEdited = true;
      find("fault").textContent = "";
    } catch (error) {
      find("fault").textContent = `This does not fit: ${error.message}.`;
      return;
    }
    this.tile = Math.min(this.tile, this.layout(chain.network, chain.network.layers.length).tiles - 1);
    if (restructures) this.level = chain.network.layers.length;
    this.level = Math.min(this.level, chain.network.layers.length);
    this.keepPlace(before);
    if (restructures) this.showAll();
    else this.refresh();
  }

  reset() {
    this.chain.steps = structuredClone(this.model.chains[this.chains.indexOf(this.chain)].steps);
    this.edited(true);
    this.chain.isEdited = false;
    this.refresh();
  }

  // What is shown.

  showAll() {
    showControls(this);
    const index = this.chain.steps.indexOf(this.layer.step);
    const outputs = this.layer.step.shape?.[0] ?? 1;
    this.editor.show(this.chain.steps, index, this.planeExplained() % outputs, this.layer.input.names);
    return this.refresh();
  }

  /** Computes the map anew and shows it. */
  async refresh() {
    const generation = (this.generation += 1);
    const pause = pacer(() => generation === this.generation);
    this.setBusy(true);
    showShapes(this);
    try {
      const photo = [this.channel, this.inColor].join();
      if (photo !== this.photoShown) await this.paint(this.photo, this.network, 0, pause);
      this.photoShown = photo;
      await this.paint(this.map, this.network, this.level, pause);
      this.setBusy(false);
      await this.select(this.x, this.y);
      await showFilms(this, pause);
    } catch (error) {
      if (!(error instanceof Superseded)) throw error;
    }
  }

  setBusy(isBusy) {
    this.isBusy = isBusy;
    find("map").setAttribute("aria-busy", String(isBusy));
  }

  async paint(picture, network, level, pause) {
    const shape = network.shape(level);
    const shown = this.planesShown(network, level, this.tile);
    const planes = [];
    for (const channel of shown) planes.push(await network.plane(level, channel, pause));
    const alpha = shape.alpha && this.channel !== "A" ? await network.plane(level, shape.names.length, pause) : null;
    const palette = level === 0 || this.palette === "grey" ? null : this.palettes[this.palette];
    const finish = this.channel === "A" ? new Finish("clamp", null, null, { ...this.job, linear: false }) : await this.finish(network, level, pause);
    picture.show(imageOf(planes, alpha, length(shape.columns), length(shape.rows), finish, palette), shape);
  }

  /** Shows what belongs to the chosen sample: frames, cells around it, calculation and commands. */
  async showPlace() {
    const turn = (this.turn += 1);
    const { x, y, level, network, layer } = this;
    if (!this.map.shape) return;
    const field = network.receptiveField(level, x, y);
    this.map.mark({ left: x, right: x + 1, top: y, bottom: y + 1 });
    this.photo.mark(field);
    // Numbers that a computation under way will bring are waited for.
    if (this.isBusy && (level > 1 || this.needsAllPlanes)) return;
    const explanation = await explainSample(network, level, this.planeExplained(), x, y, pacer(() => true));
    const finish = await this.finish(network, level, pacer(() => true));
    if (turn !== this.turn || !explanation) return;
    const whole = finished(explanation, finish);
    const title = `Show how this came about in layer ${level - 1}`;
    const open = level > 1 ? (column, row) => ({ title, go: () => this.chooseLevel(level - 1, column, row) }) : null;
    showCalculation(find("tables"), whole, layer, this.isLast ? finish : null, this.palettes, open);
    await showCells(this);
    showPlaceText(this, whole, field);
    await showFilmPlaces(this);
  }

  /** The explanation of every channel of the last layer's sample at `x`, `y`, as `imgconv explain --json` prints it. */
  async explain(x, y) {
    const { network } = this;
    const level = network.layers.length;
    const pause = pacer(() => true);
    const finish = await this.finish(network, level, pause);
    const shape = network.shape(level);
    const found = [];
    for (let channel = 0; channel < shape.names.length + (shape.alpha ? 1 : 0); channel += 1) {
      found.push(finished(await explainSample(network, level, channel, x, y, pause), finish));
    }
    const places = (taps) => taps.map(({ position, source }) => (source < 0 ? { position } : { position, source }));
    const { reduction, rows, columns } = found[0];
    return {
      at: [x, y], outputShape: [found.length, shape.height, shape.width], reduction, rows: places(rows), columns: places(columns),
      channels: found.map(({ name, planes, sum, divisor, alpha, bias, computed, activated, fraction, encoded, mapped, rounded, stored }) =>
        ({ name, planes, sum, divisor, alpha, bias, computed, activated, fraction, encoded, mapped, rounded, stored })),
    };
  }
}
