// While writing: insert a merge field, make bold, count the letters of a subject.
const MARKS = [
  { label: "Gras", sign: "G", before: "**", after: "**" },
  { label: "Italique", sign: "I", before: "*", after: "*" },
  { label: "Lien", sign: "Lien", before: "[", after: "](https://)" },
];

export function watchWriting(editor) {
  let last = null;

  editor.addEventListener("focusin", (event) => {
    if (event.target.matches('input[type="text"], textarea')) last = event.target;
    if (event.target.matches(".block-form textarea")) addBar(event.target);
  });

  editor.addEventListener("click", (event) => {
    const token = event.target.closest("[data-token]");
    if (token) insert(token.dataset.token, "");
    const mark = event.target.closest("[data-mark]");
    if (mark) insert(MARKS[mark.dataset.mark].before, MARKS[mark.dataset.mark].after);
  });

  function insert(before, after) {
    if (!last?.isConnected) {
      navigator.clipboard?.writeText(before + after).catch(() => {});
      return;
    }
    const { selectionStart: from, selectionEnd: to, value } = last;
    last.setRangeText(before + value.slice(from, to) + after, from, to, "end");
    last.focus();
    last.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function addBar(area) {
    if (area.previousElementSibling?.classList.contains("markup-bar")) return;
    const bar = document.createElement("div");
    bar.className = "markup-bar";
    MARKS.forEach((mark, index) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "tool", title: mark.label, textContent: mark.sign });
      button.dataset.mark = index;
      button.setAttribute("aria-label", mark.label);
      bar.append(button);
    });
    area.before(bar);
  }

  function count(input) {
    let hint = input.parentElement.querySelector(".count-hint");
    if (!hint) {
      hint = document.createElement("p");
      hint.className = "count-hint";
      input.after(hint);
    }
    const length = [...input.value].length;
    const most = Number(input.dataset.count);
    hint.textContent = `${length} caractères sur ${most} conseillés`;
    hint.classList.toggle("is-over", length > most);
    const echo = document.querySelector("[data-subject-echo]");
    if (echo && input.name === "subject") echo.textContent = input.value || "Sans objet";
  }

  editor.addEventListener("input", (event) => {
    if (event.target.dataset?.count) count(event.target);
  });
  for (const input of editor.querySelectorAll("[data-count]")) count(input);
}
