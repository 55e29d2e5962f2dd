// Circles and polygons of the form, drawn on the map.
import { readToken } from "./geometry.js";
import { draw } from "./svg.js";

export class Shapes {
  constructor(layer, ground) {
    this.layer = layer;
    this.ground = ground;
  }

  show(places, without) {
    const drawn = [
      ...places.map((token) => this.drawn(token, "map-shape")),
      ...without.map((token) => this.drawn(token, "map-shape is-without")),
    ];
    this.layer.replaceChildren(...drawn.filter(Boolean));
  }

  drawn(token, name) {
    const shape = readToken(token);
    if (shape.kind === "near") return this.circle(shape, name);
    if (shape.kind === "within") return this.polygon(shape, name);
    return null;
  }

  circle({ zone, x, y, metres }, name) {
    const { frame, at } = this.ground.place(zone, x, y);
    return draw("circle", { cx: at[0], cy: at[1], r: metres * frame.scale, class: name });
  }

  polygon({ zone, points }, name) {
    const places = points.map(([x, y]) => this.ground.place(zone, x, y).at.join(" "));
    return draw("polygon", { points: places.join(" "), class: name });
  }
}
