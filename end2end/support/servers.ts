import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { Cloud } from "./cloud";
import { Program } from "./program";

export const REGION = "ap-southeast-3";

const target = resolve(import.meta.dirname, "../../target");
const drydockBinary = process.env["DRYDOCK_BIN"] ?? join(target, "debug/drydock");
const simulatorBinary = process.env["SIMULATOR_BIN"] ?? join(target, "debug/drydock-simulator");
const siteFolder = process.env["DRYDOCK_SITE_DIR"] ?? join(target, "site/debug");

/** What no log of the server may hold, whatever a browser or a cloud sends. */
const BROKEN = /panicked at|already been disposed|Trying to access a reactive value/;

/** A running simulated cloud. */
export class RunningCloud extends Cloud {
  private constructor(
    url: string,
    control: string,
    private readonly program: Program,
  ) {
    super(url, control);
  }

  static async start(): Promise<RunningCloud> {
    const ready = /listening on (\S+)\ncontrol on (\S+)\n/;
    const [program, match] = await Program.start("the simulated cloud", simulatorBinary, ["--desktops", "4"], {}, ready);
    return new RunningCloud(match[1] ?? "", match[2] ?? "", program);
  }

  stop(): Promise<void> {
    return this.program.stop();
  }
}

/** A running Drydock with its own data folder. */
export class Drydock {
  private read = 0;

  private constructor(
    readonly url: string,
    private program: Program,
    private readonly cloud: Cloud,
    private readonly folder: string,
    private readonly settings: Record<string, string>,
  ) {}

  /** Starts on a free port with an empty data folder. */
  static async start(cloud: Cloud, settings: Record<string, string> = {}): Promise<Drydock> {
    const folder = await mkdtemp(join(tmpdir(), "drydock-"));
    const [program, url] = await Drydock.run(cloud, folder, "127.0.0.1:0", settings);
    return new Drydock(url, program, cloud, folder, settings);
  }

  private static async run(
    cloud: Cloud,
    folder: string,
    listen: string,
    settings: Record<string, string>,
  ): Promise<[Program, string]> {
    const all = {
      DRYDOCK_LISTEN: listen,
      DRYDOCK_DATA_DIR: folder,
      DRYDOCK_SITE_DIR: siteFolder,
      DRYDOCK_TIME_ZONE: "Asia/Jakarta",
      DRYDOCK_CLOUD__REGION: REGION,
      DRYDOCK_CLOUD__IAM_URL: cloud.url,
      DRYDOCK_CLOUD__WORKSPACE_URL: cloud.url,
      ...settings,
    };
    const [program, match] = await Program.start("Drydock", drydockBinary, ["serve"], all, /^listening on (http\S+)\n/m);
    return [program, match[1] ?? ""];
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.program.kill();
  }

  /** Starts it again at the same address, on the same data folder. */
  async startAgain(): Promise<void> {
    const before = this.program.log;
    [this.program] = await Drydock.run(this.cloud, this.folder, new URL(this.url).host, this.settings);
    this.program.log = before + this.program.log;
  }

  /** What the log has gained since the last call. */
  newLog(): string {
    const text = this.program.log.slice(this.read);
    this.read = this.program.log.length;
    return text;
  }

  /** Lines of a log that no log may hold. */
  static faultsIn(log: string): string[] {
    return log.split("\n").filter((line) => BROKEN.test(line));
  }

  /** Ends it and drops its data. */
  async stop(): Promise<void> {
    await this.program.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
