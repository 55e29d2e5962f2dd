// Short messages in the live region. Those of the server are there at load; an answer may add one
// with the header HX-Trigger: {"say": "…"}. They stay 10 seconds, or as long as one points at them.
const STAY_MS = 10_000;

function leaveLater(note) {
  let timer;
  const start = () => {
    timer = setTimeout(() => note.remove(), STAY_MS);
  };
  const stop = () => clearTimeout(timer);
  for (const name of ["mouseenter", "focusin"]) note.addEventListener(name, stop);
  for (const name of ["mouseleave", "focusout"]) note.addEventListener(name, start);
  start();
}

export function say(text) {
  const region = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!region || !template) return;
  const note = template.content.firstElementChild.cloneNode(true);
  note.querySelector("[data-toast-text]").textContent = text;
  region.append(note);
  leaveLater(note);
}

export function watchToasts() {
  for (const note of document.querySelectorAll("#toasts .toast-note")) leaveLater(note);
  document.addEventListener("click", (event) => {
    event.target.closest("[data-toast-close]")?.closest(".toast-note").remove();
  });
  document.addEventListener("say", (event) => say(event.detail.value));
}
