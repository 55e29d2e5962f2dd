// data-dialog-open="id" opens a native <dialog>; a link keeps its href for browsers without script.
// Dialogs also close on Escape (native) and on a click outside.
function isOutside(event, dialog) {
  const box = dialog.getBoundingClientRect();
  return (
    event.clientX < box.left ||
    event.clientX > box.right ||
    event.clientY < box.top ||
    event.clientY > box.bottom
  );
}

export function watchDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialogOpen);
      if (!dialog) return;
      event.preventDefault();
      dialog.showModal();
      return;
    }
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) {
      closer.closest("dialog")?.close();
      return;
    }
    if (event.target.matches?.("dialog[open]") && isOutside(event, event.target)) {
      event.target.close();
    }
  });
}
