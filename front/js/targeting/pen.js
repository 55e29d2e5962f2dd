// Drawing a circle or a polygon with the mouse, a finger or the keyboard. The keys move a cross:
// arrows (Shift: further), Enter to put a point, + and − for the radius, Backspace to take a point
// back, Escape to give up.
import { circleToken, kilometres, polygonToken } from "./geometry.js";
import { draw } from "./svg.js";

const STEP = 6;
const LEAP = 40;
const LONGEST = 200_000;
const MOST_POINTS = 200;

export class Pen {
  constructor(map, say, done) {
    this.map = map;
    this.view = map.view;
    this.layer = map.layers.pen;
    this.say = say;
    this.done = done;
    this.mode = "";
  }

  start(mode) {
    this.mode = mode;
    this.frame = null;
    this.points = [];
    this.metres = 10_000;
    this.held = false;
    this.cursor = this.view.centre();
    this.map.host.classList.add("is-drawing");
    this.say(
      mode === "near"
        ? "Choisissez le centre\u00a0: cliquez, ou déplacez la croix avec les flèches puis Entrée."
        : "Posez les sommets un à un\u00a0: clic, ou flèches puis Entrée. Entrée sur le premier ferme la zone.",
    );
    this.show();
  }

  stop(text = "") {
    this.mode = "";
    this.layer.replaceChildren();
    this.map.host.classList.remove("is-drawing");
    this.say(text);
    this.done("");
  }

  // -- pointer --------------------------------------------------------------------------------

  down(at) {
    this.cursor = at;
    if (this.mode === "near") {
      this.points = [at];
      this.held = true;
      this.dragged = false;
    }
    this.show();
  }

  drag(at) {
    this.cursor = at;
    if (this.held) {
      this.dragged = true;
      this.metres = this.distance(this.points[0], at);
      this.sayRadius();
    }
    this.show();
  }

  up(at) {
    if (this.mode === "near" && this.held) {
      this.held = false;
      if (this.dragged && this.metres >= 200) this.finish();
      else this.askRadius();
      return;
    }
    if (this.mode === "within") this.add(at);
  }

  // -- keyboard -------------------------------------------------------------------------------

  key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = (event.shiftKey ? LEAP : STEP) * this.view.unit();
    if (moves[event.key]) {
      const [du, dv] = moves[event.key];
      this.cursor = [this.cursor[0] + du * step, this.cursor[1] + dv * step];
      if (!this.view.holds(this.cursor)) this.view.move(du * step, dv * step);
      if (this.mode === "near") this.points = this.points.length ? [this.cursor] : [];
    } else if (event.key === "Enter") this.enter();
    else if (event.key === "Escape") return this.stop("Dessin abandonné."), true;
    else if (event.key === "Backspace" && this.mode === "within") this.points.pop();
    else if (!this.grow(event.key)) return false;
    if (this.mode) this.show();
    return true;
  }

  enter() {
    if (this.mode === "within") this.add(this.cursor);
    else if (this.points.length) this.finish();
    else {
      this.points = [this.cursor];
      this.askRadius();
    }
  }

  askRadius() {
    this.sayRadius();
    this.show();
  }

  sayRadius() {
    this.say(`Rayon\u00a0: ${kilometres(this.metres)}. + et − le changent, Entrée le garde.`);
  }

  grow(key) {
    if (this.mode !== "near" || !["+", "-", "="].includes(key)) return false;
    const step = this.metres >= 20_000 ? 5_000 : this.metres >= 2_000 ? 1_000 : 200;
    const metres = this.metres + (key === "-" ? -step : step);
    this.metres = Math.min(Math.max(metres, 200), LONGEST);
    this.sayRadius();
    return true;
  }

  // -- shapes ---------------------------------------------------------------------------------

  add(at) {
    const near = 10 * this.view.unit();
    const [first] = this.points;
    if (first && this.points.length >= 3 && Math.hypot(at[0] - first[0], at[1] - first[1]) <= near) {
      this.finish();
      return;
    }
    if (this.points.length >= MOST_POINTS) return;
    this.points.push(at);
    const many = this.points.length > 1 ? "s" : "";
    this.say(`${this.points.length} sommet${many} posé${many}. Revenez sur le premier pour fermer la zone.`);
    this.show();
  }

  canFinish() {
    return this.mode === "near" ? this.points.length === 1 : this.points.length >= 3;
  }

  finish() {
    if (!this.canFinish()) return;
    const frame = this.map.ground.frameAt(...this.points[0]);
    const grounds = this.points.map(([u, v]) => this.map.ground.ground(u, v, frame));
    const token =
      this.mode === "near"
        ? circleToken({ ...grounds[0], metres: this.metres })
        : polygonToken({ zone: frame.zone, points: grounds.map(({ x, y }) => [x, y]) });
    this.stop("La zone est ajoutée au ciblage.");
    this.done(token);
  }

  distance(from, to) {
    const { scale } = this.map.ground.frameAt(...from);
    const metres = Math.hypot(to[0] - from[0], to[1] - from[1]) / scale;
    return Math.min(Math.max(Math.round(metres / 100) * 100, 100), LONGEST);
  }

  show() {
    const unit = this.view.unit();
    const parts = [this.cross(unit)];
    if (this.mode === "near" && this.points.length) parts.unshift(this.circle());
    if (this.mode === "within" && this.points.length) parts.unshift(...this.line(unit));
    this.layer.replaceChildren(...parts);
  }

  circle() {
    const [cx, cy] = this.points[0];
    const { scale } = this.map.ground.frameAt(cx, cy);
    return draw("circle", { cx, cy, r: this.metres * scale, class: "map-shape" });
  }

  line(unit) {
    const path = [...this.points, this.cursor].map((point) => point.join(" ")).join(" ");
    const dots = this.points.map(([cx, cy]) => draw("circle", { cx, cy, r: 5 * unit, class: "map-dot" }));
    return [draw("polygon", { points: path, class: "map-shape" }), ...dots];
  }

  cross(unit) {
    const [u, v] = this.cursor;
    const arm = 12 * unit;
    return draw("path", {
      d: `M${u - arm} ${v}h${2 * arm}M${u} ${v - arm}v${2 * arm}`,
      class: "map-cross",
    });
  }
}
