// An OpenID Provider as a process of its own: `node provider.mjs ISSUER-HOST ACCOUNTS`, where ACCOUNTS is JSON.
// It prints one line when it listens, and ends when it is told to. It keeps everything in memory.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

import Provider from "oidc-provider";

const [host = "localhost", accountsText = "[]"] = process.argv.slice(2);

/** Whoever may sign in, by subject. */
const accounts = new Map(JSON.parse(accountsText).map((account) => [account.sub, account]));

/** Answers of the token endpoint last this long unless a client says otherwise, in seconds. */
const ID_TOKEN_LIFE = 3600;

/** The most that a form or a control call may send, in bytes: a password and a client are far smaller. */
const BODY_LIMIT = 16_384;

// The port is part of the issuer's name, so it must be known before there is a provider.
const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://${host}:${server.address().port}`;

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig", kid: randomBytes(8).toString("hex") };

const provider = new Provider(issuer, {
  jwks: { keys: [key] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  claims: {
    openid: ["sub"],
    profile: ["name", "preferred_username"],
    email: ["email", "email_verified"],
    groups: ["groups"],
  },
  // The proxy forwards the ID token alone, so everything must be in it.
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  extraClientMetadata: { properties: ["id_token_life"] },
  ttl: {
    AccessToken: ID_TOKEN_LIFE,
    AuthorizationCode: 60,
    Grant: 86_400,
    IdToken: (_context, _token, client) => client["id_token_life"] ?? ID_TOKEN_LIFE,
    Interaction: 600,
    Session: 86_400,
  },
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => {
        context.body = page(
          "Sign out of the identity provider",
          `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out everywhere</button>`,
        );
      },
    },
  },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, sub) => {
    const account = accounts.get(sub);
    return account && { accountId: sub, claims: () => claimsOf(account) };
  },
  // Everything that the one proxy asks for is granted; nobody is asked for consent.
  loadExistingGrant: async ({ oidc }) => {
    const known = oidc.session.grantIdFor(oidc.client.clientId);
    const grant =
      (known && (await provider.Grant.find(known))) ||
      new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope("openid profile email groups");
    await grant.save();
    return grant;
  },
});

function claimsOf(account) {
  const { sub, name, user, email, groups } = account;
  const claims = { sub, name, preferred_username: user, email, email_verified: true };
  return groups.length === 0 ? claims : { ...claims, groups };
}

function escaped(text) {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

function page(title, content) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">
<main><h1>${title}</h1>${content}</main></html>`;
}

/** The form that asks for the password. */
function loginPage(user, refused) {
  const told = refused ? `<p role="alert">The user name or the password is wrong.</p>` : "";
  return page(
    "Identity provider",
    `${told}<form method="post"><label>User name <input name="user" autocomplete="username" value="${escaped(user)}"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label><button>Sign in</button></form>`,
  );
}

async function bodyOf(request) {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    body += chunk;
    if (body.length > BODY_LIMIT) {
      throw new Error("the body is too long");
    }
  }
  return body;
}

/** Shows the form, or looks at what was typed. */
async function interact(request, response) {
  const { prompt } = await provider.interactionDetails(request, response);
  if (prompt.name !== "login") {
    throw new Error(`nobody can be asked for ${prompt.name}: ${JSON.stringify(prompt.details)}`);
  }
  const typed = new URLSearchParams(request.method === "POST" ? await bodyOf(request) : "");
  const user = typed.get("user") ?? "";
  const account = [...accounts.values()].find((known) => known.user === user);
  if (account !== undefined && account.password === typed.get("password")) {
    await provider.interactionFinished(request, response, { login: { accountId: account.sub, remember: false } });
    return;
  }
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(loginPage(user, request.method === "POST"));
}

/** Makes a proxy known: `{client_id, client_secret, origin, redirect_uri, id_token_life}`. */
async function register(request, response) {
  const { origin, redirect_uri, ...client } = JSON.parse(await bodyOf(request));
  await provider.Client.adapter.upsert(client.client_id, {
    ...client,
    redirect_uris: [redirect_uri],
    post_logout_redirect_uris: [`${origin}/`],
    scope: "openid profile email groups",
  });
  response.writeHead(204).end();
}

const callback = provider.callback();

async function answer(request, response) {
  if (request.url.startsWith("/interaction/")) {
    return interact(request, response);
  }
  if (request.url === "/control/clients" && request.method === "POST") {
    return register(request, response);
  }
  return callback(request, response);
}

server.on("request", (request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500, { "content-type": "text/plain" }).end(String(error));
  });
});
provider.on("server_error", (_context, error) => console.error(error));
process.on("SIGTERM", () => process.exit(0));
console.log(`issuer ${issuer}`);
