import { randomBytes, randomInt } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Program } from "../program";
import type { Certificate } from "./certificate";
import type { Client, IdentityProvider } from "./identity-provider";
import { blockOfInstallPage } from "./install-page";

/** Where Debian's packages `apache2-bin` and `libapache2-mod-auth-openidc` put what is needed. */
const APACHE = "/usr/sbin/apache2";
const MODULES = "/usr/lib/apache2/modules";

/** What Debian's own configuration loads, and what the page's `a2enmod` adds. */
const LOADED = ["mpm_event", "authn_core", "authz_core", "authz_user", "ssl", "headers", "proxy", "proxy_http", "auth_openidc"];

/** Ports that no system hands out by itself: those start at 32,768 on Linux. Else they could be gone a moment later. */
const PORTS = [16_000, 32_000] as const;

/** A free port: Apache cannot be asked which one it took. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(...PORTS);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) {
      return port;
    }
  }
}

/** A place for a gate: its address is known, and nobody listens there yet. */
export class GatePlace {
  private constructor(
    private readonly port: number,
    readonly client: Client,
  ) {}

  static async find(idTokenLife?: number): Promise<GatePlace> {
    const port = await freePort();
    const origin = `https://127.0.0.1:${port}`;
    const life = idTokenLife === undefined ? {} : { idTokenLife };
    const secret = randomBytes(16).toString("hex");
    return new GatePlace(port, { id: `drydock-${port}`, secret, origin, redirectUri: `${origin}/oauth2callback`, ...life });
  }

  get origin(): string {
    return this.client.origin;
  }

  /** Puts Apache with the lines of the page for administrators before what listens at `backend`. */
  async open(provider: IdentityProvider, certificate: Certificate, backend: string): Promise<Gate> {
    await provider.register(this.client);
    return Gate.start(this.port, this.client, provider.issuer, certificate, backend);
  }
}

/** Apache with mod_auth_openidc before a dashboard. Nothing of the machine's own Apache is read, written or started. */
export class Gate {
  private constructor(
    readonly origin: string,
    readonly client: Client,
    private readonly folder: string,
    private readonly program: Program,
  ) {}

  static async start(
    port: number,
    client: Client,
    issuer: string,
    certificate: Certificate,
    backend: string,
  ): Promise<Gate> {
    const folder = await mkdtemp(join(tmpdir(), "drydock-gate-"));
    const site = await blockOfInstallPage("apache", [
      ["*:443", `127.0.0.1:${port}`],
      ["ServerName drydock.example.com", `ServerName ${client.origin}`],
      ["/etc/ssl/certs/drydock.example.com.pem", certificate.certFile],
      ["/etc/ssl/private/drydock.example.com.key", certificate.keyFile],
      ["https://drydock.example.com", client.origin],
      ["https://idp.example.com", issuer],
      ["OIDCClientID drydock", `OIDCClientID ${client.id}`],
      ["example-client-secret", client.secret],
      ["example-passphrase", randomBytes(32).toString("hex")],
      ["http://127.0.0.1:3000", backend],
    ]);
    await writeFile(join(folder, "httpd.conf"), `${serverLines(folder, port)}\n${site}`);
    try {
      return new Gate(client.origin, client, folder, await Gate.run(folder));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private static async run(folder: string): Promise<Program> {
    const args = ["-f", join(folder, "httpd.conf"), "-DFOREGROUND"];
    const [program] = await Program.start("Apache", APACHE, args, {}, /resuming normal operations/);
    return program;
  }

  /** What Apache and its module have written down. */
  get log(): string {
    return this.program.output;
  }

  async stop(): Promise<void> {
    await this.program.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What Debian's own configuration says around a site, for one small server in the foreground. */
function serverLines(folder: string, port: number): string {
  // Somebody who is not root cannot and need not become somebody else.
  const user = process.getuid?.() === 0 ? ["User www-data", "Group www-data"] : [];
  return [
    `ServerRoot ${folder}`,
    `DefaultRuntimeDir ${folder}`,
    `PidFile ${folder}/apache.pid`,
    "ServerName 127.0.0.1",
    // Onto standard output, which Apache cannot open by its name where it is a socket.
    "ErrorLog |/bin/cat",
    "LogLevel warn",
    ...user,
    ...LOADED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`),
    `Listen 127.0.0.1:${port} https`,
    "StartServers 1",
    "MinSpareThreads 1",
    "ThreadsPerChild 32",
    "MaxRequestWorkers 32",
    // Seconds: nobody's connection holds up the end of a test.
    "GracefulShutdownTimeout 1",
    "",
  ].join("\n");
}
