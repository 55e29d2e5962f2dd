// Work queues by keyboard: j and k move along the rows of [data-queue], Enter follows the row's link.
function move(queue, step) {
  const links = [...queue.querySelectorAll("[data-queue-link]")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = at === -1 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
}

export function watchQueueKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const queue = document.querySelector("[data-queue]");
    if (!queue || (event.key !== "j" && event.key !== "k")) return;
    event.preventDefault();
    move(queue, event.key === "j" ? 1 : -1);
  });
}
