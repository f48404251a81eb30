// Runs the program that its arguments name, and ends it when its own standard input ends: a pipe held by the process that
// started it, which the system closes however that process ends, SIGKILL included. The Aspire CLI does not look at its
// standard input; its dashboard, a child of its own, ends with it.
"use strict";
const { spawn } = require("node:child_process");

// Nobody reads what the program prints once the parent is gone.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

// Not detached: what ends the whole process group (Ctrl+C, a closed terminal, a killed job) ends the program too, however
// this script ends.
const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
child.stdout.pipe(process.stdout);
child.stderr.pipe(process.stderr);

// This script is the last to end, and says how the program did.
for (const signal of ["SIGINT", "SIGHUP", "SIGQUIT"]) {
  process.on(signal, () => {});
}
process.on("SIGTERM", () => child.kill());
process.stdin.on("end", () => child.kill());
process.stdin.resume();

child.on("error", (error) => {
  console.error(String(error));
  process.exitCode = 1;
  process.stdin.destroy();
});
child.on("close", (code) => process.exit(code ?? 1));
