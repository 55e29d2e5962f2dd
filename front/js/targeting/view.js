// What part of the drawing is seen: zoom and move, by buttons, wheel, fingers and keys.
const CLOSEST = 160;

export class View {
  constructor(svg, [x, y, width, height], changed) {
    this.svg = svg;
    this.whole = { x, y, width, height };
    this.changed = changed;
    this.now = { ...this.whole };
    this.apply();
  }

  apply() {
    const { x, y, width, height } = this.now;
    this.svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    this.svg.style.setProperty("--unit", this.unit());
    this.changed();
  }

  // How many units of the drawing one pixel of the screen is.
  unit() {
    const { width, height } = this.svg.getBoundingClientRect();
    if (!width || !height) return this.now.width / 800;
    return Math.max(this.now.width / width, this.now.height / height);
  }

  reset() {
    this.now = { ...this.whole };
    this.apply();
  }

  fit([left, top, width, height], margin = 1) {
    const ratio = this.whole.width / this.whole.height;
    const wide = Math.max(width, height * ratio) * margin;
    const high = wide / ratio;
    this.now = {
      x: left + width / 2 - wide / 2,
      y: top + height / 2 - high / 2,
      width: wide,
      height: high,
    };
    this.apply();
  }

  zoom(factor, at = this.centre()) {
    const width = Math.min(Math.max(this.now.width * factor, CLOSEST), this.whole.width);
    const ratio = width / this.now.width;
    this.now = {
      x: at[0] - (at[0] - this.now.x) * ratio,
      y: at[1] - (at[1] - this.now.y) * ratio,
      width,
      height: this.now.height * ratio,
    };
    this.keepInside();
    this.apply();
  }

  move(du, dv) {
    this.now.x += du;
    this.now.y += dv;
    this.keepInside();
    this.apply();
  }

  keepInside() {
    const { whole, now } = this;
    now.x = Math.min(Math.max(now.x, whole.x), whole.x + whole.width - now.width);
    now.y = Math.min(Math.max(now.y, whole.y), whole.y + whole.height - now.height);
  }

  centre() {
    return [this.now.x + this.now.width / 2, this.now.y + this.now.height / 2];
  }

  isWhole() {
    return this.now.width >= this.whole.width - 1;
  }

  // Units of the drawing under a pointer.
  at(event) {
    const matrix = this.svg.getScreenCTM();
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return [point.x, point.y];
  }

  holds([u, v]) {
    const { x, y, width, height } = this.now;
    return u >= x && u <= x + width && v >= y && v <= y + height;
  }
}
