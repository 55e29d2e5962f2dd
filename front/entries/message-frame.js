// Gives a frame the height of the message in it, so that the page alone scrolls. The message runs
// no script: its height is read from here. Without this script the frame scrolls by itself.
const fit = (frame) => {
  const inside = frame.contentDocument;
  if (!inside?.body || inside.URL === "about:blank") return;
  frame.style.height = "0";
  frame.style.height = `${inside.documentElement.scrollHeight}px`;
};

for (const frame of document.querySelectorAll("[data-message-frame]")) {
  let width = 0;
  frame.addEventListener("load", () => fit(frame));
  new ResizeObserver(() => {
    if (frame.clientWidth === width) return;
    width = frame.clientWidth;
    fit(frame);
  }).observe(frame);
}
