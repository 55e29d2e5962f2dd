// Stripe's own fields on the payment page: mount them, then let Stripe confirm and come back.
const form = document.querySelector("#card-form");
const error = document.querySelector("#card-error");
const submit = document.querySelector("#card-submit");

function say(sentence) {
  error.textContent = sentence;
  error.hidden = !sentence;
}

function mount(stripe) {
  const elements = stripe.elements({ clientSecret: form.dataset.clientSecret, locale: "fr" });
  const fields = elements.create("payment");
  fields.mount("#card-fields");
  fields.on("ready", () => {
    submit.disabled = false;
  });
  return elements;
}

async function pay(stripe, elements) {
  submit.disabled = true;
  say("");
  const outcome = await stripe.confirmPayment({
    elements,
    confirmParams: { return_url: form.dataset.returnUrl },
  });
  // Reached only when nothing was paid: otherwise Stripe has left the page.
  say(outcome.error?.message ?? "Le paiement n’a pas abouti.");
  submit.disabled = false;
}

if (form && window.Stripe) {
  const stripe = window.Stripe(form.dataset.publishableKey);
  const elements = mount(stripe);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    pay(stripe, elements);
  });
} else if (form) {
  say("Les champs de paiement ne se chargent pas : vérifiez votre connexion, ou payez par virement.");
}
