// Between metres on the ground and units of the drawing; the outlines say how, frame by frame.
export class Ground {
  constructor(outlines) {
    this.frames = outlines.frames.map((frame) => ({ ...frame, box: frame.box }));
    this.mainland = this.frames.find((frame) => frame.code === "metropole");
  }

  // The frame in which a place of a zone is drawn: where its box holds it, else the first one.
  frameOf(zone, x, y) {
    const own = this.frames.filter((frame) => frame.zone === zone && frame.code !== "paris");
    return own.find((frame) => inBox(frame.box, ...place(frame, x, y))) ?? own[0] ?? this.mainland;
  }

  // The frame under a point of the drawing; small boxes lie over the mainland.
  frameAt(u, v) {
    const boxes = this.frames.filter((frame) => frame !== this.mainland && inBox(frame.box, u, v));
    return boxes[0] ?? this.mainland;
  }

  place(zone, x, y) {
    const frame = this.frameOf(zone, x, y);
    return { frame, at: place(frame, x, y) };
  }

  ground(u, v, frame = this.frameAt(u, v)) {
    return {
      zone: frame.zone,
      x: Math.round(frame.x0 + u / frame.scale),
      y: Math.round(frame.y0 - v / frame.scale),
    };
  }
}

function place(frame, x, y) {
  return [(x - frame.x0) * frame.scale, (frame.y0 - y) * frame.scale];
}

function inBox([left, top, width, height], u, v) {
  return u >= left && u <= left + width && v >= top && v <= top + height;
}

// `near:0:842000:6519000:10000:Lyon` and `within:0:1,2;3,4;5,6:Nom`.
export function readToken(token) {
  const [kind, zone, ...rest] = token.split(":");
  if (kind === "near") {
    const [x, y, metres, ...label] = rest;
    return { kind, zone: +zone, x: +x, y: +y, metres: +metres, label: label.join(":") };
  }
  if (kind === "within") {
    const points = rest[0].split(";").map((pair) => pair.split(",").map(Number));
    return { kind, zone: +zone, points, label: rest.slice(1).join(":") };
  }
  return { kind, code: zone };
}

export function circleToken({ zone, x, y, metres, label = "" }) {
  return `near:${zone}:${x}:${y}:${Math.round(metres)}:${label}`;
}

export function polygonToken({ zone, points, label = "" }) {
  return `within:${zone}:${points.map((point) => point.join(",")).join(";")}:${label}`;
}

export function kilometres(metres) {
  return `${(metres / 1000).toLocaleString("fr-FR", { maximumFractionDigits: 1 })}\u00a0km`;
}
