// A live session: the server says that something happened, the panel and the page are asked again.
// Without the stream (an old browser, a proxy), they are asked every five seconds.
import { applyPieces } from "./pieces.js";

const POLL = 5_000;

export function watchSession(screen, form) {
  const panel = () => document.getElementById("live-panel");
  if (!panel()?.dataset.open) return;
  let source = null;
  let polling = null;
  let waiting = false;

  async function refresh() {
    if (!form.isQuiet()) {
      waiting = true;
      return;
    }
    waiting = false;
    const response = await fetch(location.href, { headers: { "X-Pieces": "all" } }).catch(() => null);
    if (response?.ok) applyPieces(await response.text());
    document.dispatchEvent(new CustomEvent("targeting:saved-elsewhere"));
  }

  async function look() {
    const address = new URL(panel().dataset.address, location.href);
    address.searchParams.set("apres", panel().dataset.number);
    const response = await fetch(address, { headers: { "X-Pieces": "1" } }).catch(() => null);
    if (!response?.ok) return null;
    const before = panel().dataset.number;
    applyPieces(await response.text());
    const { changed, open, number } = panel().dataset;
    if (changed && number !== before) await refresh();
    if (!open) close();
    return panel().dataset.stream;
  }

  function close() {
    source?.close();
    clearInterval(polling);
    source = polling = null;
  }

  function poll() {
    polling ??= setInterval(look, POLL);
  }

  function listen(address) {
    if (!address || !window.EventSource) return poll();
    source = new EventSource(`${address}&apres=${panel().dataset.number}`);
    source.onopen = () => {
      screen.dataset.listening = "1";
      clearInterval(polling);
      polling = null;
    };
    source.onmessage = look;
    source.addEventListener("people", look);
    source.addEventListener("over", look);
    source.onerror = async () => {
      delete screen.dataset.listening;
      poll();
      if (source?.readyState !== EventSource.CLOSED) return;
      source = null;
      // The address is too old: the panel brings a new one.
      const next = await look();
      if (next && panel().dataset.open) setTimeout(() => listen(next), 1_000);
    };
  }

  document.addEventListener("targeting:saved", () => waiting && refresh());
  listen(panel().dataset.stream);
}
