// Buttons, pointers and keys of the map.
import { Pen } from "./pen.js";

const MOVE = 60;
const CLICK = 6;

export function watchMap(map, { act, details }) {
  const { host, view } = map;
  const canvas = host.querySelector("[data-map-canvas]");
  const said = host.querySelector("[data-map-said]");
  const finishers = host.querySelectorAll("[data-map-finish], [data-map-cancel]");
  const pen = new Pen(map, (text) => (said.textContent = text), penDone);
  let pressed = null;

  function penDone(token) {
    for (const button of finishers) button.hidden = !pen.mode;
    for (const button of host.querySelectorAll("[data-map-draw]")) {
      button.setAttribute("aria-pressed", String(pen.mode === button.dataset.mapDraw));
    }
    if (token) act("add_place", token);
  }

  function begin(mode) {
    if (pen.mode === mode) return pen.stop("Dessin abandonné.");
    pen.start(mode);
    penDone("");
    canvas.focus();
  }

  host.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { mapDraw, mapZoom, mapCommunes, mapToggle } = button.dataset;
    if (mapDraw) begin(mapDraw);
    else if (mapZoom === "whole") await whole();
    else if (mapZoom) view.zoom(mapZoom === "in" ? 1 / 1.6 : 1.6);
    else if (mapCommunes) await communes(mapCommunes);
    else if (mapToggle) act("toggle_place", mapToggle);
    else if ("mapFinish" in button.dataset) pen.finish();
    else if ("mapCancel" in button.dataset) pen.stop("Dessin abandonné.");
  });

  async function whole() {
    map.showFrance();
    choose("");
    await details.show("");
  }

  async function communes(code) {
    await details.show(code);
    if (await map.showCommunes(code)) choose("");
    else said.textContent = "Le plan de ce département ne se charge pas\u00a0: réessayez.";
  }

  function choose(token) {
    map.mark(token);
    const panel = host.querySelector("[data-map-panel]");
    const area = map.areas.get(token);
    panel.hidden = !area;
    if (!area) return;
    const [kind, code] = token.split(":");
    const isChosen = map.chosen("place").includes(token);
    panel.querySelector("[data-map-name]").textContent = area.name;
    panel.querySelector("[data-map-count]").textContent = area.figure?.text ?? "aucun";
    const toggle = panel.querySelector("[data-map-toggle]");
    if (toggle) {
      toggle.dataset.mapToggle = token;
      toggle.textContent = isChosen ? "Retirer du ciblage" : "Ajouter au ciblage";
    }
    const zoom = panel.querySelector("[data-map-communes]");
    zoom.hidden = kind !== "departement";
    zoom.dataset.mapCommunes = code;
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    pressed = { x: event.clientX, y: event.clientY, moved: false, target: event.target };
    if (pen.mode) pen.down(view.at(event));
  });

  canvas.addEventListener("pointermove", (event) => {
    if (pen.mode) return pen.drag(view.at(event));
    if (!pressed) return;
    const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y);
    if (far < CLICK && !pressed.moved) return;
    pressed.moved = true;
    if (view.isWhole()) return;
    const unit = view.unit();
    view.move((pressed.x - event.clientX) * unit, (pressed.y - event.clientY) * unit);
    Object.assign(pressed, { x: event.clientX, y: event.clientY });
  });

  canvas.addEventListener("pointerup", (event) => {
    if (pen.mode) pen.up(view.at(event));
    else if (pressed && !pressed.moved) choose(pressed.target.dataset?.token ?? "");
    pressed = null;
  });

  canvas.addEventListener("pointercancel", () => {
    pressed = null;
  });

  canvas.addEventListener("dblclick", (event) => {
    const token = event.target.dataset?.token ?? "";
    if (!pen.mode && token.startsWith("departement:")) communes(token.split(":")[1]);
  });

  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
      event.preventDefault();
      view.zoom(event.deltaY < 0 ? 1 / 1.2 : 1.2, view.at(event));
    },
    { passive: false },
  );

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (pen.mode ? pen.key(event) : moveView(event.key)) event.preventDefault();
  });

  function moveView(key) {
    const far = MOVE * view.unit();
    const moves = {
      ArrowLeft: () => view.move(-far, 0),
      ArrowRight: () => view.move(far, 0),
      ArrowUp: () => view.move(0, -far),
      ArrowDown: () => view.move(0, far),
      "+": () => view.zoom(1 / 1.6),
      "=": () => view.zoom(1 / 1.6),
      "-": () => view.zoom(1.6),
      0: () => whole(),
      c: () => begin("near"),
      z: () => begin("within"),
    };
    moves[key]?.();
    return key in moves;
  }

  map.lookNear();
  document.addEventListener("targeting:pieces", () => {
    map.refresh();
    const marked = map.svg.querySelector(".is-marked")?.dataset.token;
    if (marked) choose(marked);
  });
  new ResizeObserver(() => map.redrawLabels()).observe(canvas);
}
