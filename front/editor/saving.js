// Forms marked data-autosave are sent shortly after one stops typing, one at a time.
const PAUSE = 700;

export function watchSaving(editor, refresh) {
  const said = document.querySelector("[data-saved]");
  const timers = new WeakMap();
  let queue = Promise.resolve();

  function say(text) {
    if (said) said.textContent = text;
  }

  function setRevision(revision) {
    for (const input of document.querySelectorAll('input[name="revision"]')) input.value = revision;
  }

  function showErrors(form, errors) {
    for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
    for (const name of Object.keys(errors)) form.elements[name]?.setAttribute?.("aria-invalid", "true");
    say(Object.values(errors).flat().join(" "));
  }

  async function save(form) {
    if (!form.isConnected) return;
    say("Enregistrement…");
    let answer;
    try {
      answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        credentials: "same-origin",
        headers: { "X-Autosave": "1" },
      });
    } catch {
      say("Connexion perdue\u00a0: vos changements partiront au prochain essai.");
      return;
    }
    if (answer.status === 409) {
      // The plain form leads to the page that shows both versions.
      form.submit();
      return;
    }
    const body = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : {};
    if (answer.status === 400) return showErrors(form, body.errors ?? {});
    if (!answer.ok) return say("Non enregistré\u00a0: utilisez le bouton «\u00a0Enregistrer\u00a0».");
    showErrors(form, {});
    setRevision(body.revision);
    say(body.said ?? "Enregistré");
    refresh();
  }

  function later(form) {
    clearTimeout(timers.get(form));
    timers.set(
      form,
      setTimeout(() => {
        timers.delete(form);
        queue = queue.then(() => save(form));
      }, PAUSE),
    );
  }

  editor.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-autosave]");
    if (form) later(form);
  });

  // A pending save goes first when another form is sent: it would carry an old revision otherwise.
  editor.addEventListener("submit", (event) => {
    for (const form of editor.querySelectorAll("form[data-autosave]")) {
      if (!timers.has(form)) continue;
      clearTimeout(timers.get(form));
      timers.delete(form);
      if (form === event.target) continue;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { target, submitter } = event;
      queue = queue.then(() => save(form)).then(() => target.requestSubmit(submitter));
      return;
    }
  }, true);
}
