// Preloaded into Azurite's process (`node --require`). Its standard input is a pipe held by the process that started it;
// the system closes that pipe however that process ends, SIGKILL included. End of input is therefore taken as SIGTERM,
// whose handler lets Azurite write its metadata, which it otherwise saves only every five seconds.
"use strict";

// Nobody reads what Azurite prints once the parent is gone; that must not crash it halfway through saving.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

process.stdin.on("end", () => {
  if (!process.emit("SIGTERM", "SIGTERM")) {
    process.exit(1); // Azurite has not finished starting: nobody has been told its address, so there is nothing to save.
  }
});
process.stdin.resume();

// Ctrl+C in a terminal reaches every process of the group; the storage has to outlive the services that still write to it.
process.on("SIGINT", () => {});
process.on("newListener", (event, listener) => {
  if (event === "SIGINT") {
    setImmediate(() => process.removeListener("SIGINT", listener));
  }
});
