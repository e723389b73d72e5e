// A box beside a password field that makes it readable. Without scripts it stays hidden.
for (const box of document.querySelectorAll("[data-show-password]")) {
  const tick = box.querySelector("input");
  const { form } = tick;
  const fields = [...form.querySelectorAll("input[type=password]")];
  const show = (on) => {
    for (const field of fields) field.type = on ? "text" : "password";
  };
  tick.checked = false; // browsers bring ticks back with the page
  tick.addEventListener("change", () => show(tick.checked));
  // Browsers remember what was sent from a field of text.
  form.addEventListener("submit", () => show(false));
  box.hidden = false;
}
