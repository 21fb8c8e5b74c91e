// What is typed goes to the terminal from the start, and again after a click beside it.
addEventListener("load", () => {
  const focus = () => document.querySelector(".xterm-helper-textarea")?.focus();
  focus();
  addEventListener("focus", focus);
  addEventListener("click", () => getSelection().isCollapsed && focus());
});
