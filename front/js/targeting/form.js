// The targeting form saves and counts by itself. One request at a time: what changes meanwhile goes
// with the next one, so that an old answer never covers a newer one.
import { applyPieces } from "./pieces.js";

const TYPING_PAUSE = 180;
const SLIDING_PAUSE = 60;

export function watchForm(form) {
  let timer;
  let busy = false;
  let dirty = false;
  let extra = [];
  const status = () => document.getElementById("target-status");

  function say(text) {
    const place = status();
    if (place) place.textContent = text;
  }

  function later(pause) {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  }

  function act(name, value) {
    extra.push([name, value]);
    later(0);
  }

  async function send() {
    if (busy) return;
    busy = true;
    dirty = false;
    const body = new FormData(form);
    for (const [name, value] of extra) body.append(name, value);
    extra = [];
    form.setAttribute("aria-busy", "true");
    await answer(body);
    form.removeAttribute("aria-busy");
    busy = false;
    if (dirty) send();
  }

  async function answer(body) {
    let response;
    try {
      response = await fetch(form.action, {
        method: "POST",
        body,
        credentials: "same-origin",
        headers: { "X-Pieces": "1" },
      });
    } catch {
      say("Connexion perdue\u00a0: vos critères partiront au prochain essai.");
      return;
    }
    if (!response.ok && response.status !== 400) {
      say("Non enregistré\u00a0: rechargez la page, puis recommencez.");
      return;
    }
    const html = await response.text();
    if (dirty) takeBase(html);
    else applyPieces(html);
    if (response.ok) document.dispatchEvent(new CustomEvent("targeting:saved"));
  }

  function takeBase(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const base = template.content.getElementById("target-base");
    if (base) document.getElementById("target-base")?.replaceWith(base);
  }

  form.addEventListener("input", (event) => {
    const control = event.target;
    if (control.matches("[data-not-saved]")) return;
    if (control.type === "range") later(SLIDING_PAUSE);
    else later(control.matches("input[type=checkbox], input[type=radio], select") ? 0 : TYPING_PAUSE);
  });

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.hasAttribute("formaction")) return;
    event.preventDefault();
    if (button?.name) act(button.name, button.value);
    else later(0);
  });

  return {
    act,
    isQuiet: () => !busy && !dirty,
  };
}
