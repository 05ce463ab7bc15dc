// A small client over one kept-alive connection: what both sides of a comparison are measured with.
import http from "node:http";

/** A client of one base address. `sockets` is how many connections it may keep open. */
export class Client {
  constructor(base, { sockets = 1, headers = {} } = {}) {
    this.base = new URL(base);
    this.agent = new http.Agent({ keepAlive: true, maxSockets: sockets });
    this.headers = headers;
  }

  /** One request; the answer with its whole body. */
  send(method, path, { body, headers = {} } = {}) {
    const url = new URL(path, this.base);
    return new Promise((resolve, reject) => {
      const request = http.request(url, { method, agent: this.agent, headers: { ...this.headers, ...headers } }, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () => {
          const bytes = Buffer.concat(chunks);
          resolve({ status: answer.statusCode, headers: answer.headers, bytes: bytes.length, text: bytes.toString("utf8") });
        });
        answer.on("error", reject);
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  /** A request with a JSON body, or none; the answer's JSON. */
  async json(method, path, body, headers = {}) {
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const answer = await this.send(method, path, {
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { accept: "application/json", ...type, ...headers },
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    return answer.text === "" ? undefined : JSON.parse(answer.text);
  }

  close() {
    this.agent.destroy();
  }
}

/** A person at Drydock: keeps cookies, and says where its forms come from. */
export class Person extends Client {
  constructor(base) {
    super(base, { sockets: 2 });
    this.cookies = new Map();
  }

  async send(method, path, options = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { origin: this.base.origin, ...(cookie === "" ? {} : { cookie }), ...options.headers };
    const answer = await super.send(method, path, { ...options, headers });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.set(name, value);
    }
    return answer;
  }

  /** Posts a form as a browser does; where it leads. */
  async form(path, fields) {
    const answer = await this.send("POST", path, {
      body: new URLSearchParams(fields).toString(),
      headers: { accept: "text/html", "content-type": "application/x-www-form-urlencoded" },
    });
    if (answer.status !== 303) throw new Error(`POST ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    return answer.headers.location;
  }
}
