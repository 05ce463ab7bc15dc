// 200 connections that send their headers slowly and 200 that send a body slowly, with the limits that are served
// with: when the last of them is closed, and how long normal requests take meanwhile.
//
// Called with the paths of the two programs in DRYDOCK_BIN and SIMULATOR_BIN; prints lines of the figures' table.
import { connect } from "node:net";

import { Client } from "./http.mjs";
import { startBoth } from "./programs.mjs";

const EACH = 200;
const TRICKLE_MS = 500;

const { drydock, stop } = await startBoth();
const { hostname, port } = new URL(drydock);

const HEAD = "GET /sign-in HTTP/1.1\r\nhost: drydock\r\nx-slow: ";
const BODY =
  "POST /api/session/current HTTP/1.1\r\nhost: drydock\r\nsec-fetch-site: same-origin\r\n" +
  "content-type: application/json\r\ncontent-length: 100000\r\n\r\n{";

/** Sends the beginning, then a letter now and then; milliseconds until the server closes. */
function trickle(beginning) {
  return new Promise((resolve) => {
    const started = performance.now();
    const socket = connect(Number(port), hostname, () => socket.write(beginning));
    const timer = setInterval(() => socket.write("x"), TRICKLE_MS);
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(timer);
      resolve(performance.now() - started);
    });
    socket.resume();
  });
}

const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

let isOver = false;
const slow = Promise.all([
  ...Array.from({ length: EACH }, () => trickle(HEAD)),
  ...Array.from({ length: EACH }, () => trickle(BODY)),
]).then((times) => {
  isOver = true;
  return times;
});

const took = [];
const normal = new Client(drydock);
while (!isOver) {
  const started = performance.now();
  const answer = await normal.send("GET", "/sign-in", { headers: { accept: "text/html" } });
  if (answer.status !== 200) throw new Error(`a normal request got ${answer.status}`);
  took.push(performance.now() - started);
  await new Promise((resolve) => setTimeout(resolve, 10));
}
const times = await slow;
normal.close();
await stop();

took.sort((one, other) => one - other);
const seconds = (ms) => (ms / 1000).toFixed(1);
console.log(
  `| ${EACH} slow headers and ${EACH} slow bodies: the last is closed after | ${seconds(Math.max(...times))} s |`,
);
console.log(
  `| … normal pages meanwhile (${took.length}): p50 / p99 | ` +
    `${quantile(took, 0.5).toFixed(1)} / ${quantile(took, 0.99).toFixed(1)} ms |`,
);
