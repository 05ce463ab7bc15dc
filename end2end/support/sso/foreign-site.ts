import { createServer as createPlainServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

import type { Page } from "@playwright/test";

/** How a page of somebody else's sends something to the dashboard. */
export type Attack = "form" | "plain-text form" | "form that reads" | "fetch";

/** The page: one button, which sends. A form needs no script. */
function pageFor(attack: Attack, target: string): string {
  const post = `<form method="post" action="${target}"`;
  const forms: Record<Exclude<Attack, "fetch">, string> = {
    "form": `${post}><input name="project" value="any"><button>Send</button></form>`,
    "plain-text form": `${post} enctype="text/plain"><input name="project" value="any"><button>Send</button></form>`,
    "form that reads": `<form action="${target}"><input name="project" value="any"><button>Send</button></form>`,
  };
  const fetching = `<button onclick="fetch('${target}', { method: 'POST', mode: 'no-cors', credentials: 'include', body: 'a=b' })">Send</button>`;
  const content = attack === "fetch" ? fetching : forms[attack];
  return `<!doctype html><title>Somebody else's</title><link rel="icon" href="data:,">${content}`;
}

/** A site of somebody else's on this machine. */
export class ForeignSite {
  private constructor(
    private readonly scheme: string,
    private readonly server: Server,
  ) {}

  /** With a certificate over https, else over http. */
  static async start(certificate?: { key: string; cert: string }): Promise<ForeignSite> {
    const answer: RequestListener = (request, response) => {
      const query = new URL(request.url ?? "/", "http://any").searchParams;
      const page = pageFor(query.get("attack") as Attack, query.get("target") ?? "");
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
    };
    const server = certificate === undefined ? createPlainServer(answer) : createTlsServer(certificate, answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new ForeignSite(certificate === undefined ? "http" : "https", server);
  }

  /** The page's address under one of the machine's names. */
  page(host: "127.0.0.1" | "localhost", attack: Attack, target: string): string {
    const { port } = this.server.address() as AddressInfo;
    return `${this.scheme}://${host}:${port}/?${new URLSearchParams({ attack, target }).toString()}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** What a foreign page's request came to, on the wire. */
export interface Outcome {
  /** What the browser said of the page's site. */
  fetchSite: string | undefined;
  /** The names of the cookies that it sent along. */
  cookies: string[];
  status: number;
  /** The answer's headers that would show or change something. */
  location: string | undefined;
  setCookie: string | undefined;
}

/** Opens the foreign page, presses its button, and waits for what came back, also where the page may not see it. */
export async function pressForeignButton(page: Page, address: string, target: string): Promise<Outcome> {
  await page.goto(address);
  const wire = await page.context().newCDPSession(page);
  await wire.send("Network.enable");
  let asked: string | undefined;
  const sent = new Map<string, Record<string, string>>();
  const outcome = new Promise<Outcome>((resolve) => {
    wire.on("Network.requestWillBeSent", ({ requestId, request }) => {
      asked ??= request.url.startsWith(target) && request.method !== "OPTIONS" ? requestId : undefined;
    });
    wire.on("Network.requestWillBeSentExtraInfo", ({ requestId, headers }) => sent.set(requestId, lowered(headers)));
    wire.on("Network.responseReceivedExtraInfo", ({ requestId, statusCode, headers }) => {
      if (requestId === asked) {
        const request = sent.get(requestId);
        const cookies = [...(request?.["cookie"] ?? "").matchAll(/(?:^|; )([^=]+)=/g)].map((match) => match[1] ?? "");
        const { location, "set-cookie": setCookie } = lowered(headers);
        resolve({ fetchSite: request?.["sec-fetch-site"], cookies, status: statusCode, location, setCookie });
      }
    });
  });
  await page.getByRole("button", { name: "Send" }).click();
  return outcome.finally(() => wire.detach());
}

function lowered(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
