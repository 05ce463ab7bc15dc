import type { Access } from "./cloud";
import { test as base } from "./fixtures";
import { Drydock, RunningCloud } from "./servers";
import { Certificate } from "./sso/certificate";
import { type Gate, GatePlace } from "./sso/gate";
import { type Account, IdentityProvider } from "./sso/identity-provider";
import { settingsOfInstallPage } from "./sso/install-page";
import { SsoPerson } from "./sso/sso-person";

/** What the cloud calls the identity provider whose ID tokens it takes. */
const TRUSTED_PROVIDER = "harbor-sso";

/** How long a test may take. */
const LIMIT_MS = 90_000;

/** A dashboard behind a gate. */
export interface Front {
  drydock: Drydock;
  gate: Gate;
}

/** How a front differs from what the page for administrators says. */
export interface FrontPlan {
  settings?: Record<string, string>;
  /** Settings of the page that this front does without. */
  without?: string[];
  /** How long ID tokens last, in seconds. */
  idTokenLife?: number;
}

/** Everything that stands between a person and the desktops. */
interface Sso extends Front {
  certificate: Certificate;
  provider: IdentityProvider;
  cloud: RunningCloud;
}

interface WorkerFixtures {
  /** The certificate of every gate and of every foreign site. */
  certificate: Certificate;
  sso: Sso;
  servers: { cloud: RunningCloud; drydock: Drydock };
}

interface TestFixtures {
  /** What the parts in front said goes with the report of a test that failed. */
  told: void;
  provider: IdentityProvider;
  gate: Gate;
  /** One more dashboard behind a gate of its own, at the same identity provider. */
  startFront: (plan?: FrontPlan) => Promise<Front>;
  /** The cloud takes the accounts' ID tokens for these projects, which are of one account of the cloud. */
  federate: (members: [who: Account, projects: Access[]][], gate?: Gate) => Promise<void>;
  /** A person at the single sign-on, in the test's own browser. */
  come: (who: Account, access: Access, gate?: Gate) => SsoPerson;
}

/** What the page's settings become where the ID token itself says who somebody is. */
export function byToken(provider: IdentityProvider): FrontPlan {
  const headers = ["USER", "NAME", "EMAIL", "GROUPS"].map((name) => `DRYDOCK_IDENTITY__${name}_HEADER`);
  const settings = {
    DRYDOCK_IDENTITY__MODE: "jwt",
    DRYDOCK_IDENTITY__JWT_HEADER: "OIDC_id_token",
    DRYDOCK_IDENTITY__JWKS_URL: provider.jwksUrl,
    DRYDOCK_IDENTITY__ALGORITHMS: "RS256",
    DRYDOCK_IDENTITY__ASSERTION: "login_only",
  };
  return { settings, without: headers };
}

/** Starts a dashboard as the page for administrators says, and Apache before it. */
async function startFront(parts: Omit<Sso, keyof Front>, plan: FrontPlan = {}): Promise<Front> {
  const { certificate, provider, cloud } = parts;
  const place = await GatePlace.find(plan.idTokenLife);
  const settings: Record<string, string> = {
    ...(await settingsOfInstallPage(place.origin, provider.issuer)),
    DRYDOCK_CLOUD__IDENTITY_PROVIDER: TRUSTED_PROVIDER,
    ...plan.settings,
  };
  for (const name of plan.without ?? []) {
    delete settings[name];
  }
  if (settings["DRYDOCK_IDENTITY__MODE"] === "jwt") {
    settings["DRYDOCK_IDENTITY__AUDIENCE"] = place.client.id;
  }
  const drydock = await Drydock.start(cloud, settings);
  try {
    return { drydock, gate: await place.open(provider, certificate, drydock.url) };
  } catch (error) {
    await drydock.stop();
    throw error;
  }
}

async function stopFront({ drydock, gate }: Front): Promise<void> {
  await gate.stop();
  await drydock.stop();
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  certificate: [
    async ({}, use) => {
      const certificate = await Certificate.make();
      await use(certificate);
      await certificate.drop();
    },
    { scope: "worker" },
  ],

  sso: [
    async ({ certificate }, use) => {
      const provider = await IdentityProvider.start();
      const cloud = await RunningCloud.start();
      // What has started ends even where the rest does not start.
      try {
        const parts = { certificate, provider, cloud };
        const front = await startFront(parts);
        await use({ ...front, ...parts });
        await stopFront(front);
      } finally {
        await Promise.all([cloud.stop(), provider.stop()]);
      }
    },
    { scope: "worker", timeout: 60_000 },
  ],

  // The other fixtures work with the servers of the single sign-on, and start none of their own.
  servers: [async ({ sso }, use) => use({ cloud: sso.cloud, drydock: sso.drydock }), { scope: "worker" }],

  baseURL: async ({ sso }, use) => use(sso.gate.origin),

  // Nobody has signed the certificate.
  contextOptions: async ({ contextOptions }, use) => use({ ...contextOptions, ignoreHTTPSErrors: true }),

  told: [
    async ({ sso }, use, testInfo) => {
      // A person's way through the single sign-on is several pages longer than the others'.
      testInfo.setTimeout(LIMIT_MS);
      await use();
      if (testInfo.status !== testInfo.expectedStatus) {
        const body = `${sso.gate.log}\n${sso.provider.log}`;
        await testInfo.attach("log of the parts in front", { body, contentType: "text/plain" });
      }
    },
    { auto: true },
  ],

  provider: async ({ sso }, use) => use(sso.provider),

  gate: async ({ sso }, use) => use(sso.gate),

  startFront: async ({ sso, page }, use) => {
    const started: Front[] = [];
    await use(async (plan) => {
      const front = await startFront(sso, plan);
      started.push(front);
      return front;
    });
    // A page that still loads what it will never use would complain about a server that goes away.
    await page.goto("about:blank");
    for (const front of started) {
      await stopFront(front);
      const faults = Drydock.faultsIn(front.drydock.newLog());
      if (faults.length > 0) {
        throw new Error(`complained about:\n${faults.join("\n")}`);
      }
    }
  },

  federate: async ({ sso }, use) => {
    await use(async (members, gate) => {
      const users = members.map(([who, projects]) => {
        const user = projects[0]?.user ?? "";
        return [who.sub, { user, projects: projects.map(({ project }) => project) }] as const;
      });
      await sso.cloud.trust({
        id: TRUSTED_PROVIDER,
        issuer: sso.provider.issuer,
        client_id: (gate ?? sso.gate).client.id,
        jwks: await sso.provider.jwks(),
        account: members[0]?.[1][0]?.account ?? "",
        users: Object.fromEntries(users),
      });
    });
  },

  come: async ({ page, sso, javaScriptEnabled }, use) => {
    await use((who, access, gate) => new SsoPerson(page, who, access, (gate ?? sso.gate).origin, javaScriptEnabled));
  },
});

export { expect } from "@playwright/test";
export { accounts } from "./sso/identity-provider";
