// A run of 1,000 desktops at 50 ms, against the least that a careful script does: a sequential loop of 10 PUTs and 10
// read-backs over one kept-alive connection. Same simulator, same desktops, one after the other.
//
// Called with the paths of the two programs in DRYDOCK_BIN and SIMULATOR_BIN; prints lines of the figures' table.
import { Client, Person } from "./http.mjs";
import { startBoth } from "./programs.mjs";

const DESKTOPS = 1000;
const BATCH = 100;
const LATENCY_MS = 50;
const ROUNDS = 5;

const { drydock, cloud, control, stop } = await startBoth();
const controls = new Client(control);

async function project() {
  return controls.json("POST", "/_control/projects", { desktops: DESKTOPS, plain: true, latency_ms: LATENCY_MS });
}

/** Puts every desktop into maintenance with a plain loop; milliseconds. */
async function loop() {
  const world = await project();
  const client = new Client(cloud);
  const auth = {
    identity: {
      methods: ["password"],
      password: { user: { domain: { name: world.account }, name: world.user, password: world.password } },
    },
    scope: { project: { name: world.project } },
  };
  const signedIn = await client.send("POST", "/v3/auth/tokens?nocatalog=true", {
    body: JSON.stringify({ auth }),
    headers: { "content-type": "application/json" },
  });
  const token = { "x-auth-token": signedIn.headers["x-subject-token"] };
  const ids = world.desktops.map((desktop) => desktop.desktop_id);
  const start = performance.now();
  for (let at = 0; at < ids.length; at += BATCH) {
    const batch = ids.slice(at, at + BATCH);
    const path = `/v2/${world.project_id}/desktops`;
    await client.json("PUT", `${path}/maintenance-mode`, { desktop_ids: batch, in_maintenance_mode: true }, token);
    const query = batch.map((id) => `desktop_id=${id}`).join("&");
    const read = await client.json("GET", `${path}/detail?limit=${BATCH}&${query}`, undefined, token);
    if (!read.desktops.every((desktop) => desktop.in_maintenance_mode)) throw new Error("a desktop reads in service");
  }
  const took = performance.now() - start;
  client.close();
  return took;
}

/** The same through Drydock, from the confirm to the last verdict, Checking and commits included; milliseconds. */
async function run() {
  const world = await project();
  const person = new Person(drydock);
  await person.form("/api/session/sign_in", {
    account: world.account,
    user: world.user,
    password: world.password,
    project: world.project,
  });
  const list = () => person.json("POST", "/api/desktops/list", { project: world.project, query: "", poll: true });
  while ((await list()).catalogue.read_at === null);
  const review = await person.form("/api/desktops/review", {
    project: world.project,
    mode: "enter",
    select: "matching",
    matched: String(DESKTOPS),
  });
  const id = review.split("/").at(-1);
  const where = await person.form("/api/review/confirm", { project: world.project, review: id, reason: "Patching" });
  const number = Number(where.split("/").at(-1));
  const show = () => person.json("POST", "/api/run/show", { project: world.project, number, query: "", poll: true });
  let page = await show();
  while (page.phase !== "Ended") {
    await new Promise((resolve) => setTimeout(resolve, 100));
    page = await show();
  }
  if (page.counts.changed !== DESKTOPS) throw new Error(`changed: ${page.counts.changed}`);
  person.close();
  return page.ended_at.at - page.started_at.at;
}

const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
const loops = [];
const runs = [];
for (let round = 0; round < ROUNDS; round += 1) {
  loops.push(await loop());
  runs.push(await run());
}
controls.close();
await stop();
const [run_ms, loop_ms] = [median(runs), median(loops)];
console.log(`| run of ${DESKTOPS} desktops at ${LATENCY_MS} ms ÷ a sequential loop of ${DESKTOPS / BATCH} PUT + ${DESKTOPS / BATCH} reads | \
${(run_ms / loop_ms).toFixed(2)} (${Math.round(run_ms)} ms ÷ ${Math.round(loop_ms)} ms, median of ${ROUNDS}) |`);
