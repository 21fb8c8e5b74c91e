// The page around the terminal: what is typed and pasted reaches the wizard, and what is not to be seen there is told.

let copied = false;

// Sends nothing before the connection is open, and tells the page how it ended.
window.WebSocket = class extends WebSocket {
  #waiting = [];

  constructor(address) {
    super(address);
    low(new URL(address).searchParams);
    let opened = false;
    this.addEventListener("open", () => {
      opened = true;
      this.#waiting.splice(0).forEach((said) => super.send(said));
    });
    this.addEventListener("close", ({ reason }) => {
      const how = opened ? reason || "lost" : "busy";
      document.body.classList.add(["ended", "stopped", "busy"].includes(how) ? `-${how}` : "-lost");
    });
  }

  send(said) {
    if (this.readyState === WebSocket.CONNECTING) {
      this.#waiting.push(said);
    } else if (this.readyState === WebSocket.OPEN) {
      super.send(said);
    }
  }
};

// The full screen needs a size from the start; what the wizard says of that is soon out of sight in a low window.
function low(size) {
  const { columns, rows } = document.querySelector(".low").dataset;
  const small = Number(size.get("width")) < Number(columns) || Number(size.get("height")) < Number(rows);
  document.body.classList.toggle("-low", small);
}

// Lets the terminal copy what is selected in it, and returns whether something was.
function copies() {
  let done = false;
  const enable = (event) => event.preventDefault();
  const heard = (event) => (done = event.defaultPrevented);
  document.addEventListener("beforecopy", enable);
  addEventListener("copy", heard);
  document.execCommand("copy");
  document.removeEventListener("beforecopy", enable);
  removeEventListener("copy", heard);
  return done;
}

// Ctrl+V is the browser's, which pastes. Ctrl+C copies what is selected; pressed again, or with nothing selected, it is
// the wizard's.
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) {
    return;
  }
  if (event.keyCode === 86) {
    event.stopImmediatePropagation();
  } else if (event.keyCode === 67 && event.ctrlKey && !event.shiftKey) {
    copied = !copied && copies();
    if (copied) {
      event.stopImmediatePropagation();
      event.preventDefault();
    }
  }
}, true);
addEventListener("mousedown", () => (copied = false), true);

// What is pasted goes to the terminal and stays in no field of the page.
addEventListener("paste", (event) => event.preventDefault(), true);

// What is typed goes to the terminal from the start, and again after a click beside it.
addEventListener("load", () => {
  const focus = () => document.querySelector(".xterm-helper-textarea")?.focus();
  document.querySelector(".low button").addEventListener("click", () => document.body.classList.remove("-low"));
  focus();
  addEventListener("focus", focus);
  addEventListener("click", () => getSelection().isCollapsed && focus());
});
