// Blocks move by dragging their handle, or with Alt and the arrow keys on any button of theirs.
export function watchBlockOrder(editor) {
  let dragged = null;

  const rows = () => [...editor.querySelectorAll("[data-block]")];

  function moveTo(row, place) {
    const form = row.querySelector("form[data-move]");
    const wanted = Math.max(0, Math.min(place, rows().length - 1));
    if (!form || wanted === rows().indexOf(row)) return;
    // The place goes in a field of its own; the arrows, which carry theirs, must not send it too.
    for (const button of form.querySelectorAll("button")) button.removeAttribute("name");
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "to", value: wanted });
    form.append(field);
    form.requestSubmit();
  }

  editor.addEventListener("pointerdown", (event) => {
    const row = event.target.closest("[data-grip]")?.closest("[data-block]");
    if (row) row.draggable = true;
  });
  editor.addEventListener("pointerup", () => {
    for (const row of rows()) row.draggable = false;
  });

  editor.addEventListener("dragstart", (event) => {
    const row = event.target.closest?.("[data-block]");
    if (!row?.draggable) return;
    dragged = row;
    row.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.id);
  });
  editor.addEventListener("dragover", (event) => {
    const row = event.target.closest?.("[data-block]");
    if (!dragged || !row) return;
    event.preventDefault();
    for (const each of rows()) each.classList.toggle("is-target", each === row && row !== dragged);
  });
  editor.addEventListener("drop", (event) => {
    const row = event.target.closest?.("[data-block]");
    if (!dragged || !row) return;
    event.preventDefault();
    moveTo(dragged, rows().indexOf(row));
  });
  editor.addEventListener("dragend", () => {
    for (const row of rows()) {
      row.classList.remove("is-dragged", "is-target");
      row.draggable = false;
    }
    dragged = null;
  });

  editor.addEventListener("keydown", (event) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    if (event.target.closest("input, textarea, select")) return;
    const row = event.target.closest("[data-block]");
    if (!row) return;
    event.preventDefault();
    moveTo(row, rows().indexOf(row) + (event.key === "ArrowUp" ? -1 : 1));
  });
}
