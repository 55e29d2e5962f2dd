// [data-select-all="name"] ticks every checkbox of that name; [data-autosubmit] sends its form.
export function watchSelections() {
  document.addEventListener("change", (event) => {
    const { selectAll } = event.target.dataset;
    if (selectAll) {
      const boxes = document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(selectAll)}"]`);
      for (const box of boxes) box.checked = event.target.checked;
    }
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });
}
