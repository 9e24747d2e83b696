// Small conveniences of every page; nothing here is needed to read one.

for (const box of document.querySelectorAll(".copybox")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = box.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(box.querySelector(".code").textContent);
    button.textContent = box.dataset.copied;
    setTimeout(() => { button.textContent = box.dataset.copy; }, 1500);
  });
  box.append(button);
}
