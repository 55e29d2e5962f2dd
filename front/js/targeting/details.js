// What follows the count: map, breakdowns, steps. A newer question cancels the one before.
import { applyPieces } from "./pieces.js";

const PAUSE = 120;

export function watchDetails(screen) {
  let timer;
  let asked = new AbortController();
  let area = "";

  async function ask() {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const address = new URL(screen.dataset.details, location.href);
    if (area) address.searchParams.set("departement", area);
    try {
      const response = await fetch(address, { signal, headers: { "X-Pieces": "1" } });
      if (response.ok) applyPieces(await response.text());
    } catch (error) {
      if (error.name !== "AbortError") console.warn(error);
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  }

  document.addEventListener("targeting:saved", later);
  return {
    ask,
    show(code) {
      area = code;
      return ask();
    },
  };
}
