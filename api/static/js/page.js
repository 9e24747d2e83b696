// Small conveniences of every page; nothing here is needed to read one.

const COPY = { zh: ["复制", "已复制"], en: ["Copy", "Copied"] };
const words = COPY[document.documentElement.lang.slice(0, 2)] ?? COPY.zh;

for (const box of document.querySelectorAll(".copybox")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  [button.textContent] = words;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(box.querySelector(".code").textContent);
    [, button.textContent] = words;
    setTimeout(() => { [button.textContent] = words; }, 1500);
  });
  box.append(button);
}
