// The map: départements, then the communes of one of them, coloured by count. The figures are read
// in the table beside it, which says the same to everyone; places come from the form.
import { draw } from "./svg.js";
import { Ground } from "./geometry.js";
import { Labels } from "./labels.js";
import { Shapes } from "./shapes.js";
import { View } from "./view.js";

export class TargetMap {
  static async mount(host, form) {
    const response = await fetch(host.dataset.outlines);
    if (!response.ok) throw new Error(`map: ${response.status}`);
    return new TargetMap(host, form, await response.json());
  }

  constructor(host, form, outlines) {
    this.host = host;
    this.form = form;
    this.outlines = outlines;
    this.ground = new Ground(outlines);
    this.areas = new Map();
    this.department = "";
    this.svg = draw("svg", { class: "map-drawing", "aria-hidden": "true", focusable: "false" });
    this.layers = Object.fromEntries(
      ["frames", "departements", "names", "communes", "shapes", "labels", "pen"].map((name) => [
        name,
        this.svg.appendChild(draw("g", { class: `map-${name}` })),
      ]),
    );
    host.querySelector("[data-map-canvas]").append(this.svg);
    this.view = new View(this.svg, outlines.viewBox, () => this.redrawLabels());
    this.shapes = new Shapes(this.layers.shapes, this.ground);
    this.labels = new Labels(this.layers.labels);
    this.drawDepartements();
    this.drawFrames();
    this.refresh();
  }

  drawFrames() {
    for (const { box, code, name } of this.outlines.frames) {
      if (code === "metropole") continue;
      const [x, y, width, height] = box;
      this.layers.frames.append(draw("rect", { x, y, width, height, rx: 60 }));
      this.layers.names.append(draw("text", { x: x + width / 2, y: y + height - 30 }, name));
    }
  }

  drawDepartements() {
    for (const { code, name, path, label, box, inset } of this.outlines.departements) {
      const shape = this.area(`departement:${code}`, name, path, label, box);
      this.layers.departements.append(shape);
      if (inset) this.layers.departements.append(this.twin(`departement:${code}`, name, inset));
    }
  }

  area(token, name, path, at, box) {
    const shape = draw("path", { d: path, class: "map-area", "data-token": token });
    shape.append(draw("title"));
    this.areas.set(token, { name, at, box, shapes: [shape] });
    return shape;
  }

  // Paris and its neighbours are drawn a second time, larger.
  twin(token, name, { path, label }) {
    const shape = draw("path", { d: path, class: "map-area", "data-token": token });
    shape.append(draw("title"));
    const area = this.areas.get(token);
    area.shapes.push(shape);
    area.insetAt = label;
    return shape;
  }

  // Read the table and the form again.
  refresh() {
    const figures = this.figures();
    const places = this.chosen("place");
    const without = this.chosen("without");
    for (const [token, area] of this.areas) {
      const figure = figures.get(token);
      for (const shape of area.shapes) {
        shape.dataset.step = figure?.step ?? "";
        shape.classList.toggle("is-chosen", places.includes(token));
        shape.classList.toggle("is-without", without.includes(token));
        shape.firstChild.textContent = `${area.name}\u00a0: ${figure?.text ?? "aucun"}`;
      }
      area.figure = figure;
    }
    this.shapes.show(places, without, this.view.unit());
    this.redrawLabels();
  }

  // A target of a few départements is looked at from near, once, when the figures first come.
  lookNear() {
    const near = [...this.areas.values()].filter((area) => area.figure && area.figure.step !== "0");
    const mainland = near.filter(({ box }) => box[0] > 2_100 || box[1] < 5_900);
    if (!near.length || near.length > 8 || mainland.length < near.length) return;
    const left = Math.min(...near.map(({ box }) => box[0]));
    const top = Math.min(...near.map(({ box }) => box[1]));
    const right = Math.max(...near.map(({ box }) => box[0] + box[2]));
    const bottom = Math.max(...near.map(({ box }) => box[1] + box[3]));
    this.view.fit([left, top, right - left, bottom - top], 1.7);
  }

  figures() {
    const rows = document.querySelectorAll("#target-map-table [data-token]");
    return new Map(
      [...rows].map((row) => [
        row.dataset.token,
        { step: row.dataset.step, text: row.dataset.text, short: row.dataset.short },
      ]),
    );
  }

  chosen(name) {
    const boxes = this.form.querySelectorAll(`input[name="${name}"]:checked`);
    return [...boxes].map((box) => box.value);
  }

  redrawLabels() {
    this.labels?.show(this.visibleAreas(), this.view);
  }

  visibleAreas() {
    return [...this.areas]
      .filter(([token]) => token.startsWith(this.department ? "commune:" : "departement:"))
      .map(([, area]) => area);
  }

  // The communes of a département come over it; the rest is dimmed.
  async showCommunes(code) {
    const response = await fetch(`${this.host.dataset.communes}${code}.json`);
    if (!response.ok) return false;
    const { communes } = await response.json();
    this.hideCommunes();
    this.department = code;
    for (const { code: insee, name, path, at } of communes) {
      if (!path) continue;
      this.layers.communes.append(this.area(`commune:${insee}`, name, path, at));
    }
    this.svg.classList.add("has-communes");
    this.view.fit(this.areas.get(`departement:${code}`).box, 1.12);
    this.refresh();
    return true;
  }

  hideCommunes() {
    for (const token of [...this.areas.keys()]) {
      if (token.startsWith("commune:")) this.areas.delete(token);
    }
    this.layers.communes.replaceChildren();
    this.svg.classList.remove("has-communes");
    this.department = "";
  }

  showFrance() {
    this.hideCommunes();
    this.view.reset();
    this.refresh();
  }

  mark(token) {
    for (const [other, area] of this.areas) {
      for (const shape of area.shapes) shape.classList.toggle("is-marked", other === token);
    }
    // What is marked is drawn last, so that its line is whole.
    for (const shape of this.areas.get(token)?.shapes ?? []) shape.parentNode.append(shape);
  }
}
