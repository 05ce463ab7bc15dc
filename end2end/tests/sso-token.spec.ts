import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

import { accounts, byToken, expect, test } from "../support/sso";
import { sendRaw } from "../support/sso/raw-request";

// The ID token itself says who somebody is: its signature, not the way it came, is believed.

type Claims = Record<string, unknown>;

function signed(claims: Claims, key: KeyObject, kid: string): string {
  const encoded = [{ alg: "RS256", typ: "JWT", kid }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  const text = encoded.join(".");
  return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
}

test("A14 whom the identity provider's own token names signs in, and nobody else", async ({ cloud, come, federate, provider, startFront }) => {
  const { gate, drydock } = await startFront(byToken(provider));
  const project = await cloud.newProject({ desktops: 3, plain: true });
  await federate([[accounts.operator, [project]]], gate);
  const person = come(accounts.operator, project, gate);
  await person.enter();
  await expect(person.page.getByRole("banner")).toContainText(accounts.operator.name);
  const desktop = project.desktops[0]!.computer_name;
  await person.start("enter", [desktop]);
  await person.untilState("Ended");
  await person.expectVerdict(desktop, "Changed");

  // What a neighbour on the machine could send: a token of the right form with a key of their own.
  const now = Math.floor(Date.now() / 1000);
  const { sub, groups } = accounts.operator;
  const claims = { iss: provider.issuer, aud: gate.client.id, sub, groups, iat: now, exp: now + 600 };
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { keys } = (await provider.jwks()) as { keys: { kid: string }[] };
  const kid = keys[0]!.kid;
  const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.`;
  for (const [what, token] of [["another key", signed(claims, privateKey, kid)], ["no signature", none], ["no token", "forged"]]) {
    const lines = ["Accept: text/html", `OIDC_id_token: ${token}`, `X-Forwarded-User: ${sub}`, "X-Forwarded-Groups: helpdesk"];
    expect((await sendRaw(drydock.url, "/sign-in", { lines })).status, what).toBe(401);
  }
});
