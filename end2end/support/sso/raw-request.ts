import { connect as connectPlain } from "node:net";
import { connect as connectTls } from "node:tls";

import type { BrowserContext } from "@playwright/test";

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  head: string;
  body: string;
}

/** How a request is sent. */
export interface RawRequest {
  method?: string;
  /** Lines as they are sent, such as `Connection: close, X-Forwarded-User`: no client makes them better. */
  lines?: string[];
  body?: string;
  /** The loopback address that the request comes from. */
  from?: string;
}

/** How long an answer may take. */
const LIMIT_MS = 10_000;

/** Sends exactly these lines; ordinary clients and browsers refuse to send some of them. */
export function sendRaw(origin: string, path: string, request: RawRequest = {}): Promise<RawAnswer> {
  const { protocol, hostname, port, host } = new URL(origin);
  const { method = "GET", lines = [], body = "" } = request;
  const closing = lines.some((line) => /^connection:/i.test(line)) ? [] : ["Connection: close"];
  const length = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, ...lines, ...closing, ...length, "", ""].join("\r\n");
  const to = { host: hostname, port: Number(port), ...(request.from === undefined ? {} : { localAddress: request.from }) };
  return new Promise((resolve, reject) => {
    // The certificate of a gate is its own; that is not what is tested here.
    const socket = protocol === "https:" ? connectTls({ ...to, rejectUnauthorized: false }) : connectPlain(to);
    const chunks: Buffer[] = [];
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error(`${origin}${path} does not answer`)));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("end", () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf("\r\n\r\n");
      const head = answer.subarray(0, end).toString("utf8");
      const rest = answer.subarray(end + 4);
      const content = /^transfer-encoding:\s*chunked/im.test(head) ? joinChunks(rest) : rest;
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: content.toString("utf8") });
    });
    socket.write(head + body);
  });
}

/** A body that came in chunks: https://www.rfc-editor.org/rfc/rfc9112#section-7.1. */
function joinChunks(text: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < text.length; ) {
    const line = text.indexOf("\r\n", at);
    const size = Number.parseInt(text.subarray(at, line).toString("latin1"), 16);
    if (line < 0 || !(size > 0)) {
      break;
    }
    parts.push(text.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

/** The line with everything that the browser would send to an address. */
export async function cookieLine(context: BrowserContext, origin: string): Promise<string> {
  const cookies = await context.cookies(origin);
  return `Cookie: ${cookies.map(({ name, value }) => `${name}=${value}`).join("; ")}`;
}
