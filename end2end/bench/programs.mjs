// Drydock and the simulated cloud, started for a measurement on free ports and a fresh data folder.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Starts a program; resolves with the addresses that it prints, once all of `lines` were seen. */
function start(path, args, env, lines) {
  const child = spawn(path, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const found = new Map();
  return new Promise((resolve, reject) => {
    let printed = "";
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      for (const line of lines) {
        const address = new RegExp(`^${line} (http://\\S+)`, "m").exec(printed);
        if (address !== null) found.set(line, address[1]);
      }
      if (found.size === lines.length) resolve({ child, addresses: found });
    });
    child.once("exit", (code) => reject(new Error(`${path} ended: ${code}`)));
  });
}

const ended = (child) => new Promise((resolve) => child.once("exit", resolve));

/** Starts both; `stop` ends them and drops what they wrote. */
export async function startBoth() {
  const data = await mkdtemp(join(tmpdir(), "drydock-bench-"));
  const simulator = await start(
    process.env.SIMULATOR_BIN,
    ["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--desktops", "0"],
    {},
    ["listening on", "control on"],
  );
  const cloud = simulator.addresses.get("listening on");
  const server = await start(
    process.env.DRYDOCK_BIN,
    [],
    {
      RUST_LOG: "error",
      DRYDOCK_LISTEN: "127.0.0.1:0",
      DRYDOCK_DATA_DIR: data,
      DRYDOCK_CLOUD__REGION: "ap-southeast-3",
      DRYDOCK_CLOUD__IAM_URL: cloud,
      DRYDOCK_CLOUD__WORKSPACE_URL: cloud,
    },
    ["listening on"],
  );
  const stop = async () => {
    for (const { child } of [server, simulator]) {
      const over = ended(child);
      child.kill("SIGTERM");
      await over;
    }
    await rm(data, { recursive: true });
  };
  return { drydock: server.addresses.get("listening on"), cloud, control: simulator.addresses.get("control on"), stop };
}
