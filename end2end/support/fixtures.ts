import { test as base, type BrowserContext } from "@playwright/test";

import type { Access, Cloud, Project, ProjectPlan } from "./cloud";
import { Guard } from "./guard";
import { Person } from "./person";
import { Drydock, RunningCloud } from "./servers";

interface WorkerFixtures {
  servers: { cloud: RunningCloud; drydock: Drydock };
}

interface TestFixtures {
  /** The simulated cloud; whatever a test did to it as a whole is undone afterwards. */
  cloud: Cloud;
  drydock: Drydock;
  guard: Guard;
  /** A person with a fresh project, who is signed in. */
  enter: (plan: ProjectPlan) => Promise<{ person: Person; project: Project }>;
  /** A person who has just come, in the test's own browser. */
  visit: (access: Access, drydock?: Drydock) => Person;
  /** Another person, or the same at another machine: a browser of their own. */
  visitElsewhere: (access: Access, drydock?: Drydock) => Promise<Person>;
  /** One more Drydock, with settings of its own. */
  startDrydock: (settings: Record<string, string>) => Promise<Drydock>;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  servers: [
    async ({}, use) => {
      const cloud = await RunningCloud.start();
      const drydock = await Drydock.start(cloud);
      await use({ cloud, drydock });
      await drydock.stop();
      await cloud.stop();
    },
    { scope: "worker" },
  ],

  cloud: async ({ servers }, use) => {
    await use(servers.cloud);
    await servers.cloud.beDown(false);
  },

  drydock: async ({ servers }, use) => use(servers.drydock),

  baseURL: async ({ servers }, use) => use(servers.drydock.url),

  guard: [
    async ({ context, servers, javaScriptEnabled }, use, testInfo) => {
      const guard = new Guard();
      if (!javaScriptEnabled) {
        // A page cannot know beforehand that its script will never ask for what it preloads.
        guard.allow(/app_bg\.wasm was preloaded using link preload but not used/);
      }
      guard.watch(context);
      servers.drydock.newLog();
      await use(guard);
      const log = servers.drydock.newLog();
      const found = [...guard.complaints(), ...Drydock.faultsIn(log)];
      if (found.length > 0 || testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach("log of the server", { body: log, contentType: "text/plain" });
      }
      expectNothing(found);
    },
    { auto: true },
  ],

  startDrydock: async ({ cloud }, use) => {
    const started: Drydock[] = [];
    await use(async (settings) => {
      const drydock = await Drydock.start(cloud, settings);
      started.push(drydock);
      return drydock;
    });
    for (const drydock of started) {
      await drydock.stop();
      expectNothing(Drydock.faultsIn(drydock.newLog()));
    }
  },

  visit: async ({ page, drydock, javaScriptEnabled }, use) => {
    await use((access, at) => new Person(page, access, (at ?? drydock).url, javaScriptEnabled));
  },

  visitElsewhere: async ({ browser, drydock, guard, javaScriptEnabled, contextOptions, timezoneId, locale }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (access, at) => {
      const zone = timezoneId === undefined ? {} : { timezoneId };
      const language = locale === undefined ? {} : { locale };
      const context = await browser.newContext({ ...contextOptions, ...zone, ...language, javaScriptEnabled });
      opened.push(context);
      guard.watch(context);
      return new Person(await context.newPage(), access, (at ?? drydock).url, javaScriptEnabled);
    });
    await Promise.all(opened.map((context) => context.close()));
  },

  enter: async ({ cloud, visit }, use) => {
    await use(async (plan) => {
      const project = await cloud.newProject(plan);
      const person = visit(project);
      await person.signIn();
      return { person, project };
    });
  },
});

/** What the browser's console or the server's log complained about fails the test. */
function expectNothing(complaints: string[]): void {
  if (complaints.length > 0) {
    throw new Error(`complained about:\n${complaints.join("\n")}`);
  }
}

export { expect } from "@playwright/test";
