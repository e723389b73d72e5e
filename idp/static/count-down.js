// The seconds until another code may be asked for; without scripts the rule stands there.
for (const note of document.querySelectorAll("[data-wait]")) {
  const until = Date.now() + Number(note.dataset.wait) * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    note.textContent = note.dataset.words.replace("{seconds}", left);
    if (left > 0) return;
    clearInterval(timer);
    note.remove();
  };
  const timer = setInterval(tick, 1000);
  tick();
}
