import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A certificate for this machine's loopback names that nobody has signed, with its key, both PEM. */
export class Certificate {
  private constructor(
    private readonly folder: string,
    readonly certFile: string,
    readonly keyFile: string,
    readonly cert: string,
    readonly key: string,
  ) {}

  static async make(): Promise<Certificate> {
    const folder = await mkdtemp(join(tmpdir(), "drydock-certificate-"));
    const [certFile, keyFile] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", keyFile];
    const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
    const use = ["-addext", "basicConstraints=CA:FALSE"];
    await run("openssl", ["req", "-x509", ...key, "-out", certFile, "-days", "2", ...names, ...use]);
    await chmod(folder, 0o755);
    return new Certificate(folder, certFile, keyFile, await readFile(certFile, "utf8"), await readFile(keyFile, "utf8"));
  }

  async drop(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
