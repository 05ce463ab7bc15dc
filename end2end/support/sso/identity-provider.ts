import { join } from "node:path";

import { Program } from "../program";

/** Somebody whom the identity provider knows. */
export interface Account {
  sub: string;
  user: string;
  password: string;
  name: string;
  email: string;
  groups: string[];
}

function account(number: number, user: string, name: string, groups: string[]): Account {
  const sub = `5f0c-${number}`;
  return { sub, user, password: `Sso-${user}-1`, name, email: `${user}@harbor.example`, groups };
}

/** Everybody at the identity provider. The names in other scripts are those of the simulated world. */
export const accounts = {
  operator: account(1, "operator", "Zoë Çelik", ["staff", "helpdesk"]),
  second: account(2, "second", "王小明", ["helpdesk"]),
  lead: account(3, "lead", "Δήμητρα Παπαδοπούλου", ["helpdesk", "helpdesk-leads"]),
  viewer: account(4, "viewer", "Łukasz Żółkiewski", ["viewers"]),
  outsider: account(5, "outsider", "佐藤 花子", ["staff"]),
  groupless: account(6, "groupless", "", []),
  // What a careless identity provider lets people call themselves.
  breaker: account(7, "breaker", "line\r\nX-Forwarded-User: 5f0c-3", ["helpdesk"]),
};

/** A proxy as the identity provider knows it. */
export interface Client {
  id: string;
  secret: string;
  /** Where people open the dashboard. */
  origin: string;
  redirectUri: string;
  /** How long its ID tokens last, in seconds. */
  idTokenLife?: number;
}

/** A running OpenID Provider. It has another host name than the proxy: to a browser it is another site. */
export class IdentityProvider {
  private constructor(
    readonly issuer: string,
    private readonly program: Program,
  ) {}

  static async start(): Promise<IdentityProvider> {
    const script = join(import.meta.dirname, "provider.mjs");
    const args = [script, "localhost", JSON.stringify(Object.values(accounts))];
    const ready = /^issuer (\S+)\n/m;
    const [program, match] = await Program.start("the identity provider", process.execPath, args, {}, ready);
    return new IdentityProvider(match[1] ?? "", program);
  }

  get jwksUrl(): string {
    return `${this.issuer}/jwks`;
  }

  /** The public keys, as they are now. */
  async jwks(): Promise<unknown> {
    return (await fetch(this.jwksUrl)).json();
  }

  /** Makes a proxy known, or changes one that is. */
  async register(client: Client): Promise<void> {
    const body = JSON.stringify({
      client_id: client.id,
      client_secret: client.secret,
      origin: client.origin,
      redirect_uri: client.redirectUri,
      ...(client.idTokenLife === undefined ? {} : { id_token_life: client.idTokenLife }),
    });
    const response = await fetch(`${this.issuer}/control/clients`, { method: "POST", body });
    if (!response.ok) {
      throw new Error(`the identity provider does not take the client: ${await response.text()}`);
    }
  }

  get log(): string {
    return this.program.log;
  }

  stop(): Promise<void> {
    return this.program.stop();
  }
}
