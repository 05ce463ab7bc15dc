import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it reached what stands behind a gate. */
export interface Reached {
  method: string;
  path: string;
  /** Names as they were sent, in their order, one entry for each line. */
  headers: [name: string, value: string][];
  body: string;
}

/** A form of the place behind the gate, as plain as the dashboard's are. */
const FORM = `<!doctype html><title>Form</title><form method="post" action="/sent">
<label>Details <input name="details"></label><button>Send</button></form>`;

/**
 * Stands behind a gate in the dashboard's place and answers what reached it; `/form` is a form. `/stream` sends
 * one line, and another when `/release` is asked for.
 */
export class Echo {
  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<Echo> {
    let release = () => {};
    const server = createServer((request, response) => {
      if (request.url === "/stream") {
        response.writeHead(200, { "content-type": "text/event-stream" }).write("data: first\n\n");
        release = () => response.end("data: last\n\n");
        return;
      }
      if (request.url === "/release") {
        release();
        response.writeHead(204).end();
        return;
      }
      const headers: Reached["headers"] = [];
      for (let at = 0; at < request.rawHeaders.length; at += 2) {
        // Node reads header bytes as Latin-1; names of people are UTF-8.
        headers.push([request.rawHeaders[at] ?? "", Buffer.from(request.rawHeaders[at + 1] ?? "", "latin1").toString("utf8")]);
      }
      if (request.url === "/form") {
        response.writeHead(200, { "content-type": "text/html" }).end(FORM);
        return;
      }
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        const reached: Reached = { method: request.method ?? "", path: request.url ?? "", headers, body };
        response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(reached));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Echo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
