// Figures written on the map: the largest first, and only where they do not touch.
import { draw } from "./svg.js";

const HEIGHT = 15;
const LETTER = 7.2;

export class Labels {
  constructor(layer) {
    this.layer = layer;
  }

  show(areas, view) {
    const unit = view.unit();
    const taken = [];
    const written = [];
    const counted = areas.filter((area) => area.figure?.short);
    counted.sort((a, b) => b.figure.step - a.figure.step);
    for (const area of counted) {
      const at = view.isWhole() && area.insetAt ? area.insetAt : area.at;
      if (!at || !view.holds(at)) continue;
      const width = (area.figure.short.length * LETTER + 6) * unit;
      const box = [at[0] - width / 2, at[1] - (HEIGHT / 2) * unit, width, HEIGHT * unit];
      if (taken.some((other) => touch(other, box))) continue;
      taken.push(box);
      written.push(this.text(area.figure, at, unit));
    }
    this.layer.replaceChildren(...written);
  }

  text({ short, step }, [x, y], unit) {
    const size = { "font-size": 12.5 * unit, "stroke-width": 3 * unit };
    return draw("text", { x, y: y + 4.5 * unit, class: `map-figure on-step-${step}`, ...size }, short);
  }
}

function touch([x, y, width, height], [x2, y2, width2, height2]) {
  return x < x2 + width2 && x2 < x + width && y < y2 + height2 && y2 < y + height;
}
