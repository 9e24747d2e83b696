// Asks before a page is left whose form holds what nobody has saved.
const form = document.querySelector("form[data-unsaved]");

function written() {
  return new URLSearchParams(new FormData(form)).toString();
}

if (form) {
  // a form that came back from a refusal holds unsaved words from its first moment
  const saved = form.dataset.unsaved === "yes" ? null : written();
  let sending = false;
  form.addEventListener("submit", () => { sending = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && written() !== saved) event.preventDefault();
  });
}
