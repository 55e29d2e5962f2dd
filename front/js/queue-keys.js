// Work queues by keyboard: j and k move along the rows of [data-queue], Enter follows the row's
// link, a presses the [data-queue-act] of the row one is on, or the only one of the page.
function move(queue, step) {
  const links = [...queue.querySelectorAll("[data-queue-link]")];
  if (!links.length) return;
  const row = document.activeElement.closest("tr");
  const at = links.findIndex((link) => link === document.activeElement || (row && row.contains(link)));
  const next = at === -1 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
}

function act(queue) {
  const place = queue ? document.activeElement.closest("[data-queue] tr") : document;
  const button = place?.querySelector("[data-queue-act]");
  if (button && !button.disabled) button.click();
}

export function watchQueueKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const queue = document.querySelector("[data-queue]");
    if (event.key === "a" && !event.repeat) return act(queue);
    if (!queue || (event.key !== "j" && event.key !== "k")) return;
    event.preventDefault();
    move(queue, event.key === "j" ? 1 : -1);
  });
}
