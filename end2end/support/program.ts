import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

/** How long a program may take until it says that it listens. */
const START_LIMIT_MS = 20_000;

/** How long a program may take to end when it is told to. */
const END_LIMIT_MS = 10_000;

/** A program that runs beside the tests, with an environment of its own. */
export class Program {
  /** Everything it has written to standard error. */
  log = "";
  /** Everything it has written to standard output. */
  output = "";

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {}

  /** Starts a program and waits until its standard output matches `ready`; gives the match. */
  static async start(
    name: string,
    binary: string,
    args: string[],
    settings: Record<string, string>,
    ready: RegExp,
  ): Promise<[Program, RegExpExecArray]> {
    // Nothing of the caller's environment: an unknown setting is refused, and a known one would change the test.
    const env = { PATH: process.env["PATH"] ?? "", RUST_BACKTRACE: "1", ...settings };
    const program = new Program(name, spawn(binary, args, { env, stdio: ["ignore", "pipe", "pipe"] }));
    return [program, await program.untilReady(ready)];
  }

  private untilReady(ready: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timer);
        reject(new Error(`${this.name} ${why}\n${this.log}`));
      };
      const timer = setTimeout(() => {
        this.child.kill("SIGKILL");
        fail(`does not listen after ${START_LIMIT_MS / 1000} s`);
      }, START_LIMIT_MS);
      this.child.once("error", (error) => fail(`cannot be started: ${error.message}`));
      this.child.once("exit", (code, signal) => fail(`ended with ${code ?? signal} before it was ready`));
      this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.log += text));
      this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        const match = ready.exec(this.output);
        if (match !== null) {
          clearTimeout(timer);
          resolve(match);
        }
      });
    });
  }

  /** Whether it still runs. */
  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Ends it as an administrator would. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.child.kill("SIGKILL"), END_LIMIT_MS);
    await this.end("SIGTERM");
    clearTimeout(timer);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.isRunning) {
      const ended = once(this.child, "exit");
      this.child.kill(signal);
      await ended;
    }
  }
}
