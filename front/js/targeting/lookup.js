// A search box whose results come as one types: buttons, reached with the arrows or Tab.
const PAUSE = 150;

export function watchLookups(root) {
  for (const box of root.querySelectorAll("[data-lookup]")) watch(box);
}

function watch(box) {
  const list = document.getElementById(box.dataset.lookupList);
  let timer;
  let asked = new AbortController();

  async function ask() {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const address = new URL(box.dataset.lookup, location.href);
    address.searchParams.set("q", box.value.trim());
    try {
      const response = await fetch(address, { signal, headers: { "X-Pieces": "1" } });
      if (response.ok) list.innerHTML = await response.text();
    } catch (error) {
      if (error.name !== "AbortError") list.textContent = "La recherche ne répond pas\u00a0: réessayez.";
    }
  }

  function close() {
    asked.abort();
    clearTimeout(timer);
    list.replaceChildren();
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    if (box.value.trim().length < 2) close();
    else timer = setTimeout(ask, PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      list.querySelector("button")?.click();
    } else if (event.key === "Escape") {
      close();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      list.querySelector("button")?.focus();
    }
  });
  list.addEventListener("keydown", (event) => move(event, list, box, close));
  list.addEventListener("click", (event) => {
    if (!event.target.closest("button[name]")) return;
    box.value = "";
    box.focus();
    setTimeout(close);
  });
}

function move(event, list, box, close) {
  const buttons = [...list.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  if (event.key === "ArrowDown") buttons[Math.min(at + 1, buttons.length - 1)]?.focus();
  else if (event.key === "ArrowUp") (at > 0 ? buttons[at - 1] : box).focus();
  else if (event.key === "Escape") {
    close();
    box.focus();
  } else return;
  event.preventDefault();
}

// A branch of the tree of activities comes when it is opened.
export function watchBranches(root) {
  root.addEventListener(
    "toggle",
    async (event) => {
      const branch = event.target;
      if (!branch.open || !branch.matches?.("[data-naf-branch]") || branch.dataset.here) return;
      branch.dataset.here = "1";
      const inside = branch.querySelector(".naf-inside");
      const response = await fetch(branch.dataset.nafBranch, { headers: { "X-Pieces": "1" } }).catch(
        () => null,
      );
      if (response?.ok) inside.innerHTML = await response.text();
      else delete branch.dataset.here;
    },
    true,
  );
}
